// The feeds' order: what is said first counts first where several say the same.
import type { FeedId } from '../types.ts';

/** By the number under which a database keeps them; a number is never given to another. */
export const feedNumbers: ReadonlyMap<FeedId, number> = new Map<FeedId, number>([
  ['osv', 1],
  ['redhat', 2],
  ['debian-tracker', 3],
  ['nvd', 4],
  ['alpine-secdb', 5],
  ['debian-archive', 6],
  ['kev', 7],
  ['epss', 8],
]);

export const feedIds: readonly FeedId[] = [...feedNumbers.keys()];

/** @throws Error for a feed that has no number */
export function feedNumber(id: FeedId): number {
  const number = feedNumbers.get(id);
  if (number === undefined) throw new Error(`the feed ${id} has no number`);
  return number;
}
