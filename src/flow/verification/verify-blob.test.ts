import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { digestOf } from '../../lib/digest.ts';
import { signBlobs } from '../signing/sign-blobs.ts';
import { type BlobAnswer, verifyBlob } from './verify-blob.ts';

let folder: string;
const path = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'temper-blob-policy-'));
  for (const name of ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME']) vi.stubEnv(name, folder);
  for (const name of ['ours', 'theirs']) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(path(`${name}.key`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(path(`${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
  }
  mkdirSync(path('releases'));
  writeFileSync(path('releases/app-1.2.tar.gz'), 'content');
  await sign('ours');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function sign(name: string): Promise<void> {
  await signBlobs({
    key: path(`${name}.key`),
    certificate: undefined,
    allowExtractable: false,
    password: '',
    environment: {},
    offline: true,
    say: () => undefined,
    files: [path('releases/app-1.2.tar.gz')],
    formats: ['bundle'],
    output: path(`${name}.json`),
  });
}

async function verify(trust: readonly object[], more: object = {}, keys: string[] = []): Promise<BlobAnswer> {
  const policy = path('policy.yaml');
  writeFileSync(policy, JSON.stringify({ apiVersion: 'temper/v1', kind: 'Policy', trust, ...more }));
  return await verifyBlob(
    { blob: path('releases/app-1.2.tar.gz'), bundle: path('ours.json') },
    { keys, policy },
    { offline: true, insecure: false, signal: new AbortController().signal },
  );
}
const entry = (blob: string, more: object = {}) => ({ blobs: [blob], keys: ['ours.pub'], ...more });
const against = ({ decision }: BlobAnswer): string[] =>
  decision.against.map(({ check, problem }) => `${check} ${problem}`);

describe('a policy judges a file', () => {
  test.each([
    ['its digest', digestOf('content')],
    ['its name', 'app-1.2.tar.gz'],
    ['a wildcard', 'app-*.tar.gz'],
  ])('by %s', async (_, blob) => {
    const answer = await verify([entry(blob)]);
    expect(answer).toMatchObject({ origin: 'policy', digest: digestOf('content'), decision: { answer: 'yes' } });
    expect(answer.signers).toHaveLength(1);
  });

  test('by where it is', async () => {
    expect((await verify([entry(path('releases/*'))])).decision.answer).toBe('yes');
    await expect(verify([entry(path('*'))])).rejects.toMatchObject({ code: 'verify/no-trust' });
  });

  test('by where it is, and reads it there: not behind a link to somewhere else', async () => {
    mkdirSync(path('elsewhere/deep'), { recursive: true });
    renameSync(path('releases/app-1.2.tar.gz'), path('elsewhere/app-1.2.tar.gz'));
    symlinkSync(path('elsewhere/deep'), path('releases/link'));
    const asked = { blob: `${path('releases')}/link/../app-1.2.tar.gz`, bundle: path('ours.json') };
    const trust = [entry(path('releases/*'))];
    writeFileSync(path('policy.yaml'), JSON.stringify({ apiVersion: 'temper/v1', kind: 'Policy', trust }));
    const options = { offline: true, insecure: false, signal: new AbortController().signal };
    await expect(verifyBlob(asked, { keys: [], policy: path('policy.yaml') }, options)).rejects.toMatchObject({
      code: 'file/missing',
    });
  });

  test('that no entry covers: nobody is trusted for it, whatever images or other files are', async () => {
    const others = [{ repositories: ['registry.example/app'], keys: ['ours.pub'] }, entry('app'), entry('app-1.2.tar')];
    await expect(verify(others)).rejects.toMatchObject({
      code: 'verify/no-trust',
      message: expect.stringContaining('has no entry for it') as string,
    });
  });

  test('that was signed by somebody who may sign other files only', async () => {
    const trust = [{ blobs: ['app-*'], keys: ['theirs.pub'] }, entry('other')];
    const answer = await verify(trust);
    expect([answer.decision.answer, answer.signers]).toEqual(['no', []]);
    expect((await verify([...trust, entry('app-*')])).decision.answer).toBe('yes');
  });

  test('and altered content is refused', async () => {
    writeFileSync(path('releases/app-1.2.tar.gz'), 'other');
    expect((await verify([entry('*')])).decision.answer).toBe('no');
  });

  test('with the demands of the entry', async () => {
    expect(against(await verify([entry('*', { formats: ['cosign-tag'] })]))).toEqual(['format format-downgraded']);
    expect(against(await verify([entry('*', { signatures: 2 })]))).toEqual(['signers too-few']);
    const stricter = { blobs: ['app-*'], keys: ['theirs.pub'], signatures: 1 };
    expect(against(await verify([entry('*'), stricter]))).toEqual(['signers too-few']);
    expect((await verify([entry('*', { signatures: 1 })])).decision.answer).toBe('yes');
    const retired = { blobs: ['*'], keys: [{ key: 'ours.pub', until: '2020-01-01' }] };
    expect((await verify([retired])).decision.answer).toBe('no');
  });

  test('and what is revoked does not count', async () => {
    const revoked = [{ artifact: digestOf('content'), reason: 'it leaks' }];
    expect(against(await verify([entry('*')], { revoked }))).toEqual(['revocation revoked']);
  });

  test('but not where keys are named', async () => {
    expect((await verify([entry('other')], {}, [path('ours.pub')])).origin).toBe('key');
    expect((await verify([entry('*')], {}, [path('theirs.pub')])).decision.answer).toBe('no');
  });

  test('and an entry needs something that it covers', async () => {
    await expect(verify([{ keys: ['ours.pub'] }])).rejects.toMatchObject({
      code: 'policy/invalid',
      message: expect.stringContaining('needs repositories or blobs') as string,
    });
    await expect(verify([entry('dist/app')])).rejects.toMatchObject({ code: 'policy/invalid' });
  });

  test('which is known by another name is another file', async () => {
    renameSync(path('releases/app-1.2.tar.gz'), path('releases/tool'));
    const asked = { blob: path('releases/tool'), bundle: path('ours.json') };
    writeFileSync(
      path('policy.yaml'),
      JSON.stringify({ apiVersion: 'temper/v1', kind: 'Policy', trust: [entry('app-*')] }),
    );
    const options = { offline: true, insecure: false, signal: new AbortController().signal };
    await expect(verifyBlob(asked, { keys: [], policy: path('policy.yaml') }, options)).rejects.toMatchObject({
      code: 'verify/no-trust',
    });
  });
});
