/**
 * Runs a task for every item, at most `width` at once, and gives the results in the order of the items. The first
 * failure is thrown; tasks that run then are told by their signal and waited for, others are not started.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  task: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result[]> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
  const results: Result[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const work = async () => {
    while (next < items.length && !either.aborted) {
      const at = next++;
      try {
        results[at] = await task(items[at] as Item, either);
      } catch (error) {
        failures.push(error);
        stop.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work));
  if (failures.length > 0) throw failures[0];
  signal?.throwIfAborted();
  return results;
}
