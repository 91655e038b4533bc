// The client for tuf-conformance, spoken to as that suite does.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { messageOf } from '../../src/lib/faults.ts';
import { FakeServer } from '../fakes/server.ts';
import { FakeTuf, hashed, NOW } from '../fakes/tuf.ts';
import { answer } from './tuf-client.ts';

let folder: string;
let repo: FakeTuf;
let server: FakeServer;
let requests: string[];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
  folder = mkdtempSync(join(tmpdir(), 'temper-conformance-'));
  repo = new FakeTuf();
  requests = [];
  server = await FakeServer.start((request, response) => {
    const path = (request.url ?? '').replace(/^\/(?:metadata|targets)\//, '');
    requests.push(path);
    const found =
      repo.metadata.get(decodeURIComponent(path)) ??
      repo.metadata.get(path) ??
      repo.files.get(decodeURIComponent(path));
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  writeFileSync(join(folder, 'initial.json'), repo.firstRoot);
  await answer(['--metadata-dir', join(folder, 'metadata'), 'init', join(folder, 'initial.json')]);
});

afterEach(async () => {
  vi.useRealTimers();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function says(...words: string[]): Promise<string> {
  const places = ['--metadata-dir', join(folder, 'metadata'), '--metadata-url', `${server.url}/metadata/`];
  return await answer([...places, ...words]).then(() => 'done', messageOf);
}

async function download(name: string): Promise<string> {
  const places = ['--target-base-url', `${server.url}/targets/`, '--target-dir', folder];
  return await says('--target-name', name, ...places, 'download');
}

const version = (role: string): unknown =>
  (JSON.parse(readFileSync(join(folder, 'metadata', `${role}.json`), 'utf8')) as { signed: { version: number } }).signed
    .version;

test('keeps what is trusted under the names that the suite looks for', async () => {
  expect(requests).toEqual([]);
  expect(await says('refresh')).toBe('done');
  expect(readdirSync(join(folder, 'metadata'))).toEqual([
    'root.json',
    'snapshot.json',
    'targets.json',
    'timestamp.json',
  ]);
  repo.bump('root', 'timestamp', 'snapshot');
  repo.metadata.delete('2.snapshot.json');
  expect(await says('refresh')).toMatch(/snapshot.json/);
  expect([version('root'), version('timestamp'), version('snapshot')]).toEqual([2, 2, 1]);
});

test('downloads a target once, and again when it changed', async () => {
  repo.targets.set('a/b c.txt', Buffer.from('one'));
  repo.publishAll();
  expect(await download('a/b c.txt')).toBe('done');
  requests.length = 0;
  expect(await download('a/b c.txt')).toBe('done');
  expect(requests).toEqual(['2.root.json', 'timestamp.json']);
  repo.targets.set('a/b c.txt', Buffer.from('two'));
  repo.bump('targets', 'snapshot', 'timestamp');
  expect(await download('a/b c.txt')).toBe('done');
  expect(requests.at(-1)).toBe(hashed('a/b c.txt', Buffer.from('two')).replace(' ', '%20'));
  expect(readFileSync(join(folder, encodeURIComponent('a/b c.txt')), 'utf8')).toBe('two');
  expect(await download('nothing')).toBe('there is no target nothing');
});

test.each(['?', '#', '/delegatedrole', '../delegatedrole'])(
  'asks once for the file of a role of the name %j',
  async (name) => {
    repo.delegate('targets', [{ name }]);
    repo.bump('targets', 'snapshot', 'timestamp');
    expect(await download('nonexistent target')).toBe('there is no target nonexistent target');
    expect(requests.at(-1)).toBe(`1.${encodeURIComponent(name)}.json`);
    expect(readdirSync(join(folder, 'metadata'))).toHaveLength(5);
  },
);
