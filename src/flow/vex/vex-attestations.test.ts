import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeImage, fakeSigner } from '../../../test/fakes/image.ts';
import { statementAbout } from '../../intoto/statement.ts';
import { hexOf } from '../../lib/digest.ts';
import type { Descriptor } from '../../oci/types.ts';
import { listVex } from './vex-list.ts';
import { attestedVex, type AttestedOptions } from './vex-attestations.ts';

let folder = '';
let image: FakeImage;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-attested-'));
  for (const name of ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME'])
    vi.stubEnv(name, join(folder, name));
  image = await FakeImage.make();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const openVex = (more: object = {}) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.org/1',
  author: 'A',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements: [{ vulnerability: { name: 'CVE-2026-1' }, status: 'fixed', ...more }],
});
const TYPE = 'https://openvex.dev/ns/v0.2.0';

async function attach(predicate: object, signer = image.signer): Promise<Descriptor> {
  const [amd] = image.platforms;
  if (amd === undefined) throw new Error('no platform');
  await image.attach(amd.manifest, statementAbout(amd.manifest, TYPE, predicate), signer);
  return amd.manifest;
}

function pemOf(spki: Uint8Array): string {
  return `-----BEGIN PUBLIC KEY-----\n${Buffer.from(spki).toString('base64')}\n-----END PUBLIC KEY-----\n`;
}

/** The image as a layout folder, and its signer's public key. */
async function written(): Promise<{ reference: string; options: AttestedOptions }> {
  const blobs = join(folder, 'layout/blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const manifests: object[] = [];
  for (const [digest, bytes] of image.repository.contents) {
    await writeFile(join(blobs, hexOf(digest)), bytes);
    const { mediaType } = await image.repository.resolve(digest).catch(() => ({ mediaType: undefined }));
    const name = digest === image.index?.digest ? { 'org.opencontainers.image.ref.name': 'latest' } : {};
    if (mediaType !== undefined) manifests.push({ mediaType, digest, size: bytes.length, annotations: name });
  }
  await writeFile(join(folder, 'layout/index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(folder, 'layout/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, 'a.pub'), pemOf(image.signer.publicKey.spki));
  const options = { offline: true, insecure: false, signal: new AbortController().signal, policy: undefined };
  return { reference: `oci:${join(folder, 'layout')}:latest`, options: { ...options, keys: [join(folder, 'a.pub')] } };
}

test('what a trusted key signed counts, about what it was attested of; what others signed is named', async () => {
  const amd = await attach(openVex());
  await attach(openVex({ status: 'not_affected', justification: 'component_not_present' }), fakeSigner());
  await attach(openVex({ status: 'not_affected' }));
  const { reference, options } = await written();
  const { documents, notes, digests } = await attestedVex(reference, options);
  expect(documents).toMatchObject([
    {
      source: expect.stringMatching(/^attestation sha256:/) as unknown,
      statements: [{ status: 'fixed', products: [{ digests: [amd.digest] }] }],
    },
  ]);
  expect(digests).toEqual([image.index?.digest]);
  expect([...notes].sort()).toEqual([
    expect.stringContaining('says not_affected without a justification'),
    expect.stringContaining('which is not trusted'),
  ]);
});

test('nothing counts, and nothing is asked, where nobody is trusted', async () => {
  await attach(openVex());
  const { reference, options } = await written();
  expect(await attestedVex(reference, { ...options, keys: [] })).toMatchObject({ documents: [], notes: [] });
  expect(await attestedVex('./a.tar', options)).toMatchObject({ documents: [], digests: [] });
  const listed = await listVex([reference], { ...options, keys: [] });
  expect(listed).toMatchObject({ documents: [], notes: [expect.stringContaining('Nobody is trusted for')] });
});

test('files and images are listed together', async () => {
  await attach(openVex());
  const { reference, options } = await written();
  await writeFile(join(folder, 'own.json'), JSON.stringify(openVex()));
  const { documents } = await listVex([join(folder, 'own.json'), reference], options);
  expect(documents.map(({ source }) => source.replace(/sha256:.*/, ''))).toEqual([
    join(folder, 'own.json'),
    'attestation ',
  ]);
});

/** A policy for the layout, with more of its entry and beside it. */
async function policy(entry: string, rest = ''): Promise<string> {
  const path = join(folder, 'policy.yaml');
  const head = `apiVersion: temper/v1\nkind: Policy\ntrust:\n  - repositories: ["oci:${folder}/layout"]\n    keys: [a.pub]\n`;
  await writeFile(path, `${head}${entry}${rest}`);
  return path;
}

test.each([
  ['whose key is revoked', '', () => `revoked:\n  - {key: "${image.signer.publicKey.fingerprint}", reason: stolen}\n`],
  ['without the log that the policy asks for', '    logs: 1\n', () => ''],
  ['in a format that does not count', '    formats: [cosign-tag]\n', () => ''],
])('does not use a statement %s', async (_, entry, rest) => {
  await attach(openVex());
  const { reference, options } = await written();
  const asked = { ...options, keys: [], policy: await policy(entry, rest()) };
  const found = await attestedVex(reference, asked);
  expect(found.documents).toEqual([]);
  expect(found.notes).toEqual([expect.stringMatching(/is not used/)]);
});

test('asks no service for a key when it is offline', async () => {
  const { reference, options } = await written();
  vi.stubEnv('VAULT_ADDR', 'http://127.0.0.1:9');
  vi.stubEnv('VAULT_TOKEN', 't');
  const asked = attestedVex(reference, { ...options, keys: ['hashivault://k'] });
  await expect(asked).rejects.toMatchObject({ code: 'network/offline' });
});
