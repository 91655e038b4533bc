// Which feeds are read, from where, for which ecosystems.
import type { DatabaseDescription } from '../advisory/database/description.ts';
import { feedIds } from '../advisory/database/feeds.ts';
import type { Feed } from '../advisory/feed.ts';
import type { FeedId } from '../advisory/types.ts';
import { compareStrings } from '../lib/bytes.ts';
import type { FeedChoice } from './feed-choice.ts';

export interface PlannedFeed extends FeedChoice {
  /** `undefined`: all. */
  readonly ecosystems: readonly string[] | undefined;
}

/** Feeds that speak of vulnerabilities, not of packages: they are read whole whatever is wanted. */
const everywhere: ReadonlySet<FeedId> = new Set<FeedId>(['nvd', 'kev', 'epss']);

export function isSelective(feed: FeedId): boolean {
  return !everywhere.has(feed);
}

/** In the feeds' order, each feed once: the last choice of one counts. Those that serve no wanted ecosystem are left out. */
export function planFeeds(choices: readonly FeedChoice[], ecosystems: readonly string[] | undefined): PlannedFeed[] {
  const byId = new Map(choices.map((choice) => [choice.feed.id, choice]));
  return feedIds.flatMap((id): PlannedFeed[] => {
    const choice = byId.get(id);
    if (choice === undefined || !serves(choice.feed, ecosystems)) return [];
    return [{ ...choice, ecosystems: isSelective(id) ? normal(ecosystems) : undefined }];
  });
}

/**
 * The same for a database that is there: what it was asked for before stays; a feed is read where it was read before unless
 * another place is named.
 */
export function planUpdate(
  { sources }: Pick<DatabaseDescription, 'sources'>,
  choices: readonly FeedChoice[],
  ecosystems: readonly string[] | undefined,
): PlannedFeed[] {
  const before = new Map(sources.map((source) => [source.feed, source]));
  return planFeeds(choices, undefined).flatMap((planned): PlannedFeed[] => {
    const source = before.get(planned.feed.id);
    if (source === undefined) return planFeeds([planned], ecosystems);
    const base = planned.base ?? (source.base === '' ? undefined : source.base);
    const wanted = isSelective(planned.feed.id) ? union(source.ecosystems, ecosystems) : undefined;
    return [{ ...planned, base, ecosystems: wanted }];
  });
}

function serves(feed: Feed, ecosystems: readonly string[] | undefined): boolean {
  return ecosystems === undefined || ecosystems.some((ecosystem) => feed.serves(ecosystem));
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
