// What a database says of itself.
import type { DatabaseFile } from '../../io/database.ts';
import { listOf, textOf } from './encoding.ts';
import type { Coverage } from '../advisory-index.ts';
import type { FeedId } from '../types.ts';
import { scopes } from './reader.ts';
import type { SchemaVersion } from './schema.ts';
import { readTotals, type Totals } from './totals.ts';

export interface DatabaseSource {
  readonly feed: FeedId;
  readonly title: string;
  /** The folder or address. */
  readonly base: string;
  readonly local: boolean;
  readonly licence: string | undefined;
  /** What was asked for; `undefined`: all. */
  readonly ecosystems: readonly string[] | undefined;
  /** Seconds since 1970; `undefined` where it was wanted and could not be read yet. */
  readonly read: number | undefined;
  /** The date of its content, where the feed says one. */
  readonly modified: number | undefined;
  /** Of its content: the same for the same records. */
  readonly digest: string;
  readonly records: number;
  /** Of the last reading. */
  readonly skipped: number;
}

export interface DatabaseDescription {
  readonly schema: SchemaVersion;
  readonly totals: Totals;
  /** In the feeds' order. */
  readonly sources: readonly DatabaseSource[];
  /** Sorted by ecosystem. */
  readonly coverage: readonly (Coverage & { readonly ecosystem: string })[];
}

/** What a scan needs to know of a database. @throws Fault `db/corrupt` */
export function describeDatabase(file: DatabaseFile, schema: SchemaVersion): DatabaseDescription {
  const sources = file
    .prepare(
      'SELECT name, title, base, local, licence, ecosystems, read, modified, digest, records, skipped FROM source ORDER BY feed',
    )
    .all();
  const coverage = file
    .prepare(
      'SELECT c.ecosystem, s.name, c.scope FROM coverage c JOIN source s ON s.feed = c.feed ORDER BY c.ecosystem, c.feed',
    )
    .all();
  return {
    schema,
    totals: readTotals(file),
    sources: sources.map(
      ([feed, title, base, local, licence, ecosystems, read, modified, digest, records, skipped]) => ({
        feed: String(feed) as FeedId,
        title: String(title),
        base: String(base),
        local: local === 1,
        licence: licence === null ? undefined : String(licence),
        ecosystems: ecosystems === null ? undefined : listOf(JSON.parse(String(ecosystems))).map(textOf),
        read: read === 0 ? undefined : Number(read),
        modified: modified === null ? undefined : Number(modified),
        digest: String(digest),
        records: Number(records),
        skipped: Number(skipped),
      }),
    ),
    coverage: coverage.map(([ecosystem, feed, scope]) => ({
      ecosystem: String(ecosystem),
      feed: String(feed) as FeedId,
      scope: scopes[Number(scope)] ?? 'all',
    })),
  };
}

/**
 * When a source's content was known to be the newest: when it was read, unless a folder's content has a date of its own.
 * Seconds since 1970; `undefined`: never.
 */
export function currentAt({ local, read, modified }: DatabaseSource): number | undefined {
  return local && modified !== undefined && read !== undefined ? Math.min(read, modified) : read;
}
