// What `--from` and the configuration say of feeds: which ones, and where they stand.
import { feeds as allFeeds } from '../../advisory/all.ts';
import type { Feed } from '../../advisory/feed.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { fileExists, joinPath, resolvePath } from '../../io/files.ts';

/** A feed, and the folder or address of its files; `undefined`: where it stands in public. */
export interface FeedChoice {
  readonly feed: Feed;
  readonly base: string | undefined;
}

/** A place that `--from` names. */
export type Place =
  | { readonly kind: 'feed'; readonly choice: FeedChoice }
  /** Every feed that stands in public. */
  | { readonly kind: 'all' }
  /** A folder or address that has feeds below their names. */
  | { readonly kind: 'mirror'; readonly base: string }
  /** A database that somebody made and signed. */
  | { readonly kind: 'artifact'; readonly reference: string };

/**
 * `osv`, `osv:DIR`, `osv:https://…`; `all`; `./DIR`, `/DIR`, `https://…` with feeds below their names; `oci:DIR[:TAG]`,
 * `HOST/NAME[:TAG]`.
 * @throws Fault `db/from`
 */
export function placeOf(text: string, feeds: readonly Feed[] = allFeeds): Place {
  if (text === 'all') return { kind: 'all' };
  const [, name = '', rest] = /^([a-z][a-z0-9-]*)(?::(.*))?$/s.exec(text) ?? [];
  const feed = feeds.find(({ id }) => id === name);
  if (feed !== undefined && rest !== '') {
    return { kind: 'feed', choice: { feed, base: rest === undefined ? undefined : absolute(rest) } };
  }
  if (isAddress(text) || /^\.{0,2}\//.test(text) || text === '.' || text === '..') {
    return { kind: 'mirror', base: absolute(text) };
  }
  const isPlace = /^(?:\.{0,2}\/(?!\/)|https?:)/.test(rest ?? '') && name !== 'oci';
  if (!isPlace && /^oci(?:-dir:\/\/|:)|^registry:\/\/|\//.test(text)) return { kind: 'artifact', reference: text };
  throw new Fault(
    'db/from',
    `"${text.slice(0, 200)}" is no feed, folder, address or image.`,
    `Feeds: ${feeds
      .map(({ id }) => id)
      .sort(compareStrings)
      .join(', ')}; a folder is written ./DIR.`,
  );
}

/** The feeds of a mirror: of a folder those that are there, of an address all. @throws Fault `db/from` where there is none */
export async function mirroredFeeds(base: string, feeds: readonly Feed[] = allFeeds): Promise<FeedChoice[]> {
  const choices: FeedChoice[] = [];
  for (const feed of feeds) {
    if (isAddress(base)) choices.push({ feed, base: `${base.replace(/\/+$/, '')}/${feed.id}` });
    else if (await fileExists(joinPath(base, feed.id))) choices.push({ feed, base: joinPath(base, feed.id) });
  }
  if (choices.length > 0) return choices;
  throw new Fault(
    'db/from',
    `${base} has no feed below its name.`,
    `Name the feed: FEED:${base}, with one of ${feeds.map(({ id }) => id).join(', ')}.`,
  );
}

export function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

function absolute(place: string): string {
  return isAddress(place) ? place : resolvePath(place);
}
