// Feeds whose records are at hand.
import type { Feed, FeedRecord } from '../../src/advisory/feed.ts';
import type { Advisory, Affected, FeedId } from '../../src/advisory/types.ts';

export interface FakeFeed extends Feed {
  /** What it gives the next time. A fault among them is thrown there. */
  records: readonly (FeedRecord | Error)[];
  /** The `since` of each reading. */
  readonly asked: (string | undefined)[];
}

/** @param ecosystems that it serves; all unless given */
export function fakeFeed(
  id: FeedId,
  records: readonly (FeedRecord | Error)[],
  options: { readonly ecosystems?: readonly string[]; readonly address?: string | undefined } = {},
): FakeFeed {
  const asked: (string | undefined)[] = [];
  return {
    id,
    title: `Fake ${id}`,
    address: 'address' in options ? options.address : `/fake/${id}`,
    licence: 'CC0-1.0',
    records,
    asked,
    serves: (ecosystem) => options.ecosystems?.includes(ecosystem) ?? true,
    async *read(_files, request) {
      asked.push(request.since);
      for (const record of this.records) {
        await Promise.resolve();
        if (record instanceof Error) throw record;
        yield record;
      }
    },
  };
}

/** The last record of a reading. */
export function end(mode: 'whole' | 'changes' = 'whole', state = '1', modified?: number): FeedRecord {
  return { kind: 'end', mode, state, modified };
}

export function covers(ecosystem: string, scope: 'all' | 'fixed-only' = 'all'): FeedRecord {
  return { kind: 'covers', ecosystem, scope };
}

/** An advisory about one package before a version, and what else is given. */
export function advisory(id: string, given: Partial<Advisory> = {}): FeedRecord & { readonly advisory: Advisory } {
  return {
    kind: 'advisory',
    advisory: {
      id,
      feed: 'osv',
      record: `all.zip#${id}.json`,
      aliases: [],
      covers: [],
      summary: '',
      details: '',
      references: [],
      published: undefined,
      modified: undefined,
      withdrawn: undefined,
      severities: [],
      cwes: [],
      affected: [affected('npm', 'left-pad')],
      ...given,
    },
  };
}

export function affected(ecosystem: string, name: string, given: Partial<Affected> = {}): Affected {
  return {
    ecosystem,
    name,
    status: 'affected',
    ranges: [{ introduced: '0', fixed: '1.0.0' }],
    versions: [],
    fix: 'fixed',
    ...given,
  };
}
