import { closeSync, openSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { RandomFile } from './random-file.ts';
import { CHUNK, readChunks } from './read-chunks.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });
const bytes = Buffer.from(Array.from({ length: 2 * CHUNK + 1000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-random-'));
  return async () => await rm(folder, { recursive: true });
});

async function opened(content = bytes): Promise<{ file: RandomFile; path: string }> {
  const path = join(folder, `x-${(await readdir(folder)).length}`);
  await writeFile(path, content);
  const file = await RandomFile.open(path);
  onTestFinished(async () => await file.close());
  return { file, path };
}

async function copied(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

describe.each([false, true])('pieces, in memory that is used again: %s', (reuse) => {
  test.each([
    [0, bytes.length],
    [5, CHUNK],
    [CHUNK - 1, CHUNK + 500],
    [100, 0],
    [bytes.length - 1, 1],
  ])('from %i, %i bytes', async (from, length) => {
    const { file } = await opened();
    expect((await copied(file.stream(from, length, { reuse }))).equals(bytes.subarray(from, from + length))).toBe(true);
  });

  test('that end before they should are a fault', async () => {
    const { file, path } = await opened();
    await truncate(path, 10);
    await expect(copied(file.stream(0, bytes.length, { reuse }))).rejects.toThrow(withCode('file/short'));
  });

  test('may be left in the middle', async () => {
    const { file } = await opened();
    for await (const chunk of file.stream(0, bytes.length, { reuse })) {
      expect(chunk.length).toBe(CHUNK);
      break;
    }
    await file.close();
    await file.close();
  });

  test('of a file that grows are all there are', async () => {
    const { path } = await opened(Buffer.from('ab'));
    const file = openSync(path, 'r');
    onTestFinished(() => {
      closeSync(file);
    });
    await appendFile(path, 'cd');
    expect((await copied(readChunks(file, { from: 1, reuse }))).toString()).toBe('bcd');
  });
});

test('only as many pieces as are asked for lie in memory: two', async () => {
  const { file } = await opened();
  const memory = new Set<unknown>();
  for await (const chunk of file.stream(0, bytes.length, { reuse: true })) memory.add(chunk.buffer);
  expect(memory.size).toBe(2);
});

test('reads at any place, fewer at the end', async () => {
  const { file } = await opened();
  expect(await file.read(3, 5)).toEqual(bytes.subarray(3, 8));
  expect((await file.read(bytes.length - 2, 100)).length).toBe(2);
  expect((await file.read(bytes.length + 9, 100)).length).toBe(0);
});

test('what is spooled has no name, and stays until it is closed', async () => {
  const spool = join(folder, 'spool');
  const stream = async function* () {
    yield bytes.subarray(0, 10);
    yield bytes.subarray(10);
  };
  const file = await RandomFile.spool(stream(), { folder: spool, name: 'it', limit: bytes.length });
  onTestFinished(async () => await file.close());
  expect(await readdir(spool)).toEqual([]);
  expect([file.size, (await copied(file.stream(0, file.size))).equals(bytes)]).toEqual([bytes.length, true]);
  const small = RandomFile.spool(stream(), { folder: spool, name: 'it', limit: bytes.length - 1 });
  await expect(small).rejects.toThrow(withCode('file/too-large'));
});

test.each(['/nonexistent', tmpdir(), '/dev/zero'])('%s is not opened', async (path) => {
  await expect(RandomFile.open(path)).rejects.toThrow(
    expect.objectContaining({ code: expect.stringMatching('^file/') as string }),
  );
});
