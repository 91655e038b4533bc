import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { blobJson, blobTable } from '../../report/sign.ts';
import { attestBlob, type AttestBlobRequest, type BlobRequest, signBlobs } from './sign-blobs.ts';
import { verifyBundle } from '../verification/verify-bundle.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temper-blobs-'));
  for (const name of ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME']) vi.stubEnv(name, folder);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(folder, 'ours.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(folder, 'ours.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  for (const name of ['a', 'b']) writeFileSync(join(folder, name), name);
  writeFileSync(join(folder, 'predicate.json'), '{"n": 1}');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const request = (more: Partial<BlobRequest> = {}): BlobRequest => ({
  key: join(folder, 'ours.key'),
  certificate: undefined,
  allowExtractable: false,
  password: '',
  environment: {},
  offline: true,
  say: () => undefined,
  files: [join(folder, 'a'), `sbom:${join(folder, 'b')}`],
  formats: ['bundle'],
  output: undefined,
  ...more,
});
const attest = (more: Partial<AttestBlobRequest> = {}): AttestBlobRequest => ({
  ...request({ files: [join(folder, 'a')] }),
  predicate: join(folder, 'predicate.json'),
  type: 'https://x.example/p',
  statement: undefined,
  annotations: { who: 'me' },
  ...more,
});
const judge = async (artifact: string, bundle = `${artifact}.sigstore.json`) => {
  const { outcome } = await verifyBundle({
    bundle: join(folder, bundle),
    artifact: join(folder, artifact),
    keys: [join(folder, 'ours.pub')],
    identities: [],
    trustedRoot: undefined,
    thresholds: { logs: 0 },
  });
  return outcome;
};
const validate = new Ajv({ allErrors: true }).compile(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../docs/schemas/sign-1.json'), 'utf8')) as object,
);

describe('signing files', () => {
  test('puts a bundle beside each, and says so', async () => {
    const report = await signBlobs(request());
    expect(report.blobs.map(({ bundle }) => bundle)).toEqual(
      ['a', 'b'].map((name) => join(folder, `${name}.sigstore.json`)),
    );
    expect([await judge('a'), await judge('b')]).toEqual(['established', 'established']);
    expect(await judge('a', 'b.sigstore.json')).toBe('refuted');
    validate(JSON.parse(blobJson(report)));
    expect(validate.errors).toBeNull();
    expect(blobTable(report)).toContain('a.sigstore.json');
  });

  test('puts the bundle of one where it is asked for', async () => {
    const [file = ''] = request().files;
    await signBlobs(request({ files: [file], output: join(folder, 'out.json') }));
    expect(await judge('a', 'out.json')).toBe('established');
  });

  test('writes nothing when one of them is missing', async () => {
    const files = [join(folder, 'a'), join(folder, 'missing')];
    await expect(signBlobs(request({ files }))).rejects.toMatchObject({ code: 'file/missing' });
    expect(existsSync(join(folder, 'a.sigstore.json'))).toBe(false);
  });

  test.each([
    [{ formats: ['cosign-tag'] }, 'option/signature-format'],
    [{ output: 'x' }, 'option/output'],
    [{ key: undefined }, 'sign/no-signer'],
  ] as const)('with %o is refused: %s', async (more, code) => {
    await expect(signBlobs(request(more))).rejects.toMatchObject({ code });
  });

  test('attests to one, with its predicate to the byte', async () => {
    const { blobs } = await attestBlob(attest());
    expect(blobs).toMatchObject([{ predicateType: 'https://x.example/p' }]);
    expect(await judge('a', 'a.att.sigstore.json')).toBe('established');
    expect(await judge('b', 'a.att.sigstore.json')).toBe('refuted');
    const bundle = JSON.parse(readFileSync(join(folder, 'a.att.sigstore.json'), 'utf8')) as {
      dsseEnvelope: { payload: string };
    };
    const statement = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString();
    expect(statement).toContain('"predicate":{"n": 1},');
    expect(statement).toContain('"annotations":{"who":"me"}');
    expect(statement).toContain('"name":"a"');
  });
});
