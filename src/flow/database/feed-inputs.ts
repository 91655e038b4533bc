// How a feed comes by its files.
import type { Feed, FeedFiles } from '../../advisory/feed.ts';
import { feedFiles } from '../../advisory/files.ts';
import type { FeedId } from '../../advisory/types.ts';
import { Fault } from '../../lib/faults.ts';
import { isAddress } from './feed-choice.ts';

export interface FeedInput {
  readonly feed: Feed;
  readonly files: FeedFiles;
  /** A folder's, of which nobody knows whether it is the newest. */
  readonly local: boolean;
}

export interface InputOptions {
  /** Wanted ecosystems; `undefined`: all. */
  readonly ecosystems: readonly string[] | undefined;
  readonly cache: string;
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How often a request is sent at most. */
  readonly tries?: number | undefined;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** Makes the files of a feed that is no set of files anywhere. */
type MakeFiles = (base: string | undefined, options: InputOptions) => Promise<FeedFiles>;

/** Feeds whose files are made. */
const made: ReadonlyMap<FeedId, MakeFiles> = new Map<FeedId, MakeFiles>([
  [
    'debian-archive',
    async (base, options) => {
      if (base !== undefined) throw unneeded('debian-archive');
      const { archiveChangelogs } = await import('./archive-changelogs.ts');
      return archiveChangelogs(options);
    },
  ],
]);

function unneeded(feed: FeedId): Fault {
  return new Fault(
    'db/from',
    `${feed} has no place of its own: it reads the archives that builds use.`,
    'Leave the place out; mirrors are named in the configuration file or by TEMPER_DEBIAN_MIRROR.',
  );
}

/** @throws Fault `db/no-address`, `feed/address`, and what makes the files throws */
export async function feedInput(feed: Feed, base: string | undefined, options: InputOptions): Promise<FeedInput> {
  const make = made.get(feed.id);
  if (make !== undefined) {
    const files = await make(base, options);
    return { feed, files, local: false };
  }
  const place = base ?? feed.address;
  if (place === undefined) {
    throw new Fault(
      'db/no-address',
      `${feed.title} has no address.`,
      `Name its folder or address: --from ${feed.id}:DIR.`,
    );
  }
  return { feed, files: feedFiles(place, options), local: !isAddress(place) };
}
