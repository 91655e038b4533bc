// A disk that is full or may not be written to: no answer, nothing half-written, and the next run simply works.
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDistribution, writeDefinition } from './distribution.ts';
import { asNobody, canMount, isRoot, SmallDisk } from './privileges.ts';
import { EarlierBuild, leftOvers, type Scene, scene, snapshot, wholeLock } from './refused-build.ts';
import { faultOf, type Run, type ShownFault } from './temper.ts';

let earlier: EarlierBuild;
beforeAll(async () => {
  earlier = await EarlierBuild.make();
});
afterAll(async () => {
  await earlier[Symbol.asyncDispose]();
});

async function setting(): Promise<Scene> {
  const noise = Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * i * 7919 + (i >> 3) * 104_729) >> 5));
  const it = await scene(earlier, startDistribution({ name: 'noise', files: { 'usr/share/noise': noise } }));
  await writeDefinition(it.user.folder, it.archive, { packages: ['base-files', 'tiny-app', 'noise'] });
  return it;
}

const built = async ({ user }: Scene, output: string, ...args: string[]): Promise<Run> =>
  await user.temper(['build', 'tiny.yaml', '--json', '--output', output, ...args]);

async function refused(it: Scene, output: string, ...args: string[]): Promise<ShownFault> {
  const run = await built(it, output, ...args);
  expect(run).toMatchObject({ status: 2, stdout: '' });
  expect(await leftOvers(it.user.folder)).toEqual([]);
  return faultOf(run);
}

describe('a full disk (needs root, to mount a small one)', { skip: !canMount }, () => {
  test('under the output: nothing is there under the tag; with more room the next run works', async () => {
    await using it = await setting();
    using disk = new SmallDisk(it.user.path('small'), '100k');
    const fault = await refused(it, 'oci:small/out');
    expect(fault).toMatchObject({ code: 'file/disk-full' });
    expect(fault.sentence).toContain(join(disk.folder, 'out'));
    expect(await it.user.temper(['inspect', 'oci:small/out', '--json'])).toMatchObject({ status: 2, stdout: '' });
    disk.remount('size=10m');
    expect(await built(it, 'oci:small/out')).toMatchObject({ status: 0, stderr: '' });
    expect(await it.user.temper(['verify', 'oci:small/out'])).toMatchObject({ status: 0 });
  });

  test('under a layout that is there: the earlier image stays whole', async () => {
    await using it = await setting();
    using disk = new SmallDisk(it.user.path('small'), '400k');
    const layout = join(disk.folder, 'old');
    await cp(it.user.path('old'), layout, { recursive: true });
    const before = await readFile(join(layout, 'index.json'), 'utf8');
    await fill(disk);
    expect(await refused(it, `oci:${layout}`)).toMatchObject({ code: 'file/disk-full' });
    expect(await readFile(join(layout, 'index.json'), 'utf8')).toBe(before);
    expect(await it.user.temper(['verify', `oci:${layout}`, '--key', it.user.publicKey])).toMatchObject({ status: 0 });
  });

  test('under the cache, when packages are fetched and when layers are written', async () => {
    await using it = await setting();
    using disk = new SmallDisk(it.user.path('small'), '40k');
    for (const size of ['40k', '120k']) {
      disk.remount(`size=${size}`);
      const fault = await refused(it, 'oci:new', '--cache', disk.folder);
      expect(fault.code).toBe('file/disk-full');
      expect(fault.sentence).toContain(join(disk.folder, size === '40k' ? 'packages' : 'staging'));
      expect(await snapshot(it.user.path('new')).catch(() => 'nothing')).toBe('nothing');
    }
    disk.remount('size=10m');
    expect(await built(it, 'oci:new', '--cache', disk.folder)).toMatchObject({ status: 0, stderr: '' });
  });

  test('under the definition: there is no half of a lock', async () => {
    await using it = await setting();
    using disk = new SmallDisk(it.user.path('small'), '16k');
    const definition = await writeDefinition(disk.folder, it.archive);
    await fill(disk);
    const run = await it.user.temper(['build', definition, '--json', '--output', 'oci:new']);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(faultOf(run)).toMatchObject({ code: 'file/disk-full' });
    expect(Object.keys(await snapshot(disk.folder)).filter((path) => path.includes('lock'))).toEqual([]);
    expect(await leftOvers(it.user.folder)).toEqual([]);
  });

  async function fill({ folder }: SmallDisk): Promise<void> {
    for (let i = 0; i < 1000; i++) {
      if (
        !(await writeFile(join(folder, `fill-${i}`), Buffer.alloc(4096)).then(
          () => true,
          () => false,
        ))
      )
        return;
    }
  }
});

test('an output on a read-only file system is refused', { skip: !canMount }, async () => {
  await using it = await setting();
  using disk = new SmallDisk(it.user.path('fixed'), '100k');
  disk.remount('ro');
  const fault = await refused(it, 'oci:fixed/out');
  expect(fault.code).toBe('file/denied');
  expect(fault.sentence).toContain(disk.folder);
});

test('an output in a folder of somebody else is refused', async () => {
  await using it = await setting();
  const { user } = it;
  for (const name of ['cache', 'state']) await mkdir(user.path(name), { recursive: true });
  await mkdir(user.path('theirs'), { mode: 0o555 });
  if (isRoot) for (const path of [user.folder, user.path('cache'), user.path('state')]) await chmod(path, 0o777);
  if (isRoot) await open(user.path('config'));
  const under = isRoot ? asNobody : [];
  const run = await user.temper(['build', 'tiny.yaml', '--json', '--output', 'oci:theirs/out'], { under });
  expect(run).toMatchObject({ status: 2, stdout: '' });
  expect(faultOf(run)).toMatchObject({ code: 'file/denied' });
  expect(await snapshot(user.path('theirs'))).toEqual({});
  expect(await leftOvers(user.folder)).toEqual([]);
  expect(await wholeLock(user)).toBe(true);
});

/** Lets everybody read and write what is in a folder. */
async function open(folder: string): Promise<void> {
  await chmod(folder, 0o777);
  for (const path of [
    'temper',
    'temper/keys',
    'temper/keys/default.key',
    'temper/keys/default.pub',
    'temper/policy.yaml',
  ])
    await chmod(join(folder, path), 0o777);
}
