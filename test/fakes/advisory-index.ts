// A vulnerability database in memory, of records given one by one.
import type { Advisory, Affected, Epss, FeedId, KnownExploited, Severity } from '../../src/advisory/types.ts';
import type { AdvisoryIndex, Coverage, IndexedAffected, Vulnerability } from '../../src/match/types.ts';

export interface FakeRecords {
  readonly advisories: readonly Advisory[];
  readonly covers?: readonly (Coverage & { readonly ecosystem: string })[];
  readonly epss?: readonly Epss[];
  readonly exploited?: readonly KnownExploited[];
  /** By vulnerability. */
  readonly severities?: Readonly<Record<string, readonly Severity[]>>;
}

/** An advisory of which only what matters here is said. */
export function advisory(
  id: string,
  feed: FeedId,
  affected: readonly Affected[],
  more: Partial<Advisory> = {},
): Advisory {
  return {
    id,
    feed,
    record: `${id}.json`,
    aliases: [],
    covers: [],
    summary: `about ${id}`,
    details: '',
    references: [],
    published: undefined,
    modified: undefined,
    withdrawn: undefined,
    severities: [],
    cwes: [],
    ...more,
    affected,
  };
}

/** Affected up to `fixed`, or every version where none is given. */
export function affected(ecosystem: string, name: string, fixed?: string, more: Partial<Affected> = {}): Affected {
  return {
    ecosystem,
    name,
    status: 'affected',
    ranges: [fixed === undefined ? { introduced: '0' } : { introduced: '0', fixed }],
    versions: [],
    fix: fixed === undefined ? 'not-fixed' : 'fixed',
    ...more,
  };
}

export function notAffected(ecosystem: string, name: string): Affected {
  return { ecosystem, name, status: 'not-affected', ranges: [], versions: [], fix: 'unknown' };
}

/** What the records say, as the database gives it. Ecosystems are covered that a record or `covers` names. */
export function fakeIndex({
  advisories,
  covers,
  epss = [],
  exploited = [],
  severities = {},
}: FakeRecords): AdvisoryIndex {
  const kept = advisories.filter(({ withdrawn }) => withdrawn === undefined);
  const names = new Names(kept);
  const entries = kept.flatMap((one) => one.affected.map((entry) => indexed(one, entry, names)));
  return {
    affected: (ecosystem, name) => entries.filter((one) => one.ecosystem === ecosystem && one.name === name),
    vulnerability: (id) => {
      const about = kept.filter((one) => one.covers.length === 0 && names.main(one.id) === id);
      const all = names.all(id);
      const of = <T extends { readonly id: string }>(list: readonly T[]): T | undefined =>
        list.find((one) => all.includes(one.id));
      const score = of(epss);
      const more = all.flatMap((name) => severities[name] ?? []);
      if (about.length === 0 && score === undefined && of(exploited) === undefined && more.length === 0)
        return undefined;
      return vulnerability(id, {
        about,
        all,
        severities: more,
        epss: score === undefined ? undefined : { ...score, date: '2026-08-16' },
        exploited: of(exploited),
      });
    },
    coverage: (ecosystem) => coverageOf(ecosystem, covers, entries),
  };
}

function coverageOf(
  ecosystem: string,
  covers: FakeRecords['covers'],
  entries: readonly IndexedAffected[],
): readonly Coverage[] {
  if (covers !== undefined)
    return covers.filter((one) => one.ecosystem === ecosystem).map(({ feed, scope }) => ({ feed, scope }));
  const feeds = new Set(entries.filter((one) => one.ecosystem === ecosystem).map(({ feed }) => feed));
  return [...feeds].map((feed) => ({ feed, scope: feed === 'debian-archive' ? 'fixed-only' : 'all' }));
}

function indexed({ id, feed, record, covers, severities }: Advisory, entry: Affected, names: Names): IndexedAffected {
  const about = covers.length > 0 ? covers : [id];
  const vulnerabilities = [...new Set(about.map((one) => names.main(one)))];
  return { ...entry, advisory: id, feed, record, vulnerabilities, advisorySeverities: severities };
}

function vulnerability(
  id: string,
  known: Pick<Vulnerability, 'epss' | 'exploited' | 'severities'> & {
    readonly about: readonly Advisory[];
    readonly all: readonly string[];
  },
): Vulnerability {
  const { about, all, epss, exploited } = known;
  return {
    id,
    aliases: all.filter((name) => name !== id).sort(),
    summary: about.find(({ summary }) => summary !== '')?.summary ?? '',
    details: '',
    references: [...new Set(about.flatMap(({ references }) => references))],
    cwes: [...new Set(about.flatMap(({ cwes }) => cwes))].sort(),
    published: about.find(({ published }) => published !== undefined)?.published,
    modified: undefined,
    severities: [...about.flatMap((one) => one.severities), ...known.severities],
    epss,
    exploited,
  };
}

/** Which names are one vulnerability's. */
class Names {
  readonly #groups = new Map<string, Set<string>>();

  constructor(advisories: readonly Advisory[]) {
    for (const { id, aliases, covers } of advisories) {
      if (covers.length > 0) continue;
      const group = new Set([id, ...aliases].flatMap((name) => [name, ...(this.#groups.get(name) ?? [])]));
      for (const name of group) this.#groups.set(name, group);
    }
  }

  all(id: string): readonly string[] {
    return [...(this.#groups.get(id) ?? [id])].sort();
  }

  main(id: string): string {
    const all = this.all(id);
    return all.find((name) => name.startsWith('CVE-')) ?? all.find((name) => name.startsWith('GHSA-')) ?? all[0] ?? id;
  }
}
