// Feeds enter a database: each as a whole, or not at all.
import { DatabaseFile } from '../../io/database.ts';
import { Fault } from '../../lib/faults.ts';
import type { Feed, FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import { applyStage, noteMissed } from './applying.ts';
import { type DatabaseDescription, describeDatabase } from './description.ts';
import { countTotals } from './totals.ts';
import { feedNumber } from './feeds.ts';
import { regroup } from './groups.ts';
import { checkSchema, createTables, layout, SCHEMA } from './schema.ts';
import { Stage } from './staging.ts';

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
    return new DatabaseWriter(file, stage);
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
    if (end.mode === 'whole' && comparable && !allowShrink && stage.size < before.records * LEAST_LEFT) {
      throw shrank(feed, before.records, stage.size);
    }
    const source = { feed, base: files.base, local, ecosystems: request.ecosystems, read: request.now };
    this.#file.transaction(() => applyStage(this.#file, stage, end, source));
    this.#changed = true;
  }

  describe(): DatabaseDescription {
    return describeDatabase(this.#file, SCHEMA);
  }

  /** Notes a feed that was wanted and could not be read, unless an earlier reading of it is there. */
  missed(feed: Feed, base: string, ecosystems: readonly string[] | undefined): void {
    if (this.#before(feed) === undefined) noteMissed(this.#file, { feed, base, local: false, ecosystems, read: 0 });
  }

  /** Completes the database, and writes it without gaps into a file of its own. */
  finish(path: string): void {
    if (this.#changed) {
      this.#file.transaction(() => {
        regroup(this.#file);
        countTotals(this.#file);
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

  #before(feed: Feed): { state: string; records: number; ecosystems: string | null; base: string } | undefined {
    const row = this.#file
      .prepare('SELECT state, records, ecosystems, base FROM main.source WHERE feed = ?')
      .get(feedNumber(feed.id));
    if (row === undefined) return undefined;
    const [state, records, ecosystems, base] = row as [string, number, string | null, string];
    return { state, records, ecosystems, base };
  }
}

function shrank(feed: Feed, before: number, after: number): Fault {
  return new Fault(
    'db/feed-shrank',
    `${feed.title} has ${after} records, and had ${before} before: more than half of it is gone.`,
    'It may be damaged or incomplete; where it is right, say --allow-shrink.',
  );
}

function unfinished(feed: Feed): Fault {
  return new Fault('feed/unfinished', `${feed.title} ended before its end.`, 'Try again.');
}
