// Packages of registries that a distribution's package brings: what its packager says of them counts.
import type { BomPackage } from '../bom/types.ts';
import type { Lookup } from './lookup.ts';
import type { Statement, Statements } from './statements.ts';
import type { FindingDecision } from './types.ts';
import { packagerVerdict, type Verdict } from './verdict.ts';

/** A package that brings others' files, and where its advisories are. */
export interface OwnerPackage {
  readonly package: BomPackage;
  readonly lookups: readonly Lookup[];
  /** Whether its distribution's advisories tell of vulnerabilities without a fix, too. */
  readonly complete: boolean;
  /** Whether there are any. */
  readonly covered: boolean;
}

// Where distributions' packages have their files: nothing of theirs is in `usr/local`, `opt`, `srv` or a folder of an
// application (Filesystem Hierarchy Standard 3.0, 3.13, 3.17, 4.9), but for the collections of two.
const SYSTEM = /^(?:usr\/(?!local\/)|bin\/|sbin\/|lib(?:32|64|x32)?\/|etc\/|boot\/|var\/lib\/|opt\/(?:rh|aws)\/)/;

/**
 * Whether all files that tell of a package lie where a distribution's package may have brought them, whoever lists them as its own.
 * Of a package that has no place nobody can tell.
 */
export function isSystems({ locations = [] }: BomPackage): boolean {
  return locations.length > 0 && locations.every(({ path }) => SYSTEM.test(path));
}

/** Why a vulnerability of a package is its owner's affair; `undefined` where the owner's distribution says too little. */
export class Owners {
  readonly #statements: Statements;
  readonly #outcomes = new Map<string, ReadonlyMap<string, Verdict['outcome']>>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  decision(owner: OwnerPackage, vulnerability: string): FindingDecision | undefined {
    const outcome = this.#of(owner).get(vulnerability);
    const isSaid = outcome !== undefined && outcome !== 'affected' && outcome !== 'under-investigation';
    if (!isSaid && !owner.complete) return undefined;
    const { name, version, purl } = owner.package;
    return {
      by: 'owner',
      status: outcome === 'fixed' ? 'fixed' : 'not-affected',
      justification: undefined,
      reason: `The distribution's package ${name} ${version} brings these files, and ${WORDS.get(outcome) ?? ''}.`,
      source: purl,
      author: owner.package.maintainer,
      at: undefined,
      expires: undefined,
    };
  }

  #of({ package: p, lookups }: OwnerPackage): ReadonlyMap<string, Verdict['outcome']> {
    let known = this.#outcomes.get(p.purl);
    if (known === undefined) {
      const grouped = new Map<string, Statement[]>();
      for (const one of this.#statements.said(p, lookups)) {
        if (!this.#statements.isMeant(one, p)) continue;
        for (const id of one.entry.vulnerabilities) {
          const list = grouped.get(id);
          if (list === undefined) grouped.set(id, [one]);
          else list.push(one);
        }
      }
      known = new Map([...grouped].map(([id, list]) => [id, packagerVerdict(list).outcome]));
      this.#outcomes.set(p.purl, known);
    }
    return known;
  }
}

const WORDS: ReadonlyMap<Verdict['outcome'] | undefined, string> = new Map([
  ['affected', 'it has the vulnerability itself'],
  ['under-investigation', 'its packager has not decided yet whether it has the vulnerability'],
  ['not-affected', 'its packager says that it is not affected'],
  ['fixed', 'its packager says that it has the fix'],
  [undefined, 'its packager, who tells of open vulnerabilities too, does not name this one'],
]);
