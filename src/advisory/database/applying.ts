// A complete reading of one feed enters the database.
import { createHash } from 'node:crypto';
import type { DatabaseFile } from '../../io/database.ts';
import { compareStrings } from '../../lib/bytes.ts';
import type { Feed } from '../feed.ts';
import { feedNumber } from './feeds.ts';
import { mergePackages, replacedInPackages } from './packages.ts';
import type { FeedEnd, Stage } from './staging.ts';
import { advisorySum, rowSum } from './sums.ts';
import { writeDetails } from './texts.ts';

/** Where a reading came from. */
export interface Reading {
  readonly feed: Feed;
  /** The folder or address, without passwords. */
  readonly base: string;
  /** A folder, of which nobody knows whether it is the newest. */
  readonly local: boolean;
  readonly ecosystems: readonly string[] | undefined;
  /** Seconds since 1970. */
  readonly read: number;
}

/** Puts in what the stage holds, takes out what the reading replaces, and describes the feed. */
export function applyStage(file: DatabaseFile, stage: Stage, end: FeedEnd, reading: Reading): void {
  const removed = removedBy(file, stage, end, reading.feed.replaces ?? 'id');
  const base = 1 + Number(file.prepare('SELECT coalesce(max(ref), 0) FROM main.advisory').get()?.[0]);
  addAdvisories(file, stage, base);
  remove(file, removed);
  mergePackages(file, base, removed);
  applyFacts(file, stage.feed, end.mode === 'whole');
  describe(file, stage, end, reading);
}

function removedBy(file: DatabaseFile, stage: Stage, end: FeedEnd, replaces: 'id' | 'package'): Set<number> {
  const { feed, unchanged } = stage;
  const removed = new Set<number>();
  const take = (rows: Iterable<readonly unknown[]>): void => {
    for (const [ref] of rows) if (!unchanged.has(ref as number)) removed.add(ref as number);
  };
  if (end.mode === 'whole') {
    take(file.prepare('SELECT ref FROM main.advisory WHERE feed = ?').rows(feed));
    return removed;
  }
  const ofFeed = 'SELECT ref FROM main.advisory WHERE feed = ? AND id';
  for (const [ref] of file.prepare(`${ofFeed} IN (SELECT id FROM stage.gone)`).rows(feed)) removed.add(ref as number);
  if (replaces === 'package') {
    for (const ref of replacedInPackages(file, feed)) if (!unchanged.has(ref)) removed.add(ref);
    return removed;
  }
  take(file.prepare(`${ofFeed} IN (SELECT id FROM stage.advisory)`).rows(feed));
  const same = file.prepare(
    'SELECT b.ref FROM main.advisory a JOIN main.advisory b ON b.id = a.id AND b.feed = a.feed WHERE a.ref = ?',
  );
  for (const ref of unchanged) take(same.all(ref));
  return removed;
}

