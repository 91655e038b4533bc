import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSmallFile, SMALL } from './small-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'temper-small-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('reads a small file whole, and leaves large ones, folders and devices to others', () => {
  const path = join(folder, 'a');
  writeFileSync(path, 'hello');
  expect(readSmallFile(path)?.toString()).toBe('hello');
  writeFileSync(path, Buffer.alloc(SMALL, 1));
  expect(readSmallFile(path)?.length).toBe(SMALL);
  writeFileSync(path, Buffer.alloc(SMALL + 1));
  expect(readSmallFile(path)).toBeUndefined();
  expect(readSmallFile(folder)).toBeUndefined();
  expect(readSmallFile('/dev/zero')).toBeUndefined();
  // Files of the kernel say that they are empty.
  expect(readSmallFile('/proc/self/stat')).toBeUndefined();
  expect(() => readSmallFile(join(folder, 'b'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
