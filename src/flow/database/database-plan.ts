// Which feeds are read, from where, for which ecosystems.
import type { DatabaseDescription } from '../../advisory/database/description.ts';
import { feedIds } from '../../advisory/database/feeds.ts';
import type { Feed } from '../../advisory/feed.ts';
import type { FeedId } from '../../advisory/types.ts';
import { compareStrings } from '../../lib/bytes.ts';
import type { FeedChoice } from './feed-choice.ts';

export interface PlannedFeed extends FeedChoice {
  /** `undefined`: all. */
  readonly ecosystems: readonly string[] | undefined;
  /** It is read only where this one cannot be. */
  readonly insteadOf?: FeedId | undefined;
}

/** Hosts without a way out have a mirror of Debian's archive, which knows less. */
const REPLACED: FeedId = 'debian-tracker';
const REPLACEMENT: FeedId = 'debian-archive';

/** The plan, and what is read where a part of it cannot be. */
export function withReplacements(plan: readonly PlannedFeed[], feeds: readonly Feed[]): readonly PlannedFeed[] {
  const replaced = plan.find(({ feed }) => feed.id === REPLACED);
  const feed = feeds.find(({ id }) => id === REPLACEMENT);
  if (replaced === undefined || feed === undefined || plan.some((one) => one.feed === feed)) return plan;
  return [...plan, { feed, base: undefined, ecosystems: replaced.ecosystems, insteadOf: REPLACED }];
}

/** Feeds that speak of vulnerabilities, not of packages: they are read whole whatever is wanted. */
const everywhere: ReadonlySet<FeedId> = new Set<FeedId>(['nvd', 'kev', 'epss']);

export function isSelective(feed: FeedId): boolean {
  return !everywhere.has(feed);
}

/** In the feeds' order, each feed once: the last choice of one counts. */
export function planFeeds(choices: readonly FeedChoice[], ecosystems: readonly string[] | undefined): PlannedFeed[] {
  const byId = new Map(choices.map((choice) => [choice.feed.id, choice]));
  return feedIds.flatMap((id): PlannedFeed[] => {
    const choice = byId.get(id);
    return choice === undefined ? [] : [{ ...choice, ecosystems: isSelective(id) ? normal(ecosystems) : undefined }];
  });
}

/** Of feeds that nobody named: those that serve what is wanted, each for what it serves. */
export function planServing(choices: readonly FeedChoice[], ecosystems: readonly string[] | undefined): PlannedFeed[] {
  if (ecosystems === undefined) return planFeeds(choices, undefined);
  return inOrder(choices).flatMap((choice) => {
    const served = ecosystems.filter((ecosystem) => choice.feed.serves(ecosystem));
    return served.length === 0 ? [] : planFeeds([choice], served);
  });
}

/**
 * The same for a database that is there: what it was asked for before stays; a feed is read where it was read before unless
 * another place is named.
 */
export function planUpdate(
  description: Pick<DatabaseDescription, 'sources'> | undefined,
  choices: readonly PlannedFeed[],
): PlannedFeed[] {
  const before = new Map((description?.sources ?? []).map((source) => [source.feed, source]));
  return inOrder(choices).map((planned) => {
    const source = before.get(planned.feed.id);
    if (source === undefined) return planned;
    const base = planned.base ?? placeOf(source);
    const wanted = isSelective(planned.feed.id) ? union(source.ecosystems, planned.ecosystems) : undefined;
    return { ...planned, base, ecosystems: wanted };
  });
}

function inOrder<T extends FeedChoice>(choices: readonly T[]): T[] {
  return [...choices].sort((a, b) => feedIds.indexOf(a.feed.id) - feedIds.indexOf(b.feed.id));
}

/** Where it was read: a feed without an address of its own has none that could be named. */
function placeOf({ base, feed }: DatabaseDescription['sources'][number]): string | undefined {
  return base === '' || feed === REPLACEMENT ? undefined : base;
}

/** All, where one of them is all; what was asked for before where nothing else is. */
function union(
  before: readonly string[] | undefined,
  more: readonly string[] | undefined,
): readonly string[] | undefined {
  return before === undefined ? undefined : normal([...before, ...(more ?? [])]);
}

function normal(ecosystems: readonly string[] | undefined): readonly string[] | undefined {
  return ecosystems === undefined ? undefined : [...new Set(ecosystems)].sort(compareStrings);
}