function addAdvisories(file: DatabaseFile, stage: Stage, base: number): void {
  const staged = file.prepare('SELECT n, id, hash, record, withdrawn, head, urls FROM stage.advisory ORDER BY n');
  const advisory = file.prepare('INSERT INTO main.advisory VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const reference = file.prepare('INSERT INTO main.reference VALUES (?, ?, ?)');
  for (const row of staged.rows()) {
    const [n, id, hash, record, withdrawn, head, urls] = row as [
      number,
      string,
      Uint8Array,
      string,
      number | null,
      string,
      string,
    ];
    const sum = advisorySum({ feed: stage.feed, id, record, main: '', head, withdrawn });
    advisory.run(base + n, stage.feed, id, record, '', withdrawn, head, sum, hash);
    if (urls !== '') reference.run(base + n, urls, rowSum([base + n, urls]));
  }
  writeDetails(file, stagedDetails(file, base));
}

function* stagedDetails(file: DatabaseFile, base: number): Generator<readonly [number, string]> {
  for (const [n, text] of file.prepare("SELECT n, details FROM stage.advisory WHERE details <> '' ORDER BY n").rows()) {
    yield [base + Number(n), String(text)];
  }
}

function remove(file: DatabaseFile, removed: ReadonlySet<number>): void {
  const sorted = [...removed].sort((a, b) => a - b);
  for (const table of ['advisory', 'reference']) {
    const statement = file.prepare(`DELETE FROM main.${table} WHERE ref = ?`);
    for (const ref of sorted) statement.run(ref);
  }
  writeDetails(
    file,
    sorted.map((ref) => [ref, ''] as const),
  );
}

function applyFacts(file: DatabaseFile, feed: number, whole: boolean): void {
  const gone = 'IN (SELECT id FROM stage.gone)';
  file.prepare(`DELETE FROM main.fact WHERE feed = ? AND (? OR id ${gone})`).run(feed, Number(whole));
  file.prepare('INSERT OR REPLACE INTO main.fact SELECT id, ?, data, sum FROM stage.fact').run(feed);
  const has = (table: string): boolean => file.prepare(`SELECT 1 FROM stage.${table}`).get() !== undefined;
  if (has('epss')) {
    if (whole) file.exec('DELETE FROM main.epss');
    file.exec('INSERT OR REPLACE INTO main.epss SELECT * FROM stage.epss');
  }
  if (has('exploited')) {
    if (whole) file.exec('DELETE FROM main.exploited');
    file.exec(`DELETE FROM main.exploited WHERE id ${gone}`);
    file.exec('INSERT OR REPLACE INTO main.exploited SELECT * FROM stage.exploited');
  }
}

function describe(file: DatabaseFile, stage: Stage, end: FeedEnd, reading: Reading): void {
  const { feed: number } = stage;
  if (end.mode === 'whole') {
    file.prepare('DELETE FROM main.coverage WHERE feed = ?').run(number);
    file.prepare('DELETE FROM main.extent WHERE feed = ?').run(number);
  }
  // Of changes alone nobody knows how many there are; what is read for the first time is read whole.
  const extent = file.prepare('INSERT OR IGNORE INTO main.extent VALUES (?, ?, ?)');
  for (const [ecosystem, records] of [...stage.extents].sort(([a], [b]) => compareStrings(a, b)))
    extent.run(number, ecosystem, records);
  file.prepare('INSERT OR REPLACE INTO main.coverage SELECT ecosystem, ?, scope FROM stage.coverage').run(number);
  file.prepare('DELETE FROM main.skipped WHERE feed = ?').run(number);
  file.prepare('INSERT INTO main.skipped SELECT ?, record, code, reason FROM stage.skipped').run(number);
  putSource(file, reading, {
    modified: end.modified,
    state: end.state,
    digest: contentDigest(file, number, reading.feed.id),
    records: countOf(file, number, reading.feed.id),
    skipped: stage.skipped,
  });
}

/** A row for a feed of which there is nothing. */
export function noteMissed(file: DatabaseFile, reading: Reading): void {
  putSource(file, reading, { modified: undefined, state: '', digest: '', records: 0, skipped: 0 });
}

interface Outcome {
  readonly modified: number | undefined;
  readonly state: string;
  readonly digest: string;
  readonly records: number;
  readonly skipped: number;
}

function putSource(file: DatabaseFile, { feed, base, local, ecosystems, read }: Reading, outcome: Outcome): void {
  file
    .prepare('INSERT OR REPLACE INTO main.source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      feedNumber(feed.id),
      feed.id,
      feed.title,
      base,
      Number(local),
      feed.licence ?? null,
      ecosystems === undefined ? null : JSON.stringify(ecosystems),
      read,
      outcome.modified ?? null,
      outcome.state,
      outcome.digest,
      outcome.records,
      outcome.skipped,
    );
}

/** Tables of what a feed gives, and how its rows are told from those of others. */
function contentOf(feed: number, id: Feed['id']): readonly (readonly [columns: string, from: string])[] {
  return [
    ['hash', `advisory WHERE feed = ${feed} ORDER BY id, hash`],
    ['id, data', `fact WHERE feed = ${feed} ORDER BY id`],
    ...(id === 'epss' ? [['cve, score, percentile, day', 'epss ORDER BY cve'] as const] : []),
    ...(id === 'kev' ? [['id, data', 'exploited ORDER BY id'] as const] : []),
  ];
}

/** The same for the same records, however they came there. */
function contentDigest(file: DatabaseFile, feed: number, id: Feed['id']): string {
  const hash = createHash('sha256');
  for (const [columns, from] of contentOf(feed, id)) {
    for (const row of file.prepare(`SELECT ${columns} FROM main.${from}`).rows()) {
      for (const value of row) hash.update(value instanceof Uint8Array ? value : `${String(value)}\n`);
    }
  }
  return `sha256:${hash.digest('hex')}`;
}

function countOf(file: DatabaseFile, feed: number, id: Feed['id']): number {
  return contentOf(feed, id).reduce(
    (sum, [, from]) =>
      sum + Number(file.prepare(`SELECT count(*) FROM main.${from.replace(/ ORDER BY.*/, '')}`).get()?.[0]),
    0,
  );
}
