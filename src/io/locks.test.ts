import { hostname } from 'node:os';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from './processes.ts';
import { tmpdir } from './files.ts';
import { withLock } from './locks.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'temper-lock-'));
  onTestFinished(async () => await rm(path, { recursive: true }));
  return path;
}

test('lets one in at a time and leaves nothing behind', async () => {
  const at = await folder();
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  await Promise.all(Array.from({ length: 8 }, async () => await withLock(join(at, 'lock'), work)));
  expect([most, await readdir(at)]).toEqual([1, []]);
});

test('lets go when the work fails', async () => {
  const at = await folder();
  await expect(withLock(join(at, 'lock'), async () => await Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  expect(await readdir(at)).toEqual([]);
});

test('takes over the lock of a dead process, and only one does', async () => {
  const at = await folder();
  const dead = await run('/bin/sh', ['-c', 'echo $$']);
  const pid = Number(dead.stdout.toString());
  await writeFile(join(at, 'lock'), JSON.stringify({ pid, host: hostname(), started: '1', nonce: 'x' }));
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 20));
    inside--;
  };
  await Promise.all(Array.from({ length: 4 }, async () => await withLock(join(at, 'lock'), work)));
  expect([most, await readdir(at)]).toEqual([1, []]);
});

test('does not take a process that got the number of a dead one for it', async () => {
  const at = await folder();
  await writeFile(join(at, 'lock'), JSON.stringify({ pid: process.pid, host: hostname(), started: '1', nonce: 'x' }));
  expect(await withLock(join(at, 'lock'), async () => await Promise.resolve('in'))).toBe('in');
});

test.each([
  ["another machine's", JSON.stringify({ pid: 1, host: 'elsewhere', started: '1', nonce: 'x' })],
  ['an unreadable', '{'],
])('waits for %s lock until it is old', async (_, content) => {
  const at = await folder();
  const path = join(at, 'lock');
  await writeFile(path, content);
  const work = async (): Promise<string> => await readFile(path, 'utf8');
  await expect(withLock(path, work, { patience: 50 })).rejects.toThrow(expect.objectContaining({ code: 'lock/busy' }));
  expect(await readFile(path, 'utf8')).toBe(content);
  await utimes(path, 0, 0);
  expect(await withLock(path, work, { patience: 50 })).toContain(String(process.pid));
});
