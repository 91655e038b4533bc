// Reads feeds into a database, one after the other.
import type { DatabaseWriter } from '../../advisory/database/writer.ts';
import type { FeedId } from '../../advisory/types.ts';
import { Fault } from '../../lib/faults.ts';
import type { PlannedFeed } from './database-plan.ts';
import { feedInput, type InputOptions } from './feed-inputs.ts';

export interface ReadingOptions extends Omit<InputOptions, 'ecosystems'> {
  /** Goes on with the other feeds where one fails; else the first failure is thrown. */
  readonly keepGoing: boolean;
  readonly allowShrink: boolean;
  /** Seconds since 1970. */
  readonly now: number;
}

/** A feed that could not be read; what the database had of it before is still there. */
export interface FeedFailure {
  readonly feed: FeedId;
  readonly title: string;
  readonly fault: Fault;
}

export interface FeedsRead {
  readonly read: readonly FeedId[];
  readonly failures: readonly FeedFailure[];
}

/** @throws Fault what a feed throws, naming it; with `keepGoing` only where every feed failed, the first one's */
export async function readFeeds(
  writer: DatabaseWriter,
  plan: readonly PlannedFeed[],
  options: ReadingOptions,
): Promise<FeedsRead> {
  const failures: FeedFailure[] = [];
  const read: FeedId[] = [];
  for (const planned of plan) {
    const { feed, insteadOf } = planned;
    if (insteadOf !== undefined && !failures.some((failure) => failure.feed === insteadOf)) continue;
    options.signal.throwIfAborted();
    try {
      await readFeed(writer, planned, options);
      read.push(feed.id);
    } catch (cause) {
      options.signal.throwIfAborted();
      if (!(cause instanceof Fault) || isOwnFault(cause)) throw cause;
      const fault = named(cause, planned);
      if (!options.keepGoing) throw fault;
      failures.push({ feed: feed.id, title: feed.title, fault });
    }
  }
  const [first] = failures;
  if (first !== undefined && read.length === 0) throw first.fault;
  noteMissed(writer, plan, failures);
  return { read, failures };
}

function noteMissed(writer: DatabaseWriter, plan: readonly PlannedFeed[], failures: readonly FeedFailure[]): void {
  for (const { feed, base, ecosystems, insteadOf } of plan) {
    const failed = failures.some((failure) => failure.feed === feed.id);
    if (failed && insteadOf === undefined) writer.missed(feed, base ?? '', ecosystems);
  }
}

async function readFeed(writer: DatabaseWriter, planned: PlannedFeed, options: ReadingOptions): Promise<void> {
  const { feed, base, ecosystems } = planned;
  const { allowShrink, now, signal } = options;
  options.progress(`${feed.title}: reading`);
  const progress = (line: string): void => options.progress(`${feed.title}: ${line}`);
  const input = await feedInput(feed, base, { ...options, ecosystems, progress });
  await writer.read({ ...input, ecosystems, allowShrink, now, signal, progress });
}

/** The database's own, not the feed's. */
function isOwnFault({ code }: Fault): boolean {
  return code === 'file/disk-full' || code === 'db/corrupt' || code === 'db/failed';
}

function named(fault: Fault, { feed }: PlannedFeed): Fault {
  const { code, message, hint } = fault;
  const sentence = message.includes(feed.title) ? message : `${feed.title} cannot be taken: ${message}`;
  const more = code === 'db/feed-shrank' ? '' : ' With --keep-going the other feeds are taken.';
  return new Fault(code, sentence, `${hint}${more}`, { cause: fault });
}
