// Real processes append to one log and are killed at any moment: what they were told stays true.
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { auditLog } from '../../src/log/audit.ts';
import { DiskStorage } from '../../src/log/disk.ts';
import { LogReader } from '../../src/log/reader.ts';
import { noteKey } from '../../src/tlog/note-key.ts';

const program = fileURLToPath(new URL('../fakes/log-process.ts', import.meta.url));
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const key = noteKey('log.example', publicKey.export({ type: 'spki', format: 'der' }));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-log-'));
  await writeFile(join(folder, 'log.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
  readonly output: () => string;
}

function start(name: string, count?: number): Running {
  const args = [
    program,
    join(folder, 'log'),
    join(folder, 'log.key'),
    name,
    ...(count === undefined ? [] : [String(count)]),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<string>((resolve) => child.on('close', () => resolve(errors)));
  return { child, ended, output: () => output };
}

interface Told {
  readonly index: number;
  readonly size: number;
  readonly root: string;
  readonly word: string;
}

/** Whole lines only: the last may have been cut by the kill. */
function toldBy(output: string): Told[] {
  const lines = output
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== 'open');
  return lines.map((line) => {
    const [, index = '', size = '', root = '', word = ''] = /^(\d+) (\d+) (\S+) (.+)$/.exec(line) ?? [];
    return { index: Number(index), size: Number(size), root, word };
  });
}

async function check(told: readonly Told[]): Promise<number> {
  const storage = new DiskStorage(join(folder, 'log'));
  const reader = new LogReader(storage);
  const checkpoint = await reader.checkpoint();
  const { checks } = await auditLog(storage, { keys: [key] });
  expect(checks.filter(({ outcome }) => outcome !== 'established')).toEqual([]);
  const entries: Buffer[] = [];
  while (entries.length < checkpoint.size)
    entries.push(...(await reader.bundle(entries.length / 256, checkpoint.size)));
  expect(told.filter(({ index, word }) => entries[index]?.toString() !== word)).toEqual([]);
  const heads = new Map(told.map(({ size, root }) => [`${size} ${root}`, { size, root: Buffer.from(root, 'base64') }]));
  for (const head of heads.values()) await reader.consistency(head, checkpoint);
  return checkpoint.size;
}

test('processes that append at once and are killed at any moment', { timeout: 280_000 }, async () => {
  const told: Told[] = [];
  for (let round = 0; round < 6; round++) {
    const running = ['a', 'b'].map((name) => start(`${name}${round}`));
    // The first is killed soon after it acknowledged something, the second goes on alone for a while.
    for (const [i, { child, output, ended }] of running.entries()) {
      const patience = performance.now() + 30_000;
      while (output().split('\n').length < 3 + round * 20 && performance.now() < patience && child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 3 + i));
      }
      await new Promise((resolve) => setTimeout(resolve, (round * 13 + i * 29) % 50));
      child.kill('SIGKILL');
      expect(await ended).toBe('');
      told.push(...toldBy(output()));
    }
  }
  const last = start('last', 3);
  expect(await last.ended).toBe('');
  told.push(...toldBy(last.output()));
  expect(await check(told)).toBeGreaterThanOrEqual(told.length);
  expect(told.length).toBeGreaterThan(100);
});

test('two processes that end in peace lose nothing and add nothing', { timeout: 120_000 }, async () => {
  const running = ['a', 'b', 'c'].map((name) => start(name, 6));
  expect(await Promise.all(running.map(async ({ ended }) => await ended))).toEqual(['', '', '']);
  const told = running.flatMap(({ output }) => toldBy(output()));
  expect(await check(told)).toBe(told.length);
});
