// What records say of one package: those that hold, and what else is said of the same vulnerabilities.
import type { FeedId, VersionRange } from '../advisory/types.ts';
import type { BomPackage } from '../bom/types.ts';
import { circumstancesHold, type GoTargets } from './circumstances.ts';
import { type Held, VersionJudge } from './holds.ts';
import type { Lookup } from './lookup.ts';
import type { AdvisoryIndex, IndexedAffected } from './types.ts';

/** One record's word on one package. */
export interface Statement {
  readonly entry: IndexedAffected;
  readonly lookup: Lookup;
  /** The lookup's place among the package's. */
  readonly tier: number;
  readonly held: Held;
}

/** Feeds by how much their word on a package counts: who makes it before who gathers, and what is derived last. */
const RANKS: readonly FeedId[] = ['debian-tracker', 'redhat', 'alpine-secdb', 'osv', 'debian-archive'];
const ranks: ReadonlyMap<FeedId, number> = new Map(RANKS.map((feed, i) => [feed, i]));

export function feedRank(feed: FeedId): number {
  return ranks.get(feed) ?? RANKS.length;
}

/** Packagers whose word on a package counts more than others'; of one source come many of their packages. */
export const PACKAGERS: ReadonlySet<string> = new Set(['deb', 'apk', 'rpm']);

/** Looks everything up, each name of an ecosystem once where packages come in their order. */
export class Statements {
  readonly #index: AdvisoryIndex;
  readonly #targets: () => GoTargets;
  /** What packagers say, of which several packages ask. */
  readonly #entries = new Map<string, readonly IndexedAffected[]>();
  #last: Looked = { ecosystem: '', name: '', entries: [] };

  constructor(index: AdvisoryIndex, targets: () => GoTargets) {
    this.#index = index;
    this.#targets = targets;
  }

  /** All that is said, whether it holds or not and under whatever circumstances. */
  said({ kind }: BomPackage, lookups: readonly Lookup[]): readonly Statement[] {
    let found: Statement[] | undefined;
    for (let tier = 0; tier < lookups.length; tier++) {
      const lookup = lookups[tier] as Lookup;
      const entries = this.#of(lookup, PACKAGERS.has(kind));
      if (entries.length === 0) continue;
      const judge = new VersionJudge(lookup.ecosystem, lookup.version);
      found ??= [];
      for (const entry of entries) found.push({ entry, lookup, tier, held: judge.holds(entry) });
    }
    return found ?? NONE;
  }

  /** Those of what is said that hold for a package. */
  holding(said: readonly Statement[], p: BomPackage): readonly Statement[] {
    return said.length === 0 ? said : said.filter((one) => isHeld(one) && this.isMeant(one, p));
  }

  /** Whether the circumstances that a statement asks for hold for a package. */
  isMeant({ entry }: Statement, p: BomPackage): boolean {
    return circumstancesHold(entry, p, this.#targets);
  }

  #of({ ecosystem, name }: Lookup, isShared: boolean): readonly IndexedAffected[] {
    // Versions of one package stand beside each other.
    if (name === this.#last.name && ecosystem === this.#last.ecosystem) return this.#last.entries;
    const key = isShared ? `${ecosystem}\0${name}` : '';
    const entries = (isShared ? this.#entries.get(key) : undefined) ?? this.#index.affected(ecosystem, name);
    if (isShared) this.#entries.set(key, entries);
    else this.#last = { ecosystem, name, entries };
    return entries;
  }
}

interface Looked extends Pick<Lookup, 'ecosystem' | 'name'> {
  readonly entries: readonly IndexedAffected[];
}

const NONE: readonly Statement[] = [];

export function rangeOf(held: Held): VersionRange | undefined {
  return typeof held === 'string' ? undefined : held;
}

/** Whether the version is one that the record means. */
export function isHeld({ held }: Statement): boolean {
  return held !== 'no' && held !== 'unsure';
}

/** Whether a record says where the affected versions end: then later ones have the fix. */
export function isBounded({ entry: { ranges, versions, status } }: Statement): boolean {
  if (status !== 'affected') return false;
  if (ranges.length === 0) return versions.length > 0;
  return ranges.some(({ fixed, lastAffected }) => fixed !== undefined || lastAffected !== undefined);
}
