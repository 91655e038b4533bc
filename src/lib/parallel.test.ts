import { expect, test } from 'vitest';
import { inParallel } from './parallel.ts';

const pause = () => new Promise((resolve) => setImmediate(resolve));

test('gives results in the order of the items and never runs more than its width', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([5, 1, 4, 2, 3], 2, async (n) => {
    most = Math.max(most, ++running);
    for (let i = 0; i < n; i++) await pause();
    running--;
    return n * 10;
  });
  expect(results).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(2);
});

test('throws the first failure, tells the others, and starts no more', async () => {
  const started: number[] = [];
  let told = false;
  const all = inParallel([1, 2, 3, 4], 2, async (n, signal) => {
    started.push(n);
    if (n === 1) throw new Error('first');
    while (!signal.aborted) await pause();
    told = true;
  });
  await expect(all).rejects.toThrow('first');
  expect(told).toBe(true);
  expect(started).toEqual([1, 2]);
});

test('stops when its caller says so', async () => {
  const stop = new AbortController();
  const all = inParallel([1, 2, 3], 1, async () => stop.abort(new Error('enough')), stop.signal);
  await expect(all).rejects.toThrow('enough');
});
