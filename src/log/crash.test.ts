// Acknowledged entries are never lost and the log never forks, wherever its writer stops.
import { expect, test } from 'vitest';
import { Crashed, type Crash, CrashingFiles, crashes } from '../../test/fakes/crashing-files.ts';
import { ed25519Signer } from '../../test/fakes/log-keys.ts';
import { parseCheckpoint, parseCheckpointText } from '../tlog/checkpoint.ts';
import { auditLog } from './audit.ts';
import { DiskStorage } from './disk.ts';
import { Log } from './log.ts';

const key = ed25519Signer();
/** Entries of each batch: below, at and across the width of a tile. */
const BATCHES = [1, 249, 5];

interface World {
  /** Entries that were acknowledged, by index. */
  readonly acknowledged: Map<number, string>;
  readonly checkpoints: Set<string>;
  /** Texts of checkpoints that the key signed, published or not. */
  readonly signed: Set<string>;
}

const newWorld = (): World => ({ acknowledged: new Map(), checkpoints: new Set(), signed: new Set() });

const openOn = async (files: CrashingFiles, { signed }: World): Promise<Log> => {
  const sign = async (message: Uint8Array): Promise<Uint8Array> => {
    signed.add(Buffer.from(message).toString());
    return await key.sign(message);
  };
  const storage = new DiskStorage('/log', { steps: files, lock: async (work) => await work() });
  return await Log.open(storage, { origin: 'log.example', signer: { ...key, sign } });
};

async function append(log: Log, world: World, words: readonly string[]): Promise<void> {
  const { index } = await log.append(words.map((word) => Buffer.from(word)));
  for (const [i, word] of words.entries()) world.acknowledged.set(index + i, word);
}

/** Appends until it is done or stops. @returns whether it was done */
async function work(files: CrashingFiles, world: World, batches: readonly number[]): Promise<boolean> {
  try {
    const log = await openOn(files, world);
    for (const [i, count] of batches.entries()) {
      await append(
        log,
        world,
        Array.from({ length: count }, (_, j) => `batch ${i} entry ${j}`),
      );
      const together = [append(log, world, [`${i} a`]), append(log, world, [`${i} b`, `${i} c`])];
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

/** Opens what is left: every acknowledged entry is there, and every checkpoint that was ever signed is of its past. */
async function check(files: CrashingFiles, world: World): Promise<void> {
  const log = await openOn(files, world);
  await log.append([Buffer.from('one more')]);
  const reader = log.reader();
  const entries: Buffer[] = [];
  while (entries.length < log.checkpoint.size) {
    entries.push(...(await reader.bundle(entries.length / 256, log.checkpoint.size)));
  }
  for (const [index, word] of world.acknowledged) {
    if (entries[index]?.toString() !== word) throw new Error(`entry ${index} is not ${word}`);
  }
  for (const text of world.checkpoints) await reader.consistency(parseCheckpoint(text), log.checkpoint);
  for (const text of world.signed) await reader.consistency(parseCheckpointText(text), log.checkpoint);
  const audit = await auditLog(new DiskStorage('/log', { steps: files }), { keys: [] });
  const bad = audit.checks.filter(({ outcome }) => outcome === 'refuted');
  if (bad.length > 0) throw new Error(JSON.stringify(bad));
}

async function stoppedAt(stop: number, crash: Crash): Promise<string | undefined> {
  const world = newWorld();
  const files = new CrashingFiles(stop);
  const done = await work(files, world, BATCHES);
  try {
    await check(files.restarted(crash), world);
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
      const world = newWorld();
      const files = new CrashingFiles(stop);
      await work(files, world, [1, 255]);
      const crash = crashes[(stop + again) % crashes.length] ?? 'killed';
      const second = files.restarted(crash, again);
      const done = await work(second, world, []);
      await check(second.restarted(crashes[again % crashes.length] ?? 'killed'), world).catch((error: unknown) => {
        problems.push(`${crash} before ${stop}, then ${again}: ${String(error)}`);
      });
      if (done) break;
    }
  }
  expect(problems.slice(0, 3)).toEqual([]);
});
