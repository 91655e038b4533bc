import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SealedFolder } from './sealed.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-sealed-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function sealed(key = 'key'): SealedFolder {
  return new SealedFolder(join(folder, 'cache'), join(folder, key));
}

test('gives back what it kept, also to another run', async () => {
  await sealed().write('a', [Buffer.from('one '), Buffer.from('two')]);
  expect((await sealed().read('a', 100))?.toString()).toBe('one two');
  expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600);
});

test('does not believe what was changed, renamed, cut or sealed with another key', async () => {
  await sealed().write('a', [Buffer.from('content')]);
  const path = join(folder, 'cache', 'a');
  const whole = await readFile(path);
  expect(await sealed('other').read('a', 100)).toBeUndefined();
  await writeFile(path, Buffer.concat([Buffer.from('X'), whole.subarray(1)]));
  expect(await sealed().read('a', 100)).toBeUndefined();
  await writeFile(path, whole.subarray(0, 10));
  expect(await sealed().read('a', 100)).toBeUndefined();
  await writeFile(path, whole);
  expect(await sealed().read('a', 100)).toBeDefined();
  await rename(path, join(folder, 'cache', 'b'));
  expect(await sealed().read('b', 100)).toBeUndefined();
});

test('reads nothing that is larger than it was told to expect', async () => {
  await sealed().write('a', [Buffer.alloc(1000)]);
  expect(await sealed().read('a', 999)).toBeUndefined();
});
