// Feeds enter a database: each as a whole, or not at all.
import { DatabaseFile } from '../../io/database.ts';
import { Fault } from '../../lib/faults.ts';
import type { Feed, FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import { applyStage, noteMissed } from './applying.ts';
import { type DatabaseDescription, describeDatabase } from './description.ts';
import { countTotals } from './totals.ts';
import { writePresence } from './presence.ts';
import { writeSeals } from './seals.ts';
import { feedNumber } from './feeds.ts';
import { regroup } from './groups.ts';
import { checkSchema, createTables, layout, markSchema, SCHEMA } from './schema.ts';
import { type FeedEnd, Stage } from './staging.ts';

export interface FeedReading extends Omit<FeedRequest, 'since'> {
  readonly feed: Feed;
  readonly files: FeedFiles;
  /** Whether {@link files} are a folder's. */
  readonly local: boolean;
  /** Takes a feed also where more than half of its records are gone. */
  readonly allowShrink: boolean;
}

/** Of the records that a feed had before, the part that it must still have. */
const LEAST_LEFT = 0.5;
/** Of an ecosystem with fewer records, half may go. */
const FEW = 20;

/** Changes a database file that is this process's own, and that nobody sees before it is complete. */
export class DatabaseWriter implements Disposable {
  readonly #file: DatabaseFile;
  #changed = false;

  private constructor(file: DatabaseFile, stage: string) {
    this.#file = file;
    file.prepare('ATTACH DATABASE ? AS stage').run(stage);
    file.exec('PRAGMA stage.journal_mode = OFF; PRAGMA stage.synchronous = OFF');
  }

  /** @param path where a new database is to be @param stage where a second file may be meanwhile */
  static create(path: string, stage: string): DatabaseWriter {
    const file = DatabaseFile.create(path, layout);
    createTables(file);
    const writer = new DatabaseWriter(file, stage);
    writer.#changed = true;
    return writer;
  }

  /** @param path a copy of a database @throws Fault `db/corrupt`, `db/newer`, `db/older` */
  static open(path: string, stage: string): DatabaseWriter {
    const file = DatabaseFile.openOwn(path);
    checkSchema(file);
    return new DatabaseWriter(file, stage);
  }

  /**
   * Reads a feed and takes what it gives: since the last time where it can say so, and where it was asked for the same then.
   * Where this throws, nothing of the reading has been taken.
   * @throws Fault what the feed throws; `db/feed-shrank`; `feed/unfinished` where the feed does not end
   */
  async read(reading: FeedReading): Promise<void> {
    const { feed, files, local, allowShrink, ...request } = reading;
    const before = this.#before(feed);
    const ecosystems = request.ecosystems === undefined ? null : JSON.stringify(request.ecosystems);
    const comparable = before !== undefined && before.ecosystems === ecosystems;
    const resumable = before !== undefined && before.base === files.base && before.state !== '';
    const since = resumable && (comparable || feed.widens === true) ? before.state : undefined;
    const stage = await this.#stage(feed, feed.read(files, { ...request, since }));
    const { end } = stage;
    if (end === undefined) throw unfinished(feed);
    if (!allowShrink && before !== undefined) this.#refuseShrunk(feed, before, { stage, end, ecosystems, comparable });
    const source = { feed, base: files.base, local, ecosystems: request.ecosystems, read: request.now };
    this.#file.transaction(() => applyStage(this.#file, stage, end, source));
    this.#changed = true;
  }

  describe(): DatabaseDescription {
    return describeDatabase(this.#file, SCHEMA);
  }

  /** Notes a feed that was wanted and could not be read, unless an earlier reading of it is there. */
  missed(feed: Feed, base: string, ecosystems: readonly string[] | undefined): void {
    if (this.#before(feed) !== undefined) return;
    this.#changed = true;
    noteMissed(this.#file, { feed, base, local: false, ecosystems, read: 0 });
  }

  /** Completes the database, and writes it without gaps into a file of its own. */
  finish(path: string): void {
    if (this.#changed) {
      this.#file.transaction(() => {
        regroup(this.#file);
        countTotals(this.#file);
        writePresence(this.#file);
        writeSeals(this.#file);
        markSchema(this.#file);
      });
    }
    this.#file.vacuumInto(path);
    this.close();
  }

  close(): void {
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @throws Fault `db/feed-shrank` where more than half is gone, of the whole or of one ecosystem */
  #refuseShrunk(feed: Feed, before: Before, reading: Staged): void {
    const { stage, end, comparable } = reading;
    if (end.mode === 'changes') {
      const left = before.records - stage.countGone();
      if (left < before.records * LEAST_LEFT) throw shrank(feed.title, before.records, left);
      return;
    }
    if (comparable && stage.size < before.records * LEAST_LEFT) throw shrank(feed.title, before.records, stage.size);
    if (!isWithin(before.ecosystems, reading.ecosystems)) return;
    const extents = this.#file.prepare('SELECT ecosystem, records FROM main.extent WHERE feed = ?').all(stage.feed);
    for (const [ecosystem, records] of extents) {
      const now = stage.extents.get(String(ecosystem)) ?? 0;
      const had = Number(records);
      if (had >= FEW && now < had * LEAST_LEFT) throw shrank(`${String(ecosystem)} of ${feed.title}`, had, now);
    }
  }

  async #stage(feed: Feed, records: AsyncIterable<FeedRecord>): Promise<Stage> {
    const stage = new Stage(this.#file, feed);
    this.#file.exec('BEGIN');
    try {
      for await (const record of records) stage.add(record);
    } finally {
      // What was staged of a feed that fails is dropped before the next one.
      this.#file.exec('COMMIT');
    }
    return stage;
  }

  #before(feed: Feed): Before | undefined {
    const row = this.#file
      .prepare('SELECT state, records, ecosystems, base FROM main.source WHERE feed = ?')
      .get(feedNumber(feed.id));
    if (row === undefined) return undefined;
    const [state, records, ecosystems, base] = row as [string, number, string | null, string];
    return { state, records, ecosystems, base };
  }
}

/** What the database knows of an earlier reading. */
interface Before {
  readonly state: string;
  readonly records: number;
  readonly ecosystems: string | null;
  readonly base: string;
}

interface Staged {
  readonly stage: Stage;
  readonly end: FeedEnd;
  /** What is asked for, as a source's row has it. */
  readonly ecosystems: string | null;
  /** The same was asked for before. */
  readonly comparable: boolean;
}

/** Whether what was asked for before is still asked for. */
function isWithin(before: string | null, now: string | null): boolean {
  if (now === null) return true;
  if (before === null) return false;
  const asked = new Set(JSON.parse(now) as string[]);
  return (JSON.parse(before) as string[]).every((ecosystem) => asked.has(ecosystem));
}

function shrank(what: string, before: number, after: number): Fault {
  return new Fault(
    'db/feed-shrank',
    `${what} has ${after} records, and had ${before} before: more than half of it is gone.`,
    'It may be damaged or incomplete; where it is right, say --allow-shrink.',
  );
}

function unfinished(feed: Feed): Fault {
  return new Fault('feed/unfinished', `${feed.title} ended before its end.`, 'Try again.');
}
