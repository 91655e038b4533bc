import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { databaseStatus } from '../../src/flow/database/db-status.ts';
import { openDatabase } from '../../src/flow/database/vulnerability-database.ts';

const program = fileURLToPath(new URL('../fakes/database-process.ts', import.meta.url));
const GENEROUS = 120_000;

let folder: string;
let db: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-processes-'));
  db = join(folder, 'x.db');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function start(...args: readonly string[]): Running {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_CACHE_HOME: folder,
    XDG_STATE_HOME: folder,
  };
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, output: () => output, ended };
}

async function update(id: string, generation: number): Promise<void> {
  const running = start('update', db, id, String(generation));
  expect([await running.ended, running.output().includes('db/')]).toEqual([0, false]);
}

async function until(running: Running, text: string): Promise<void> {
  while (!running.output().includes(text)) {
    if (running.child.exitCode !== null) throw new Error(running.output());
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function summaryOf(id: string): Promise<string | undefined> {
  using opened = await openDatabase({ db, cache: '' });
  return opened.index.vulnerability(id)?.summary;
}

async function checked(): Promise<void> {
  await databaseStatus({ db, cache: '', maxAge: undefined, check: true, environment: {} });
}

test('an update that is killed half-way leaves the old one byte for byte, and nothing in the way of the next', {
  timeout: GENEROUS,
}, async () => {
  await update('osv', 1);
  const before = await readFile(db);
  const killed = start('stall', db, 'osv', '2');
  await until(killed, 'half');
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect((await readFile(db)).equals(before)).toBe(true);
  expect(await readdir(join(folder, '.x.db.staging'))).toHaveLength(1);
  await update('osv', 3);
  expect(await summaryOf('osv-7')).toBe('generation 3');
  expect((await readdir(folder)).filter((name) => name.includes('x.db'))).toEqual(['x.db']);
});

test('updates that are killed at any moment leave a whole database of one generation', {
  timeout: GENEROUS,
}, async () => {
  await update('osv', 1);
  for (let generation = 2; generation < 8; generation++) {
    const running = start('update', db, 'osv', String(generation));
    const timer = setTimeout(() => running.child.kill('SIGKILL'), 150 + generation * 90);
    await running.ended;
    clearTimeout(timer);
    await checked();
    using opened = await openDatabase({ db, cache: '' });
    const found = new Set(['osv-0', 'osv-999', 'osv-1999'].map((id) => opened.index.vulnerability(id)?.summary));
    expect(found.size).toBe(1);
  }
});

test('two updates at once both count', { timeout: GENEROUS }, async () => {
  await update('osv', 1);
  await Promise.all([update('osv', 2), update('redhat', 2)]);
  expect([await summaryOf('osv-0'), await summaryOf('redhat-0')]).toEqual(['generation 2', 'generation 2']);
  await checked();
});

test('several processes read while it is replaced again and again', { timeout: GENEROUS }, async () => {
  await update('osv', 1);
  const readers = [start('read', db), start('read', db)];
  for (const reader of readers) await until(reader, 'read 0');
  for (let generation = 2; generation < 5; generation++) await update('osv', generation);
  for (const reader of readers) {
    expect([reader.child.exitCode, reader.output().includes('Error')]).toEqual([null, false]);
    reader.child.kill('SIGKILL');
    await reader.ended;
    expect(reader.output()).not.toContain('db/');
  }
});
