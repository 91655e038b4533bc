// What is asked of the advisories for one package.
import type { BomPackage, Distribution } from '../bom/types.ts';
import type { NotCovered } from './types.ts';

/** One question: what is said of this name in this ecosystem, and does it mean this version? */
export interface Lookup {
  /** As the database has it: `Debian:13`, `npm`. */
  readonly ecosystem: string;
  /** As the ecosystem compares names. */
  readonly name: string;
  /** In the ecosystem's order; empty where it is not known. */
  readonly version: string;
}

/** The questions for a package, the one whose answer counts more first; or why there are none. */
export type Plan =
  | { readonly lookups: readonly Lookup[] }
  | { readonly reason: NotCovered['reason']; readonly ecosystem?: string | undefined };

/** A matcher knows packages of some kinds: where advisories speak of them, and under which names and versions. Pure. */
export interface Matcher {
  /** Types of package URLs. */
  readonly kinds: readonly string[];
  /** @param distribution that the package is of: the package URL's, else the image's */
  plan(p: BomPackage, distribution: Distribution | undefined): Plan;
}

/** Nothing anywhere speaks of such packages. */
export const NO_KIND: Plan = { reason: 'kind' };
