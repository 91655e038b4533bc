// Acknowledged entries are never lost and the log never forks, wherever its writer stops.
import { expect, test } from 'vitest';
import { Crashed, type Crash, CrashingFiles, crashes } from '../../test/fakes/crashing-files.ts';
import { LogWorld } from '../../test/fakes/log-world.ts';
import { DiskStorage } from './disk.ts';

/** Entries of each batch: below, at and across the width of a tile. */
const BATCHES = [1, 249, 5];

const storageOn = (files: CrashingFiles) =>
  new DiskStorage('/log', { steps: files, lock: async (work) => await work() });

/** Appends until it is done or stops. @returns whether it was done */
async function work(files: CrashingFiles, world: LogWorld, batches: readonly number[]): Promise<boolean> {
  try {
    const log = await world.open(storageOn(files));
    for (const [i, count] of batches.entries()) {
      await world.append(
        log,
        Array.from({ length: count }, (_, j) => `batch ${i} entry ${j}`),
      );
      const together = [world.append(log, [`${i} a`]), world.append(log, [`${i} b`, `${i} c`])];
      if (i % 3 === 0) await Promise.all(together);
      else await Promise.allSettled(together);
    }
    return true;
  } catch (error) {
    if (error instanceof Crashed) return false;
    throw error;
  } finally {
    for (const text of files.published.get('/log/checkpoint') ?? []) world.checkpoints.add(text);
  }
}

async function stoppedAt(stop: number, crash: Crash): Promise<string | undefined> {
  const world = new LogWorld();
  const files = new CrashingFiles(stop);
  const done = await work(files, world, BATCHES);
  try {
    await world.check(storageOn(files.restarted(crash)));
  } catch (error) {
    return `${crash} before step ${stop} (after ${files.steps.at(-1) ?? 'nothing'}): ${String(error)}`;
  }
  return done ? 'done' : undefined;
}

test.each(crashes)('stopped at every single step: %s', { timeout: 120_000 }, async (crash) => {
  const problems: string[] = [];
  let stop = 0;
  for (; stop < 1000; stop++) {
    const outcome = await stoppedAt(stop, crash);
    if (outcome === 'done') break;
    if (outcome !== undefined) problems.push(outcome);
  }
  expect(problems.slice(0, 3)).toEqual([]);
  expect(stop).toBeGreaterThan(100);
});

test('stopped again while it recovers', { timeout: 120_000 }, async () => {
  const problems: string[] = [];
  for (let stop = 20; stop < 80; stop += 7) {
    for (let again = 0; ; again++) {
      const world = new LogWorld();
      const files = new CrashingFiles(stop);
      await work(files, world, [1, 255]);
      const crash = crashes[(stop + again) % crashes.length] ?? 'killed';
      const second = files.restarted(crash, again);
      const done = await work(second, world, []);
      const left = second.restarted(crashes[again % crashes.length] ?? 'killed');
      await world.check(storageOn(left)).catch((error: unknown) => {
        problems.push(`${crash} before ${stop}, then ${again}: ${String(error)}`);
      });
      if (done) break;
    }
  }
  expect(problems.slice(0, 3)).toEqual([]);
});
