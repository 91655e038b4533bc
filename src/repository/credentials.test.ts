import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseChallenges } from './authorization.ts';
import { dockerCredentials } from './credentials.ts';

async function folder(config?: unknown): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'temper-docker-'));
  onTestFinished(async () => await rm(path, { recursive: true }));
  if (config !== undefined) await writeFile(join(path, 'config.json'), JSON.stringify(config));
  return path;
}

/** A credential helper of this script on the PATH. */
async function helper(name: string, script: string): Promise<void> {
  const path = await folder();
  await writeFile(join(path, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`);
  await chmod(join(path, `docker-credential-${name}`), 0o755);
  vi.stubEnv('PATH', `${path}${delimiter}${process.env['PATH']}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

const auth = Buffer.from('ann:pass:word').toString('base64');
const ann = { kind: 'password', user: 'ann', password: 'pass:word' };

test.each([
  ['nothing', {}, undefined],
  ['a user and password', { auths: { 'h:1': { auth } } }, ann],
  ['an old URL', { auths: { 'https://h:1/v1/': { auth } } }, ann],
  ['plain members', { auths: { 'h:1': { username: 'ann', password: 'pass:word' } } }, ann],
  ['a refresh token', { auths: { 'h:1': { auth, identitytoken: 'T' } } }, { kind: 'token', token: 'T' }],
  ['another host', { auths: { h: { auth }, 'h:12': { auth } } }, undefined],
  ['a left-over of the store', { auths: { 'h:1': {} } }, undefined],
])('reads %s from the file', async (_, config, credential) => {
  expect(await dockerCredentials(await folder(config))('h:1')).toEqual(credential);
});

test('nobody is known without a file', async () => {
  expect(await dockerCredentials(await folder())('h')).toBeUndefined();
});

test("asks a host's helper, else the store", async () => {
  await helper('one', `read host; printf '{"Username":"%s","Secret":"one"}' "$host"`);
  await helper('store', `printf '{"Username":"<token>","Secret":"T"}'`);
  const credentials = dockerCredentials(await folder({ credHelpers: { 'h:1': 'one' }, credsStore: 'store' }));
  expect(await credentials('h:1')).toEqual({ kind: 'password', user: 'h:1', password: 'one' });
  expect(await credentials('other')).toEqual({ kind: 'token', token: 'T' });
});

test.each([
  ['docker.io', 'https://index.docker.io/v1/'],
  ['registry-1.docker.io', 'https://index.docker.io/v1/'],
  ['h:1', 'h:1'],
])('a helper is asked for %s by the name that `docker login` has for it', async (host, asked) => {
  await helper('echo', `read host; printf '{"Username":"ann","Secret":"%s"}' "$host"`);
  const store = dockerCredentials(await folder({ credsStore: 'echo' }));
  expect(await store(host)).toEqual({ kind: 'password', user: 'ann', password: asked });
  const own = dockerCredentials(
    await folder({ credHelpers: { 'https://index.docker.io/v1/': 'echo', 'h:1': 'echo' } }),
  );
  expect(await own(host)).toEqual({ kind: 'password', user: 'ann', password: asked });
});

test.each(['https://index.docker.io/v1/', 'index.docker.io', 'docker.io'])(
  'Docker Hub is %s in the file',
  async (key) => {
    expect(await dockerCredentials(await folder({ auths: { [key]: { auth } } }))('docker.io')).toEqual(ann);
  },
);

test('a helper that knows nobody leaves it to the file', async () => {
  await helper('none', `echo "credentials not found in native keychain"; exit 1`);
  expect(await dockerCredentials(await folder({ credsStore: 'none', auths: { h: { auth } } }))('h')).toEqual(ann);
});

test.each([
  ['exit 3', 'status 3'],
  ["printf '{}'", 'something else'],
])('a helper that fails is a fault: %s', async (script, message) => {
  await helper('bad', script);
  const asked = dockerCredentials(await folder({ credsStore: 'bad' }))('h');
  await expect(asked).rejects.toThrow(
    expect.objectContaining({ code: 'credentials/helper', message: expect.stringContaining(message) as string }),
  );
});

test('a helper cannot be a path, and must be there', async () => {
  const path = dockerCredentials(await folder({ credsStore: '../../bin/sh' }))('h');
  await expect(path).rejects.toThrow(expect.objectContaining({ code: 'credentials/helper' }));
  const missing = dockerCredentials(await folder({ credsStore: 'nobody-has-this' }))('h');
  await expect(missing).rejects.toThrow(expect.objectContaining({ code: 'process/missing' }));
});

test.each([{ auths: 7 }, { auths: { h: { auth: 'bm9jb2xvbg==' } } }])(
  'refuses what Docker does not write',
  async (config) => {
    const asked = dockerCredentials(await folder(config))('h');
    await expect(asked).rejects.toThrow(expect.objectContaining({ code: 'credentials/malformed' }));
  },
);

test('reads challenges', () => {
  const header = 'Basic realm="a, \\"b\\"", Bearer realm="https://x/token",service=s, Scope="repository:a/b:pull,push"';
  expect(parseChallenges(header)).toEqual([
    { scheme: 'basic', parameters: { realm: 'a, "b"' } },
    { scheme: 'bearer', parameters: { realm: 'https://x/token', service: 's', scope: 'repository:a/b:pull,push' } },
  ]);
  expect(parseChallenges('realm="x"')).toEqual([]);
  expect(parseChallenges('"'.repeat(1_000_000))).toEqual([]);
});
