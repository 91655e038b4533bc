// `temper db export`: a database's records for other programs.
import { debianRecords } from '../../advisory/database/export.ts';
import { feedIds } from '../../advisory/database/feeds.ts';
import { checkSchema } from '../../advisory/database/schema.ts';
import type { FeedId } from '../../advisory/types.ts';
import { DatabaseFile } from '../../io/database.ts';
import { PendingFile } from '../../io/pending-file.ts';
import { Fault } from '../../lib/faults.ts';
import { type DatabaseOptions, openDatabase } from './vulnerability-database.ts';

export interface ExportOptions extends DatabaseOptions {
  readonly format: string;
  /** Whose records; none: all feeds'. */
  readonly feeds: readonly string[];
  /** A file; `undefined`: {@link print}. */
  readonly output: string | undefined;
  readonly print: (pieces: Iterable<string>) => Promise<void>;
}

/** Gathered before they are written, in characters. */
const PIECE = 1 << 16;

/** @returns how many records. @throws Fault `option/format`, `option/feed`, what {@link openDatabase} throws, `file/…` */
export async function exportDatabase(options: ExportOptions): Promise<number> {
  if (options.format !== 'jsonl') {
    throw new Fault('option/format', `"${options.format}" is no format of an export.`, 'Write --format jsonl.');
  }
  const feeds = options.feeds.map(feedNamed);
  using opened = await openDatabase(options);
  using file = DatabaseFile.openImmutable(opened.path);
  checkSchema(file);
  let count = 0;
  const pieces = lines(file, feeds.length === 0 ? undefined : feeds, () => count++);
  if (options.output === undefined) {
    await options.print(pieces);
    return count;
  }
  await using output = await PendingFile.open(options.output);
  for (const piece of pieces) await output.write(Buffer.from(piece));
  await output.commit();
  return count;
}

function* lines(file: DatabaseFile, feeds: readonly FeedId[] | undefined, counted: () => void): Generator<string> {
  let text = '';
  for (const record of debianRecords(file, feeds)) {
    text += `${JSON.stringify(record)}\n`;
    counted();
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

function feedNamed(name: string): FeedId {
  const found = feedIds.find((id) => id === name);
  if (found !== undefined) return found;
  throw new Fault('option/feed', `"${name.slice(0, 100)}" is no feed.`, `Feeds: ${feedIds.join(', ')}.`);
}
