// What a reading of one feed gives, gathered beside the database until it is complete.
import { createHash } from 'node:crypto';
import type { DatabaseFile } from '../../io/database.ts';
import type { Feed, FeedRecord } from '../feed.ts';
import type { Advisory } from '../types.ts';
import { encodeSpec } from './encoding.ts';
import { feedNumber } from './feeds.ts';
import { encodeFact, encodeHead } from './heads.ts';
import { cveNumber, isIdentifier } from './identifiers.ts';
import { scopes } from './reader.ts';
import { rowSum } from './sums.ts';
import { advisoryProblem } from './records.ts';

const TABLES = `
CREATE TABLE stage.advisory (n INTEGER PRIMARY KEY, id TEXT NOT NULL, hash BLOB NOT NULL, record TEXT NOT NULL, withdrawn INTEGER,
  head TEXT NOT NULL, urls TEXT NOT NULL, details TEXT NOT NULL, UNIQUE (id, hash));
CREATE TABLE stage.affected (n INTEGER NOT NULL, ecosystem TEXT NOT NULL, name TEXT NOT NULL, spec TEXT NOT NULL);
CREATE TABLE stage.fact (id TEXT PRIMARY KEY, data TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE stage.epss (cve INTEGER PRIMARY KEY, score REAL NOT NULL, percentile REAL NOT NULL, day INTEGER NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE stage.exploited (id TEXT PRIMARY KEY, data TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE stage.gone (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE stage.coverage (ecosystem TEXT PRIMARY KEY, scope INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE stage.skipped (record TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL);
`;

/** Most skipped records that are kept by name; beyond that they are counted. */
const MOST_SKIPPED = 1000;
const HASH_SIZE = 16;
const DAY = 86_400;

export type FeedEnd = Extract<FeedRecord, { kind: 'end' }>;

/** One reading. The stage is the schema `stage` of the database's connection. */
export class Stage {
  readonly feed: number;
  readonly #file: DatabaseFile;
  /** Advisories that stand in the database as they are, by `ref`. */
  readonly unchanged = new Set<number>();
  /** Records that were given, by ecosystem without its release. */
  readonly extents = new Map<string, number>();
  skipped = 0;
  /** Advisories that the database does not have. */
  #added = 0;
  end: FeedEnd | undefined;

  constructor(file: DatabaseFile, feed: Feed) {
    this.#file = file;
    this.feed = feedNumber(feed.id);
    for (const [sql] of file
      .prepare("SELECT 'DROP TABLE stage.' || name FROM stage.sqlite_schema WHERE type = 'table'")
      .all())
      file.exec(String(sql));
    file.exec(TABLES);
  }

  /** Records that were given, of every kind that can stay. */
  get size(): number {
    const count = (table: string) => Number(this.#file.prepare(`SELECT count(*) FROM stage.${table}`).get()?.[0]);
    return this.unchanged.size + this.#added + count('fact') + count('epss') + count('exploited');
  }

  /** Of the records that the database has of the feed, how many are no more and do not come again. */
  countGone(): number {
    const sql = `SELECT (SELECT count(*) FROM main.advisory WHERE feed = ? AND id IN (SELECT id FROM stage.gone))
      + (SELECT count(*) FROM main.fact WHERE feed = ? AND id IN (SELECT id FROM stage.gone))`;
    return Number(this.#file.prepare(sql).get(this.feed, this.feed)?.[0]);
  }

  add(record: FeedRecord): void {
    switch (record.kind) {
      case 'advisory':
        this.#advisory(record.advisory);
        break;
      case 'gone':
        this.#run('INSERT OR IGNORE INTO stage.gone VALUES (?)', record.id);
        break;
      case 'severities':
        this.#data('fact', record.id, encodeFact(record));
        break;
      case 'epss':
        this.#epss(record);
        break;
      case 'exploited':
        this.#data('exploited', record.exploited.id, JSON.stringify(record.exploited));
        break;
      case 'covers':
        this.#run(
          'INSERT OR REPLACE INTO stage.coverage VALUES (?, ?)',
          record.ecosystem,
          scopes.indexOf(record.scope),
        );
        break;
      case 'skipped':
        this.#skip(record.record, record.code, record.reason);
        break;
      case 'end':
        this.end = record;
        break;
    }
  }

  #advisory(advisory: Advisory): void {
    const problem = advisoryProblem(advisory);
    if (problem !== undefined) {
      this.#skip(advisory.record, 'db/record', problem);
      return;
    }
    this.#count(advisory);
    const head = encodeHead(advisory);
    const urls = advisory.references.join('\n');
    const specs = advisory.affected.map(
      (affected) => [affected.ecosystem, affected.name, encodeSpec(affected)] as const,
    );
    const hash = hashOf([advisory.id, advisory.withdrawn, head, urls, advisory.details, specs]);
    const known = this.#file
      .prepare('SELECT ref, hash FROM main.advisory WHERE id = ? AND feed = ?')
      .all(advisory.id, this.feed)
      .find(([, other]) => hash.equals(other as Uint8Array));
    if (known !== undefined) {
      this.unchanged.add(known[0] as number);
      return;
    }
    const n = this.#added;
    const added = this.#run(
      'INSERT OR IGNORE INTO stage.advisory VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      n,
      advisory.id,
      hash,
      advisory.record,
      advisory.withdrawn ?? null,
      head,
      urls,
      advisory.details,
    );
    if (added === 0) return; // The feed has it in two places.
    this.#added++;
    if (advisory.withdrawn !== undefined) return;
    for (const [ecosystem, name, spec] of specs)
      this.#run('INSERT INTO stage.affected VALUES (?, ?, ?, ?)', n, ecosystem, name, spec);
  }

  #count({ affected }: Advisory): void {
    for (const ecosystem of new Set(affected.map(({ ecosystem: name }) => name.split(':', 1)[0] ?? '')))
      this.extents.set(ecosystem, (this.extents.get(ecosystem) ?? 0) + 1);
  }

  #epss({ epss, date }: Extract<FeedRecord, { kind: 'epss' }>): void {
    const cve = cveNumber(epss.id);
    const day = Date.parse(`${date}T00:00:00Z`) / 1000 / DAY;
    if (cve === undefined || !Number.isInteger(day)) this.#skip(epss.id, 'db/record', 'it names no CVE, or no day');
    else {
      const row = [cve, epss.score, epss.percentile, day] as const;
      this.#run('INSERT OR REPLACE INTO stage.epss VALUES (?, ?, ?, ?, ?)', ...row, rowSum(row));
    }
  }

  #data(table: 'fact' | 'exploited', id: string, data: string): void {
    if (isIdentifier(id))
      this.#run(`INSERT OR REPLACE INTO stage.${table} VALUES (?, ?, ?)`, id, data, rowSum([id, data]));
    else this.#skip(id, 'db/record', 'its id is none');
  }

  #skip(record: string, code: string, reason: string): void {
    if (this.skipped++ < MOST_SKIPPED) {
      this.#run('INSERT INTO stage.skipped VALUES (?, ?, ?)', record.slice(0, 1000), code, reason.slice(0, 1000));
    }
  }

  #run(sql: string, ...values: (null | number | string | Uint8Array)[]): number {
    return this.#file.prepare(sql).run(...values);
  }
}

function hashOf(parts: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, HASH_SIZE);
}
