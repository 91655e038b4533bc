import { mkdir, mkdtemp, readdir, readlink, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../lib/digest.ts';
import { processName } from './locks.ts';
import { Staging } from './staging.ts';

let parent: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'temper-staging-'));
});
afterEach(async () => {
  await rm(parent, { recursive: true });
});

test('keeps a blob under its digest until it is disposed of', async () => {
  {
    await using staging = await Staging.in(parent);
    const blob = await staging.open();
    await blob.write(Buffer.from('ab'));
    await blob.keep(digestOf('ab'), 2);
    expect((await staging.blobs.read(digestOf('ab'), 10))?.toString()).toBe('ab');
    expect(await readdir(parent)).toHaveLength(1);
  }
  expect(await readdir(parent)).toEqual([]);
});

test.runIf(process.platform === 'linux')('closes the files of blobs that were never kept', async () => {
  {
    await using staging = await Staging.in(parent);
    const blob = await staging.open();
    await blob.write(Buffer.from('ab'));
    expect(await openBelow(parent)).toHaveLength(1);
  }
  expect(await openBelow(parent)).toEqual([]);
});

async function openBelow(folder: string): Promise<string[]> {
  const open = await readdir('/proc/self/fd');
  const paths = await Promise.all(open.map(async (fd) => await readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder));
}

test('removes the folders of killed processes, and no others', async () => {
  const mine = await processName();
  const [pid, started, host, nonce] = mine.split('-');
  const elsewhere = 'a'.repeat(8);
  const long = `${2 ** 30}-${started}-${elsewhere}-${'0'.repeat(16)}`;
  const names = {
    mine,
    dead: `${2 ** 30}-${started}-${host}-${nonce}`,
    anotherProcessOfItsNumber: `${pid}-1-${host}-${nonce}`,
    ofAnotherMachine: `${2 ** 30}-${started}-${elsewhere}-${nonce}`,
    ofAnotherMachineLongAgo: long,
    ofSomebodyElse: 'notes',
  };
  for (const name of Object.values(names)) await mkdir(join(parent, name, 'sha256'), { recursive: true });
  await utimes(join(parent, long), 0, 0);
  await writeFile(join(parent, 'file'), 'not ours');
  await using staging = await Staging.in(parent);
  expect((await readdir(parent)).sort()).toEqual(
    ['file', 'notes', basename(staging.blobs.folder), mine, names.ofAnotherMachine].sort(),
  );
});
