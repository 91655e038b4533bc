// A build that is interrupted at any moment leaves nothing that the next one stumbles over.
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDistribution, writeDefinition } from './distribution.ts';
import { EarlierBuild, leftOvers, type Scene, scene, snapshot, wholeLock } from './refused-build.ts';
import { faultOf, type Run, type Started } from './temper.ts';

let earlier: EarlierBuild;
beforeAll(async () => {
  earlier = await EarlierBuild.make();
});
afterAll(async () => {
  await earlier[Symbol.asyncDispose]();
});

/** Enough content that writing layers takes a while. */
const bulk = Buffer.alloc(8 << 20);
for (let i = 0, state = 1; i < bulk.length; i += 4)
  bulk.writeUInt32LE((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0), i);

async function setting(): Promise<Scene> {
  const it = await scene(earlier, startDistribution({ name: 'bulk', files: { 'usr/share/bulk': bulk } }));
  await writeDefinition(it.user.folder, it.archive, { packages: ['base-files', 'tiny-app', 'bulk'] });
  return it;
}

const command = (output: string): string[] => ['build', 'tiny.yaml', '--json', '--output', `oci:${output}`];

/** Starts a build whose download of `part` stalls half-way, and waits until it does. */
async function stalled({ user, archive }: Scene, part: string, output: string): Promise<Started> {
  archive.break(part, { kind: 'stall' });
  archive.requests.splice(0);
  const started = user.start(command(output));
  while (!archive.requests.some((path) => path.includes(part))) await sleep(10);
  await sleep(100);
  return started;
}

async function digestOf({ user }: Scene, output: string): Promise<string> {
  const run = await user.temper(command(output));
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const { digest, verification } = run.json() as { digest: string; verification: { answer: string } };
  expect(verification.answer).toBe('yes');
  return digest;
}

const moments = ['InRelease', 'by-hash', 'libtiny1', 'bulk'];

describe('a signal', () => {
  test.each([...moments.map((part) => ['SIGINT', part] as const), ['SIGTERM', 'bulk'] as const])(
    '%s while %s is fetched ends the build, with nothing half-written',
    async (signal, part) => {
      await using it = await setting();
      const before = await snapshot(it.user.path('old'));
      const { child, ended } = await stalled(it, part, 'old');
      child.kill(signal);
      const run = await ended;
      expect(run).toMatchObject({ status: 2, stdout: '' });
      expect(faultOf(run)).toMatchObject({ code: 'interrupted' });
      expect(await snapshot(it.user.path('old'))).toEqual(before);
      expect(await leftOvers(it.user.folder)).toEqual([]);
      // Packages are fetched while the lock is made: only then may there be one, and it is whole.
      const locked = await wholeLock(it.user);
      expect(locked && part !== 'libtiny1' && part !== 'bulk').toBe(false);
      it.archive.mend();
      await digestOf(it, 'old');
    },
  );
});

test('SIGINT at any moment ends with nothing, or with a whole image', async () => {
  await using it = await setting();
  const right = await digestOf(it, 'right');
  const statuses: unknown[] = [];
  for (const delay of [250, 500, 700, 900]) {
    await forget(it);
    const { child, ended } = it.user.start(command('new'));
    await sleep(delay);
    child.kill('SIGINT');
    const run = await ended;
    statuses.push(run.status);
    expect(await leftOvers(it.user.folder)).toEqual([]);
    expect(ending(run)).toMatch(/^(?:whole|interrupted|SIGINT)$/);
    expect(await digestOf(it, 'new')).toBe(right);
  }
  expect(statuses).toContain(2);
});

/** How a run ended; by the signal itself only while Node.js starts. */
function ending(run: Run): string {
  if (run.status === 0) return 'whole';
  return run.signal ?? faultOf(run).code;
}

describe('SIGKILL', () => {
  test.each(moments)('while %s is fetched: the next run simply works', async (part) => {
    await using it = await setting();
    const { child, ended } = await stalled(it, part, 'new');
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ signal: 'SIGKILL' });
    expect(existsSync(it.user.path('new'))).toBe(false);
    // Packages are fetched while the lock is made: only then may there be one, and it is whole.
    const locked = await wholeLock(it.user);
    expect(locked && part !== 'libtiny1' && part !== 'bulk').toBe(false);
    it.archive.mend();
    await digestOf(it, 'new');
    await digestOf(it, 'old');
  });

  test('at any moment: the next run gives the same image, and no staging folder stays', async () => {
    await using it = await setting();
    const right = await digestOf(it, 'right');
    let staged = 0;
    for (const delay of [300, 500, 650, 800, 950, 1100, 1300]) {
      await forget(it);
      const { child, ended } = it.user.start(command('new'));
      await sleep(delay);
      child.kill('SIGKILL');
      await ended;
      staged += (await staging(it)).length;
      expect(await digestOf(it, 'new')).toBe(right);
      expect(await staging(it)).toEqual([]);
      expect(await it.user.temper(['verify', 'oci:new'])).toMatchObject({ status: 0 });
    }
    expect(staged).toBeGreaterThan(0);
  });
});

const staging = async ({ user }: Scene): Promise<string[]> => await readdir(user.path('cache', 'temper', 'staging'));

/** Removes the image, and what says that it was built: the next run does all of it again. */
async function forget({ user }: Scene): Promise<void> {
  await rm(user.path('new'), { recursive: true, force: true });
  await rm(user.path('cache', 'temper', 'builds'), { recursive: true, force: true });
}
