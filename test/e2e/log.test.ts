// `temper log show|verify|serve` over a log in a folder, and over the same log served.
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signerOf } from '../../src/keys/private.ts';
import { publicKeyPem } from '../../src/keys/public.ts';
import { DiskStorage } from '../../src/log/disk.ts';
import { Log } from '../../src/log/log.ts';
import { formatVerifierKey, noteKey } from '../../src/tlog/note-key.ts';
import { parseProof, provesEntry } from '../../src/tlog/proof.ts';
import { faultOf, User } from './temper.ts';

const signer = signerOf(generateKeyPairSync('ed25519').privateKey, 'k');
const verifierKey = formatVerifierKey(noteKey('log.example', signer.publicKey.spki));
let user: User;
let log: Log;

beforeEach(async () => {
  user = await User.create();
  await writeFile(user.path('log.pub'), publicKeyPem(signer.publicKey));
  log = await Log.open(new DiskStorage(user.path('log')), { origin: 'log.example', signer });
  await log.append(Array.from({ length: 300 }, (_, i) => Buffer.from(`{"kind":"made-up","number":${i}}`)));
  await writeFile(user.path('old'), await readFile(user.path('log', 'checkpoint')));
  await log.append(Array.from({ length: 300 }, (_, i) => Buffer.from(`more \u001b ${i}`)));
});

afterEach(async () => {
  await user[Symbol.asyncDispose]();
});

interface Shown {
  readonly schema: string;
  readonly size: number;
  readonly entries: readonly { index: number; bytes: string; kind?: string; proof: string }[];
}

test('shows the checkpoint, the last entries, and one with its proof', async () => {
  const all = await user.temper(['log', 'show', 'log']);
  expect([all.status, all.stderr]).toEqual([0, '']);
  expect(all.stdout).toMatch(/ORIGIN +log\.example\nSIZE +600\n/);
  expect(all.stdout).toContain('  599     10  more \\x1b 299');
  const one = (await user.temper(['log', 'show', 'log', '7', '--json'])).json() as Shown;
  expect(one).toMatchObject({
    $schema: 'urn:temper:schema:log:1',
    size: 600,
    entries: [{ index: 7, kind: 'made-up' }],
  });
  const [entry] = one.entries;
  expect(provesEntry(parseProof(entry?.proof ?? ''), Buffer.from(entry?.bytes ?? '', 'base64'))).toBe(true);
  expect((await user.temper(['log', 'show', 'log', '7'])).stdout).toContain('c2sp.org/tlog-proof@v1\nindex 7\n');
  expect(faultOf(await user.temper(['log', 'show', 'log', '600']))).toMatchObject({ code: 'log/no-entry' });
  expect(faultOf(await user.temper(['log', 'show', 'log', '--', '-1']))).toMatchObject({ code: 'log/index' });
  expect(faultOf(await user.temper(['log', 'show', 'nothing']))).toMatchObject({ code: 'log/missing' });
});

test('verifies it, by each form of the key, from an older checkpoint', async () => {
  await mkdir(user.path('config', 'temper', 'keys'), { recursive: true });
  await writeFile(user.path('config', 'temper', 'keys', 'mine.pub'), publicKeyPem(signer.publicKey));
  for (const key of [verifierKey, 'log.pub', 'mine']) {
    const run = await user.temper(['log', 'verify', 'log', '--key', key, '--since', 'old']);
    expect([run.stderr, run.status]).toEqual(['', 0]);
    expect(run.stdout).toContain('log.example: the log holds, 600 entries');
  }
  const unknown = (await user.temper(['log', 'verify', 'log', '--json'])).json();
  expect(unknown).toMatchObject({
    answer: 'yes',
    checks: [{ check: 'signature', outcome: 'not established' }, {}, {}, {}],
  });
});

test('says no, and where, when an entry was altered', async () => {
  const path = user.path('log', 'tile', 'entries', '001');
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(10) ^ 1, 10);
  await writeFile(path, bytes);
  const run = await user.temper(['log', 'verify', 'log', '--key', verifierKey]);
  expect(run.status).toBe(1);
  expect(run.stdout).toMatch(/tiles +refuted +tile\/0\/001 does not hold the hashes of the entries below it/);
  expect(run.stdout).toContain('the log does NOT hold');
});

test('serves it: what is public and nothing else', async () => {
  const served = user.start(['log', 'serve', 'log', '--listen', '127.0.0.1:0']);
  const url = await new Promise<string>((resolve) => {
    served.child.stdout?.on('data', (chunk: Buffer) => {
      const found = /http:\/\/\S+/.exec(chunk.toString());
      if (found !== null) resolve(found[0]);
    });
  });
  const run = await user.temper(['log', 'verify', url, '--key', verifierKey, '--since', 'old']);
  expect([run.stderr, run.status]).toEqual(['', 0]);
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    await response.arrayBuffer();
    return [response.status, response.headers.get('content-type'), response.headers.get('cache-control')];
  };
  expect(await get('/checkpoint')).toEqual([200, 'text/plain; charset=utf-8', 'no-cache']);
  expect(await get('/tile/0/000')).toEqual([200, 'application/octet-stream', 'public, max-age=31536000, immutable']);
  const hidden = [
    '/',
    '/.temper/lock',
    '/.temper/commit/0000000000000300',
    '/tile/0/003',
    '/tile/0/002.p/89',
    '/tile/0/%30%30%30',
  ];
  for (const path of hidden) expect([path, (await get(path))[0]]).toEqual([path, 404]);
  expect((await get('/checkpoint', { method: 'POST', body: 'x' }))[0]).toBe(405);
  expect((await get('/checkpoint', { method: 'HEAD' }))[0]).toBe(200);
  served.child.kill('SIGTERM');
  expect((await served.ended).status).toBe(0);
  expect(faultOf(await user.temper(['log', 'serve', 'log', '--listen', 'nowhere']))).toMatchObject({
    code: 'server/address',
  });
});
