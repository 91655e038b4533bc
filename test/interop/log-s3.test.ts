// A log in real object storage: signatures that cosign takes, readers, and writers that are killed.
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProcessResult, run as runProgram } from '../../src/io/processes.ts';
import { auditLog } from '../../src/log/audit.ts';
import { Log } from '../../src/log/log.ts';
import { LogReader } from '../../src/log/reader.ts';
import { S3Storage } from '../../src/log/s3/storage.ts';
import { signerOf } from '../../src/keys/private.ts';
import { publishImage } from '../../src/publish/image.ts';
import { Registry } from '../../src/repository/registry.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { logStorageContract } from '../contracts/log-storage.contract.ts';
import { type Run, User } from '../e2e/temper.ts';
import { FakeRegistry } from '../fakes/registry.ts';
import { FakeSigstore } from '../fakes/sigstore.ts';
import { pemOf } from './notation.ts';
import { ObjectStorage } from './object-storage.ts';
import { describeWith } from './peers.ts';
import { tinyImage } from './tiny.ts';

const writer = fileURLToPath(new URL('../fakes/log-process.ts', import.meta.url));

describeWith(['cosign', 'versitygw'], 'a log in real object storage', (paths) => {
  let storage: ObjectStorage;
  let sigstore: FakeSigstore;
  let user: User;

  beforeAll(async () => {
    storage = await ObjectStorage.start(paths.versitygw);
    sigstore = await FakeSigstore.start();
    user = await User.create();
    for (const [name, pair] of [
      ['ours', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
      ['log', generateKeyPairSync('ed25519')],
    ] as const) {
      await writeFile(user.path(`${name}.key`), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), {
        mode: 0o600,
      });
      await writeFile(user.path(`${name}.pub`), pair.publicKey.export({ type: 'spki', format: 'pem' }));
    }
    await writeFile(user.path('artifact'), 'an artifact\n');
    await writeFile(user.path('other'), 'another\n');
    await writeFile(user.path('tsa.pem'), pemOf(sigstore.tsa.authority.chain.map((der) => parseCertificate(der))));
    const start = 'start=2020-01-01T00:00:00Z';
    await temper(
      'trust',
      'root',
      '--log',
      `log.example=log.pub,${start}`,
      '--tsa',
      `https://time.example=tsa.pem,${start}`,
      '--output',
      'root.json',
    );
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
    await sigstore[Symbol.asyncDispose]();
    await storage[Symbol.asyncDispose]();
  });

  const place = (name: string) => `s3://${storage.bucket}/${name}`;
  const open = (name: string) => new S3Storage(place(name), { environment: storage.environment });
  const temper = async (...args: string[]): Promise<Run> => {
    const run = await user.temper(args, { env: storage.environment });
    expect([run.stderr, run.status]).toEqual(['', 0]);
    return run;
  };
  const logged = () => [
    '--key',
    'ours.key',
    '--log',
    place('signed/log'),
    '--log-key',
    'log.key',
    '--log-origin',
    'log.example',
    '--timestamp-server-url',
    sigstore.tsa.url,
  ];
  const trusted = ['--key', 'ours.pub', '--trusted-root', 'root.json', '--use-signed-timestamps'];
  const cosign = async (...args: string[]): Promise<ProcessResult> =>
    await runProgram(paths.cosign, args, { cwd: user.folder, env: { HOME: user.folder } });

  logStorageContract('in real object storage', (number) => open(`contract/${number}`));

  test('a signature over a file is logged there, and cosign takes it through the trusted root', async () => {
    await temper('sign', '--blob', 'artifact', '--output', 'bundle.json', ...logged());
    const taken = await cosign('verify-blob', '--bundle', 'bundle.json', ...trusted, 'artifact');
    expect([taken.stderr, taken.status]).toEqual(['Verified OK\n', 0]);
    expect((await cosign('verify-blob', '--bundle', 'bundle.json', ...trusted, 'other')).status).not.toBe(0);
  });

  test('an image is signed with it, and cosign and Temper verify it', async () => {
    await using registry = await FakeRegistry.start({ referrers: true });
    const { image, blobs, manifests } = tinyImage('logged');
    await publishImage(new Registry(registry.host, 'a/b'), { blobs, manifests, referrers: [], tag: 'v1' });
    const reference = `${registry.host}/a/b@${image.digest}`;
    await temper('sign', reference, ...logged());
    const taken = await cosign('verify', '--allow-http-registry', ...trusted, reference);
    expect([taken.stderr, taken.status]).toEqual([
      expect.stringContaining('the transparency log was verified offline'),
      0,
    ]);
    await temper('verify', reference, '--signatures-only', '--key', 'ours.pub', '--trusted-root', 'root.json');
    const asked = ['attestation', 'list', reference, '--json'];
    expect((await temper(...asked)).stdout).toContain('sigstore');
  });

  test('it is shown, checked and served', async () => {
    const log = await Log.open(open('read'), {
      origin: 'log.example',
      signer: signerOf(generateKeyPairSync('ed25519').privateKey, 'k'),
    });
    await log.append(Array.from({ length: 300 }, (_, i) => Buffer.from(`entry ${i}`)));
    expect((await temper('log', 'show', place('read'), '7')).stdout).toContain('entry 7');
    expect((await temper('log', 'verify', place('read'))).stdout).toContain('log.example: the log holds, 300 entries');
    const served = user.start(['log', 'serve', place('read'), '--listen', '127.0.0.1:0'], { env: storage.environment });
    const url = await new Promise<string>((resolve) => {
      served.child.stdout?.on('data', (chunk: Buffer) => {
        const found = /http:\/\/\S+/.exec(chunk.toString());
        if (found !== null) resolve(found[0]);
      });
    });
    const checked = await temper('log', 'verify', url);
    served.child.kill();
    await served.ended;
    expect(checked.stdout).toContain('300 entries');
    const missing = await user.temper(['log', 'show', place('nothing')], { env: storage.environment });
    expect(missing).toMatchObject({ status: 2, stderr: expect.stringContaining('log/missing') as string });
    const nowhere = await user.temper(['log', 'show', 's3://nowhere/log'], { env: storage.environment });
    expect(nowhere).toMatchObject({ status: 2, stderr: expect.stringContaining('s3/no-bucket') as string });
    const stranger = { ...storage.environment, AWS_SECRET_ACCESS_KEY: 'another' };
    const denied = await user.temper(['log', 'show', place('read')], { env: stranger });
    expect(denied).toMatchObject({ status: 2, stderr: expect.stringContaining('s3/denied') as string });
  });

  test('a bucket that everybody may read is a log on the web, without what belongs to the writer', async () => {
    const log = await Log.open(open('public/log'), {
      origin: 'log.example',
      signer: signerOf(generateKeyPairSync('ed25519').privateKey, 'k'),
    });
    await log.append(Array.from({ length: 300 }, (_, i) => Buffer.from(`entry ${i}`)));
    await storage.letEverybodyRead(['public/log/checkpoint', 'public/log/tile/*']);
    const url = `${storage.environment['AWS_ENDPOINT_URL_S3']}/${storage.bucket}/public/log`;
    expect((await temper('log', 'verify', url)).stdout).toContain('300 entries');
    const caching = async (path: string) => (await fetch(`${url}/${path}`)).headers.get('cache-control');
    expect(await caching('checkpoint')).toBe('no-cache');
    expect(await caching('tile/0/000')).toBe('public, max-age=31536000, immutable');
    for (const path of ['.temper/lease', '.temper/commit/0000000000000000', '.temper/probe']) {
      expect((await fetch(`${url}/${path}`)).status).toBe(403);
    }
  });

  interface Told {
    readonly index: number;
    readonly word: string;
  }
  const start = (name: string, count?: number) => {
    const args = [writer, place('killed'), user.path('log.key'), name, ...(count === undefined ? [] : [String(count)])];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], ...user.env, ...storage.environment },
    });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const ended = new Promise<string>((resolve) => child.on('close', () => resolve(errors)));
    const told = (): Told[] =>
      [...output.matchAll(/^(\d+) \d+ \S+ (.+)\n/gm)].map(([, index, word = '']) => ({ index: Number(index), word }));
    return { child, ended, told };
  };

  test('writers are killed at any moment, and whoever comes next goes on', async () => {
    const told: Told[] = [];
    for (let round = 0; round < 5; round++) {
      const running = ['a', 'b'].map((name) => start(`${name}${round}`));
      for (const [i, one] of running.entries()) {
        const patience = performance.now() + 30_000;
        while (one.told().length < 3 + round * 20 && performance.now() < patience && one.child.exitCode === null) {
          await new Promise((resolve) => setTimeout(resolve, 3 + i));
        }
        await new Promise((resolve) => setTimeout(resolve, (round * 31 + i * 17) % 90));
        one.child.kill('SIGKILL');
        expect(await one.ended).toBe('');
        told.push(...one.told());
      }
    }
    const last = ['c', 'd'].map((name) => start(name, 3));
    for (const one of last) {
      expect(await one.ended).toBe('');
      told.push(...one.told());
    }
    expect(told.length).toBeGreaterThan(100);
    const { checks, checkpoint } = await auditLog(open('killed'), { keys: [] });
    expect(checks.filter(({ outcome }) => outcome === 'refuted')).toEqual([]);
    const reader = new LogReader(open('killed'));
    const entries: string[] = [];
    while (entries.length < checkpoint.size) {
      entries.push(...(await reader.bundle(entries.length / 256, checkpoint.size)).map((entry) => entry.toString()));
    }
    expect(told.filter(({ index, word }) => entries[index] !== word)).toEqual([]);
    expect(new Set(told.map(({ index }) => index)).size).toBe(told.length);
  });
});
