// Acknowledged entries are never lost and the log never forks, wherever its writers stop, lie still or are not answered.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../../src/lib/faults.ts';
import { LogWorld } from '../fakes/log-world.ts';
import { FakeS3, type Mishap, type SeenRequest } from '../fakes/s3.ts';
import { LEASE_PATH } from '../../src/log/s3/lease.ts';
import { type S3Options, S3Storage } from '../../src/log/s3/storage.ts';

const PLACE = 'log';
const storage = (s3: FakeS3, who: string, options: Partial<S3Options> = {}) =>
  new S3Storage(`s3://${s3.bucket}/${PLACE}`, {
    environment: s3.environment(who),
    http: { backoff: 1, idle: 20_000 },
    tries: 1,
    ...options,
  });

/** Appends until it is done or stops. @returns whether it was done */
async function work(world: LogWorld, at: S3Storage, who: string, batches: readonly number[]): Promise<boolean> {
  try {
    const log = await world.open(at);
    for (const [i, count] of batches.entries()) {
      await world.append(
        log,
        Array.from({ length: count }, (_, j) => `${who} batch ${i} entry ${j}`),
      );
    }
    return true;
  } catch (fault) {
    // That the log is damaged is nothing that a network does.
    const isPassing = fault instanceof Fault && /^(network|s3|lock)\//.test(fault.code);
    if (!isPassing) world.problems.push(`${who}: ${String(fault)}`);
    return false;
  }
}

/** As when it ran out, or somebody removed it. */
const endLease = (s3: FakeS3) => s3.objects.delete(`${PLACE}/${LEASE_PATH}`);

async function problemOf(s3: FakeS3, world: LogWorld, words: string): Promise<string[]> {
  endLease(s3);
  s3.mishap = () => undefined;
  for (const bytes of s3.history.get(`${PLACE}/checkpoint`) ?? []) world.checkpoints.add(bytes.toString());
  try {
    await world.check(storage(s3, 'last'));
    return [];
  } catch (error) {
    return [`${words}: ${String(error)}`];
  }
}

/** Entries of each batch: below, at and across the width of a tile. */
const BATCHES = [3, 254];

/**
 * killed: nothing of the request or anything after it arrives. answered to nobody: the request is carried out before. late: the
 * request arrives when another writer has gone on. still: the writer lies still before the request arrives, or before its answer does,
 * while another goes on; then it goes on itself.
 */
const ways = ['killed', 'answered to nobody', 'late', 'still before it', 'still after it'] as const;

/** A store that was found fit before. */
async function startStore(): Promise<FakeS3> {
  const s3 = await FakeS3.start();
  await storage(s3, 'operator').exclusively(async () => await Promise.resolve());
  return s3;
}

async function stoppedAt(stop: number, way: (typeof ways)[number]): Promise<{ done: boolean; problems: string[] }> {
  await using s3 = await startStore();
  const world = new LogWorld();
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let count = 0;
  let at = '';
  s3.mishap = (request: SeenRequest): Mishap | undefined => {
    if (request.who !== 'first' || count++ !== stop) return undefined;
    at = `${request.method} ${request.key}`;
    reached.resolve();
    if (way === 'killed' || way === 'answered to nobody') s3.kill('first');
    if (way === 'killed') return 'dropped';
    if (way === 'answered to nobody') return 'lost';
    return { after: goOn.promise, done: way === 'still after it' };
  };
  const first = work(world, storage(s3, 'first'), 'first', BATCHES);
  const done = await Promise.race([first, reached.promise.then(() => undefined)]);
  if (way === 'late') s3.kill('first');
  endLease(s3);
  if (done === undefined) await work(world, storage(s3, 'second'), 'second', [1, 255]);
  goOn.resolve();
  await first;
  return { done: done === true, problems: await problemOf(s3, world, `${way} at request ${stop}, ${at}`) };
}

test.each(ways)('a writer is stopped at every single request: %s', { timeout: 120_000 }, async (way) => {
  const problems: string[] = [];
  let stop = 0;
  for (; stop < 1000; stop++) {
    const outcome = await stoppedAt(stop, way);
    problems.push(...outcome.problems);
    if (outcome.done) break;
  }
  expect(problems.slice(0, 3)).toEqual([]);
  expect(stop).toBeGreaterThan(30);
});

const MISHAPS: readonly ((s3: FakeS3) => Mishap | undefined)[] = [
  () => 'dropped',
  () => 'lost',
  () => 503,
  () => ({ status: 500, done: true }),
  () => ({ status: 409, code: 'ConditionalRequestConflict' }),
  () => ({ after: new Promise((resolve) => setTimeout(resolve, 30)) }),
  () => ({ after: new Promise((resolve) => setTimeout(resolve, 200)), done: true }),
  // The other comes in while this one believes that it has the lease.
  (s3) => void endLease(s3),
  (s3) => void endLease(s3),
  (s3) => void endLease(s3),
];

const dice = fc.array(fc.nat({ max: MISHAPS.length * 5 }), { minLength: 997, maxLength: 997 });

test.each([
  ['that soon ends', 60],
  ['that lasts', 2000],
])('two writers lose requests, answers and a lease %s', { timeout: 120_000 }, async (_, term) => {
  let acknowledged = 0;
  await fc.assert(
    fc.asyncProperty(dice, async (thrown) => {
      await using s3 = await startStore();
      const world = new LogWorld();
      let count = 0;
      s3.mishap = () => MISHAPS[thrown[count++ % thrown.length] ?? 0]?.(s3);
      const writer = async (who: string) => {
        const at = storage(s3, who, { tries: 3, term, patience: 5000 });
        for (let round = 0; round < 4; round++) await work(world, at, `${who} ${round}`, [1, 2, 90, 1]);
      };
      await Promise.all([writer('first'), writer('second')]);
      expect(await problemOf(s3, world, 'two writers')).toEqual([]);
      acknowledged += world.acknowledged.size;
    }),
    { numRuns: 5, endOnFailure: true },
  );
  expect(acknowledged).toBeGreaterThan(0);
});
