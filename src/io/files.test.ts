import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAt, readFile, streamFile } from './files.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-pipes-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test.each([
  ['readFile', async (path: string) => await readFile(path, 100)],
  ['readAt', async (path: string) => await readAt(path, 0, 1)],
  ['streamFile', async (path: string) => await streamFile(path).next()],
] as const)('%s waits for no pipe and reads no device and no folder', async (_name, read) => {
  const pipe = join(folder, 'pipe');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  for (const path of [pipe, '/dev/zero', folder]) await expect(read(path)).rejects.toMatchObject({ code: 'file/kind' });
});
