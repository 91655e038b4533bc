import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFile } from './files.ts';
import { PendingFile } from './pending-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-pending-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a file takes the place of no folder, device or pipe', async () => {
  for (const path of [folder, '/dev/null']) {
    await expect(PendingFile.open(path)).rejects.toMatchObject({ code: 'file/kind' });
  }
  expect(await readdir(folder)).toEqual([]);
});

test('a file that was given up writes nothing any more, also not into another that is opened after it', async () => {
  const file = await PendingFile.open(join(folder, 'given-up'));
  const writing = file.write(Buffer.alloc(1 << 24));
  await file[Symbol.asyncDispose]();
  await writing;
  // It gets the number that the other one had.
  await using other = await PendingFile.open(join(folder, 'other'));
  await expect(file.write(Buffer.from('astray'))).rejects.toMatchObject({ code: 'file/failed' });
  expect(() => file.writeNow(Buffer.from('astray'))).toThrow('given up');
  await expect(file.commit()).rejects.toMatchObject({ code: 'file/failed' });
  await other.write(Buffer.from('own'));
  await other.commit();
  expect((await readFile(join(folder, 'other'), 100)).toString()).toBe('own');
  expect(await readdir(folder)).toEqual(['other']);
});
