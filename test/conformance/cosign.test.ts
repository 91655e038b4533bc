// Bundles that cosign 3.1 wrote with a private Sigstore: Fulcio 1.8, timestamp authority 2.1, Rekor v2 2.3.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/lib/digest.ts';
import { type BundleRequest, verifyBundle } from '../../src/flow/verification/verify-bundle.ts';
import { answer } from './client.ts';

const file = (name: string): string => join(import.meta.dirname, 'cosign', name);
const who = ['--certificate-identity', 'dev@acme.example', '--certificate-oidc-issuer', 'http://127.0.0.1:19080'];
const key = ['--key', file('cosign.pub')];
const asked = (name: string, signer: readonly string[], artifact = file('blob.txt')): string[] => [
  'verify-bundle',
  '--bundle',
  file(name),
  ...signer,
  '--trusted-root',
  file('trusted_root.json'),
  artifact,
];

describe('a bundle of cosign', () => {
  test.each([
    ['of a file, keyless', 'keyless.json', who],
    ['of a statement, keyless', 'att-keyless.json', who],
    ['of a file, with a key', 'key.json', key],
    ['of a statement, with a key', 'att-key.json', key],
  ])('%s verifies, by file and by digest', async (_, name, signer) => {
    const digest = `sha256:${sha256Hex(readFileSync(file('blob.txt')))}`;
    for (const artifact of [file('blob.txt'), digest]) {
      const { status, text } = await answer(asked(name, signer, artifact));
      expect({ status, last: text.split('\n').at(-1) }).toEqual({ status: 0, last: 'established' });
    }
  });

  test.each([
    ['key.json', key, 'signature: refuted: signature-invalid'],
    ['att-keyless.json', who, 'subject: refuted: subject-other'],
    ['keyless.json', key, 'identity: not established: signer-untrusted'],
    ['key.json', who, 'signature: not established: signer-untrusted'],
  ])('%s does not verify for another file or by another signer', async (name, signer, reason) => {
    const other = name === 'keyless.json' || signer === who ? file('blob.txt') : file('cosign.pub');
    const { status, text } = await answer(
      asked(name, signer, name === 'att-keyless.json' ? file('cosign.pub') : other),
    );
    expect(status).toBe(1);
    expect(text).toContain(reason);
  });
});

describe('a verifier with a state', () => {
  const folder = mkdtempSync(join(tmpdir(), 'temper-state-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const request = (name: string): BundleRequest => ({
    bundle: file(name),
    artifact: file('blob.txt'),
    keys: [file('cosign.pub')],
    identities: [],
    trustedRoot: file('trusted_root.json'),
    state: join(folder, 'state.json'),
  });

  test('refuses what is older than what it saw, and what it saw again verifies', async () => {
    expect((await verifyBundle(request('key.json'))).outcome).toBe('established');
    expect((await verifyBundle(request('att-key.json'))).outcome).toBe('established');
    const before = readFileSync(join(folder, 'state.json'), 'utf8');
    expect(JSON.parse(before)).toMatchObject({ version: 1, checkpoints: [{ origin: '127.0.0.1', size: 3 }] });
    const back = await verifyBundle(request('key.json'));
    expect(back.checks).toContainEqual(expect.objectContaining({ check: 'checkpoint', problem: 'checkpoint-older' }));
    expect(readFileSync(join(folder, 'state.json'), 'utf8')).toBe(before);
    expect((await verifyBundle(request('att-key.json'))).outcome).toBe('established');
  });
});
