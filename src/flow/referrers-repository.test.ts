import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeSigner } from '../../test/fakes/image.ts';
import { FakeRegistry } from '../../test/fakes/registry.ts';
import { tinyImage } from '../../test/interop/tiny.ts';
import { statementAbout } from '../intoto/statement.ts';
import { publicKeyPem } from '../keys/public.ts';
import type { Descriptor } from '../oci/types.ts';
import { bareStatementReferrer } from '../publish/docker-statement.ts';
import { publishImage, publishReferrers } from '../publish/image.ts';
import { bundleReferrer } from '../publish/referrer.ts';
import { Registry } from '../repository/registry.ts';
import { imageSignature, signStatement } from '../sign/statement.ts';
import { copy } from './copy/copy.ts';
import { listNamed } from './verification/named-attestations.ts';
import { attestedVex } from './vex/vex-attestations.ts';
import { type ReferenceOptions, verifyNamed } from './verification/verify-reference.ts';

const VEX = 'https://openvex.dev/ns/v0.2.0';
let folder: string;
let images: FakeRegistry;
let signatures: FakeRegistry;
let image: Descriptor;
let reference: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-elsewhere-'));
  for (const name of ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'DOCKER_CONFIG']) {
    vi.stubEnv(name, folder);
  }
  images = await FakeRegistry.start();
  signatures = await FakeRegistry.start({ referrers: true });
  image = await publishImage(new Registry(images.host, 'a/b'), { ...tinyImage('elsewhere'), referrers: [], tag: 'v1' });
  reference = `${images.host}/a/b:v1`;
  const signer = fakeSigner();
  await writeFile(join(folder, 'ours.pub'), publicKeyPem(signer.publicKey));
  const predicate = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.org/1',
    author: 'A',
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements: [{ vulnerability: { name: 'CVE-2026-1' }, status: 'fixed' }],
  };
  const created = new Date(0);
  const there = new Registry(signatures.host, 's/t');
  for (const statement of [imageSignature(image.digest), statementAbout(image, VEX, predicate)]) {
    const bytes = await signStatement(statement, signer);
    await publishReferrers(there, [
      bundleReferrer({ subject: image, bytes, predicateType: statement.predicateType, created }),
    ]);
  }
  const bytes = Buffer.from(JSON.stringify(statementAbout(image, 'https://x.example/unsigned', {})));
  const bare = bareStatementReferrer({ subject: image, bytes, predicateType: 'https://x.example/unsigned', created });
  await publishReferrers(there, [bare]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await images[Symbol.asyncDispose]();
  await signatures[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const options = (elsewhere = `${signatures.host}/s/t`): ReferenceOptions => ({
  offline: false,
  insecure: false,
  signal: new AbortController().signal,
  referrersRepository: elsewhere === '' ? undefined : elsewhere,
});
const trust = () => ({ keys: [join(folder, 'ours.pub')], policy: undefined });

describe('signatures in another repository', () => {
  const verify = async (elsewhere?: string) =>
    (await verifyNamed(reference, { ...trust(), signaturesOnly: true }, options(elsewhere))).decision.answer;

  test('count where it is named, and only there', async () => {
    expect([await verify(), await verify(''), await verify(`${images.host}/s/t`)]).toEqual(['yes', 'no', 'no']);
  });

  test('are about the image all the same: nothing else is taken from there', async () => {
    const other = tinyImage('another');
    await publishImage(new Registry(signatures.host, 's/t'), { ...other, referrers: [], tag: 'v1' });
    const result = await verifyNamed(reference, { ...trust(), signaturesOnly: true }, options());
    expect([result.digest, result.repository]).toEqual([image.digest, `${images.host}/a/b`]);
  });

  test('are listed, and VEX among them counts', async () => {
    const request = { predicateType: undefined, platform: undefined, verify: false, trust: trust() };
    const listed = await listNamed(reference, { ...request, ...options() });
    expect(listed.map(({ format }) => format).sort()).toEqual(['bundle', 'bundle', 'docker']);
    expect(await listNamed(reference, { ...request, ...options('') })).toEqual([]);
    expect((await attestedVex(reference, { ...trust(), ...options() })).documents).toHaveLength(1);
    expect((await attestedVex(reference, { ...trust(), ...options('') })).documents).toEqual([]);
  });

  test('come along with a copy, which verifies by itself', async () => {
    const to = `oci:${join(folder, 'copy')}:v1`;
    const request = {
      platform: undefined,
      allTags: false,
      referrers: true,
      jobs: 4,
      dryRun: false,
      progress: () => undefined,
    };
    await writeFile(join(folder, 'policy.yaml'), 'apiVersion: temper/v1\nkind: Policy\npredicates: {required: []}\n');
    const by = { ...trust(), policy: join(folder, 'policy.yaml') };
    const refused = await copy(reference, to, { ...request, ...options(''), verify: by });
    expect(refused.images.map(({ outcome }) => outcome)).toEqual(['refused']);
    const strict = await copy(reference, to, { ...request, ...options(), verify: { ...by, threshold: 2 } });
    expect(strict.images.map(({ outcome }) => outcome)).toEqual(['refused']);
    const copied = await copy(reference, to, { ...request, ...options(), verify: { ...by, threshold: 1 } });
    expect(copied.images.map(({ outcome }) => outcome)).toEqual(['copied']);
    const { decision } = await verifyNamed(to, { ...trust(), signaturesOnly: true }, options(''));
    expect(decision.answer).toBe('yes');
  });

  test('are asked of a repository, not of an image in it', async () => {
    for (const wrong of [`${signatures.host}/s/t:v1`, `${signatures.host}/s/t@${image.digest}`]) {
      await expect(verify(wrong)).rejects.toMatchObject({ code: 'option/referrers-repository' });
    }
  });
});
