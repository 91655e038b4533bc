// Of what part of an image a statement speaks.
import type { PackageUrlParts } from '../purl/purl.ts';
import { type NamedPackage, purlCovers, purlParts } from './package-urls.ts';

export interface AskedPackage extends NamedPackage {
  readonly origin?: 'base' | 'added' | undefined;
  /** Ways to it from the outside in, package URLs, itself left out; at most 5 are known. */
  readonly parents?: readonly (readonly string[])[] | undefined;
}

/** `system`: what the distribution packaged. */
export type Scope = 'image' | 'base' | 'system';

/** What a package must be a part of; none: it counts wherever it is. */
export type Within = Scope | readonly PackageUrlParts[] | undefined;

/** More ways than this are not told: then nobody knows all of them. */
const KNOWN_WAYS = 5;

/** What a distribution says of itself is not said of what others put on it. */
export function isIn({ origin, purl }: AskedPackage, scope: Scope): boolean {
  if (scope === 'system') return SYSTEM.test(purl);
  return scope === 'image' || origin === 'base';
}

const SYSTEM = /^pkg:(?:deb|rpm|apk|alpm|ebuild)\//;

/** Of a package: every known way to it passes through one of these, and all ways are known. */
export function isWithin(asked: AskedPackage, within: Within): boolean {
  const { parents = [] } = asked;
  if (within === undefined) return true;
  if (typeof within === 'string') return isIn(asked, within);
  if (parents.length === 0 || parents.length >= KNOWN_WAYS) return false;
  return parents.every((way) =>
    way.some((purl) => {
      const parts = purlParts(purl);
      return parts !== undefined && within.some((pattern) => purlCovers(pattern, parts));
    }),
  );
}
