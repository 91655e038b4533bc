// `temper db update`: brings a database up to date in place, or makes it.
import type { DatabaseDescription } from '../advisory/database/description.ts';
import { feeds as allFeeds } from '../advisory/all.ts';
import type { Feed } from '../advisory/feed.ts';
import { Fault } from '../lib/faults.ts';
import { readConfiguration } from './configuration-file.ts';
import { type FeedFailure, readFeeds } from './database-feeds.ts';
import { changeDatabase, defaultDatabase } from './database-place.ts';
import { type PlannedFeed, planFeeds, planUpdate } from './database-plan.ts';
import { buildTime } from './database-time.ts';
import { type FeedChoice, mirroredFeeds, placeOf } from './feed-choice.ts';
import type { InputOptions } from './feed-inputs.ts';

export interface UpdateOptions extends Omit<InputOptions, 'ecosystems'> {
  /** `--db`; the user's own unless given. */
  readonly db: string | undefined;
  /** `--from`, as {@link placeOf} reads them. None: what the configuration says, else what the database was made of, else all. */
  readonly from: readonly string[];
  /** Beside those that the database has; `undefined`: no others, and all for one that is made. */
  readonly ecosystems: readonly string[] | undefined;
  readonly keepGoing: boolean;
  readonly allowShrink: boolean;
  /** Feeds that there are; Temper's own unless given. */
  readonly feeds?: readonly Feed[] | undefined;
}

export interface UpdateResult {
  readonly path: string;
  /** Feeds that were read. */
  readonly read: readonly string[];
  readonly failures: readonly FeedFailure[];
}

/**
 * @throws Fault `db/from`, `db/feed-shrank`, `config/invalid`, what the feeds throw, what {@link changeDatabase} throws; the
 * database is then as it was
 */
export async function updateDatabase(options: UpdateOptions): Promise<UpdateResult> {
  const path = options.db ?? defaultDatabase(options.cache);
  const chosen = await chosenFeeds(options);
  return await changeDatabase(path, { keep: true, progress: options.progress }, async (writer) => {
    const plan = planned(writer.describe(), chosen, options);
    const now = buildTime(options.environment);
    const failures = await readFeeds(writer, plan, { ...options, now });
    const failed = new Set<string>(failures.map(({ feed }) => feed));
    return { path, read: plan.map(({ feed }) => feed.id).filter((id) => !failed.has(id)), failures };
  });
}

/** What `--from` names, else what the configuration does; none: neither says anything. */
export async function chosenFeeds(options: Pick<UpdateOptions, 'from' | 'feeds'>): Promise<readonly FeedChoice[]> {
  const feeds = options.feeds ?? allFeeds;
  if (options.from.length > 0)
    return (await Promise.all(options.from.map(async (text) => await choicesOf(text, feeds)))).flat();
  const configured = (await readConfiguration())?.database?.feeds ?? {};
  return Object.entries(configured).flatMap(([id, base]) => {
    const place = placeOf(base === '' ? id : `${id}:${base}`, feeds);
    return place.kind === 'feed' ? [place.choice] : [];
  });
}

async function choicesOf(text: string, feeds: readonly Feed[]): Promise<readonly FeedChoice[]> {
  const place = placeOf(text, feeds);
  if (place.kind === 'feed') return [place.choice];
  if (place.kind === 'all') return publicFeeds(feeds);
  if (place.kind === 'mirror') return await mirroredFeeds(place.base, feeds);
  throw new Fault(
    'db/from',
    `"${text}" is a finished database, which cannot be put together with feeds.`,
    'Name it alone: temper db update --from REFERENCE.',
  );
}

function publicFeeds(feeds: readonly Feed[]): readonly FeedChoice[] {
  return feeds.filter(({ address }) => address !== undefined).map((feed) => ({ feed, base: undefined }));
}

function planned(
  before: DatabaseDescription,
  chosen: readonly FeedChoice[],
  options: UpdateOptions,
): readonly PlannedFeed[] {
  const feeds = options.feeds ?? allFeeds;
  if (before.sources.length > 0) return planUpdate(before, chosen, options.ecosystems, feeds);
  return planFeeds(chosen.length > 0 ? chosen : publicFeeds(feeds), options.ecosystems);
}
