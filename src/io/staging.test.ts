import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../lib/digest.ts';
import { ownerText } from './locks.ts';
import { Staging } from './staging.ts';

let parent: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'temper-staging-'));
});
afterEach(async () => {
  await rm(parent, { recursive: true });
});

async function folderOf(name: string, owner: string | undefined): Promise<void> {
  await mkdir(join(parent, name, 'sha256'), { recursive: true });
  if (owner !== undefined) await writeFile(join(parent, name, 'owner'), owner);
}

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

test('removes the folders of killed processes, and no others', async () => {
  const mine = await ownerText();
  const other = (change: object) => JSON.stringify({ ...(JSON.parse(mine) as object), ...change });
  await folderOf('living', mine);
  await folderOf('dead', other({ pid: 2 ** 30 }));
  await folderOf('another-process-of-its-number', other({ started: '1' }));
  await folderOf('of-another-machine', other({ host: 'elsewhere', pid: 2 ** 30 }));
  await folderOf('of-another-machine-long-ago', other({ host: 'elsewhere', pid: 2 ** 30 }));
  await utimes(join(parent, 'of-another-machine-long-ago', 'owner'), 0, 0);
  await folderOf('just-begun', undefined);
  await folderOf('begun-long-ago', undefined);
  await utimes(join(parent, 'begun-long-ago'), 0, 0);
  await writeFile(join(parent, 'file'), 'not ours');
  await using staging = await Staging.in(parent);
  const left = await readdir(parent);
  const own = left.filter((name) => name.startsWith(`${process.pid}-`));
  expect(own).toHaveLength(1);
  expect(left.filter((name) => !own.includes(name)).sort()).toEqual([
    'file',
    'just-begun',
    'living',
    'of-another-machine',
  ]);
  expect(await readFile(join(parent, own[0] ?? '', 'owner'), 'utf8')).toContain(`"pid":${process.pid}`);
  expect(staging.blobs.folder).toBe(join(parent, own[0] ?? ''));
});
