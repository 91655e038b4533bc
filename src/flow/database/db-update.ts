// `temper db update`: brings a database up to date in place, or makes it.
import type { DatabaseDescription } from '../../advisory/database/description.ts';
import { feeds as allFeeds } from '../../advisory/all.ts';
import type { Feed } from '../../advisory/feed.ts';
import { Fault } from '../../lib/faults.ts';
import { readConfiguration } from '../configuration-file.ts';
import { type FeedFailure, readFeeds } from './database-feeds.ts';
import { defaultDatabase } from './database-path.ts';
import { changeDatabase } from './database-place.ts';
import { removeOrigin } from './database-origin.ts';
import { type Pulled, pullDatabase } from './database-pull.ts';
import {
  isSelective,
  type PlannedFeed,
  planFeeds,
  planServing,
  planUpdate,
  withReplacements,
} from './database-plan.ts';
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
  /** Public keys of those who may sign a fetched database; the policy names them unless given. */
  readonly keys: readonly string[];
  readonly policy: string | undefined;
  /** `scan`: reads only what these ecosystems need, and what there is instead of what cannot be read. */
  readonly purpose?: 'update' | 'scan' | undefined;
  /** Feeds that there are; Temper's own unless given. */
  readonly feeds?: readonly Feed[] | undefined;
}

export interface UpdateResult {
  readonly path: string;
  /** Feeds that were read. */
  readonly read: readonly string[];
  readonly failures: readonly FeedFailure[];
  /** Where a signed database was fetched instead of feeds. */
  readonly fetched: Pulled | undefined;
}

/**
 * @throws Fault `db/from`, `db/feed-shrank`, `config/invalid`, what the feeds throw, what {@link changeDatabase} and
 * {@link pullDatabase} throw; the database is then as it was
 */
export async function updateDatabase(options: UpdateOptions): Promise<UpdateResult> {
  const own = defaultDatabase(options.cache);
  const path = options.db ?? own;
  const place = { path, own: path === own };
  const artifact = await chosenArtifact(options);
  if (artifact !== undefined) {
    return { path, read: [], failures: [], fetched: await pullDatabase(place, artifact, options) };
  }
  const chosen = await chosenFeeds(options);
  const { progress, environment } = options;
  const result = await changeDatabase({ ...place, keep: true, progress }, async (writer, before) => {
    const plan = planned(before, chosen, options);
    return await readFeeds(writer, plan, { ...options, now: buildTime(environment) });
  });
  await removeOrigin(path);
  return { path, ...result, fetched: undefined };
}

/** A finished database that `--from` names, alone, or else the configuration; `undefined`: feeds are read. */
async function chosenArtifact({ from, feeds = allFeeds }: UpdateOptions): Promise<string | undefined> {
  const [only, ...others] = from;
  if (only === undefined) return (await readConfiguration())?.database?.artifact;
  const place = others.length === 0 ? placeOf(only, feeds) : undefined;
  return place?.kind === 'artifact' ? place.reference : undefined;
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

/** Those that stand in public. */
export function publicFeeds(feeds: readonly Feed[]): readonly FeedChoice[] {
  return feeds.filter(({ address }) => address !== undefined).map((feed) => ({ feed, base: undefined }));
}

function planned(
  before: DatabaseDescription | undefined,
  chosen: readonly FeedChoice[],
  options: UpdateOptions,
): readonly PlannedFeed[] {
  const { feeds = allFeeds, ecosystems, purpose = 'update' } = options;
  const serving = planServing(chosen.length > 0 ? chosen : publicFeeds(feeds), ecosystems);
  if (purpose === 'scan') {
    const needed = before === undefined ? serving : serving.filter(({ feed }) => isSelective(feed.id));
    return withReplacements(planUpdate(before, needed), feeds);
  }
  if (chosen.length > 0) return planUpdate(before, planFeeds(chosen, ecosystems));
  const own = feeds.filter(({ id }) => before?.sources.some(({ feed }) => feed === id));
  if (own.length === 0) return serving;
  const more = ecosystems === undefined ? [] : serving.filter(({ feed }) => isSelective(feed.id));
  const kept = planFeeds(
    own.map((feed) => ({ feed, base: undefined })),
    [],
  );
  return planUpdate(before, [...kept.filter(({ feed }) => !more.some((one) => one.feed === feed)), ...more]);
}
