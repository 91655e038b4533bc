// Cosign 2.5 and 3.1 judge what Temper signs and attests, on images of a few bytes, and share its keys.
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import type { ProcessResult } from '../../src/io/processes.ts';
import { createKeyPair, loadPublicKey, loadSigner } from '../../src/keys/file.ts';
import type { Signer } from '../../src/keys/types.ts';
import { verifySignature } from '../../src/dsse/verify.ts';
import { hexOf } from '../../src/lib/digest.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { publishImage } from '../../src/publish/image.ts';
import { Layout } from '../../src/repository/layout.ts';
import { Registry } from '../../src/repository/registry.ts';
import type { Repository } from '../../src/repository/types.ts';
import { bothCosigns, Cosign, changed, cosign2, cosign3, printed, subjects, TYPES } from './cosign.ts';
import { peer } from './peers.ts';
import { type RunningRegistry, startDockerRegistry, startReferrersRegistry } from './registries.ts';
import { referrerOf, statementsAbout, tinyImage } from './tiny.ts';

const dockerRegistry = peer('docker-registry');
const both = bothCosigns;

let folder: string;
let signer: Signer;
let ours: string;
let theirs: string;
let cosign: Cosign;
const registries: RunningRegistry[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-cosign-'));
  await createKeyPair(join(folder, 'ours.key'), '');
  await createKeyPair(join(folder, 'theirs.key'), '');
  [ours, theirs] = [join(folder, 'ours.pub'), join(folder, 'theirs.pub')];
  signer = await loadSigner(join(folder, 'ours.key'), '');
  cosign = await Cosign.in(folder, ours);
});

afterAll(async () => {
  for (const registry of registries) await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function publish(repository: Repository, content = 'hello'): Promise<Descriptor> {
  const { image, blobs, manifests } = tinyImage(content);
  const referrers = await Promise.all(statementsAbout(image).map(async (one) => referrerOf(image, one, signer)));
  return await publishImage(repository, { blobs, manifests, referrers, tag: 'latest' });
}

/** Publishes an image on which only the given altered signature hangs. */
async function publishAltered(
  repository: Repository,
  alter: (bundle: string) => string,
  about?: Descriptor,
): Promise<Descriptor> {
  const { image, blobs, manifests } = tinyImage('altered');
  const [statement] = statementsAbout(about ?? image);
  if (statement === undefined) throw new Error('no statement');
  const referrers = [await referrerOf(image, statement, signer, alter)];
  return await publishImage(repository, { blobs, manifests, referrers, tag: 'latest' });
}

describe('an OCI layout', both, () => {
  async function layout(name: string): Promise<{ path: string; repository: Layout }> {
    const path = await mkdtemp(join(folder, `${name}-`));
    return { path, repository: new Layout(path) };
  }

  test('is accepted by cosign 3.1, whose words show the image signature and every attestation', async () => {
    const { path, repository } = await layout('whole');
    const image = await publish(repository);
    expect(await cosign.verify(['--local-image', path])).toMatchObject({ status: 0 });
    for (const type of TYPES) {
      const result = await cosign.verifyAttestation(type, ['--local-image', path]);
      expect(result).toMatchObject({ status: 0 });
      expect(subjects(result)).toEqual([hexOf(image.digest)]);
    }
    const [signature] = printed(await cosign.verifyAttestation(predicateTypes.signature, ['--local-image', path]));
    expect(signature).toMatchObject({ predicateType: 'https://sigstore.dev/cosign/sign/v1' });
  });

  test('holds an image signature that cosign 2.5 and 3.1 accept over the bytes of the manifest', async () => {
    const { path, repository } = await layout('blob');
    const image = await publish(repository);
    const [statement] = statementsAbout(image);
    if (statement === undefined) throw new Error('no statement');
    const blob = (digest: `sha256:${string}`): string => join(path, 'blobs', 'sha256', hexOf(digest));
    const bundles = (await repository.referrers(image.digest)).map(async (referrer) => {
      const { layers } = JSON.parse((await repository.manifest(referrer)).toString()) as { layers: Descriptor[] };
      const type = referrer.annotations?.['dev.sigstore.bundle.predicateType'];
      return { type, path: blob(layers[0]?.digest ?? 'sha256:') };
    });
    const signature = (await Promise.all(bundles)).find(({ type }) => type === predicateTypes.signature);
    const about = ['--bundle', signature?.path ?? '', '--type', predicateTypes.signature, blob(image.digest)];
    for (const program of [cosign2, cosign3]) {
      const judge = async (key: string): Promise<ProcessResult> =>
        cosign.run(program, ['verify-blob-attestation', '--key', key, ...cosign.offline, ...about]);
      expect(await judge(ours)).toMatchObject({ status: 0 });
      expect(await judge(theirs)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('failed to verify signature') as unknown,
      });
    }
  });

  test('is refused by cosign 3.1 under another key', async () => {
    const { path, repository } = await layout('key');
    await publish(repository);
    const result = await cosign.verify(['--local-image', path], theirs);
    expect(result.status).not.toBe(0);
    expect(result.stderr).toContain('no matching attestations');
    expect(await cosign.verifyAttestation('spdxjson', ['--local-image', path], theirs)).toMatchObject({ status: 1 });
  });

  test('is refused by cosign 3.1 when the envelope changed or the bundle is of another image', async () => {
    const cases: [string, (bundle: string) => string, Descriptor | undefined, string][] = [
      ['payload', changed('payload'), undefined, 'no matching attestations'],
      ['signature', changed('sig'), undefined, 'no matching attestations'],
      [
        'subject',
        (bundle) => bundle,
        tinyImage('another').image,
        'provided artifact digest does not match any digest in statement',
      ],
    ];
    for (const [name, alter, about, reason] of cases) {
      const { path, repository } = await layout(name);
      await publishAltered(repository, alter, about);
      const result = await cosign.verify(['--local-image', path]);
      expect(result.status).not.toBe(0);
      expect(result.stderr).toContain(reason);
    }
  });

  test('is refused by cosign 3.1 when the manifest that the index names is another one', async () => {
    const { path, repository } = await layout('manifest');
    const image = await publish(repository);
    const other = tinyImage('other');
    for (const blob of other.blobs) await repository.putBlob(blob);
    await repository.putManifests(other.manifests.map((manifest) => ({ ...manifest, listed: false })));
    const index = join(path, 'index.json');
    const text = await readFile(index, 'utf8');
    await writeFile(
      index,
      text.replace(image.digest, other.image.digest).replace(`"size":${image.size}`, `"size":${other.image.size}`),
    );
    const result = await cosign.verify(['--local-image', path]);
    expect(result.status).not.toBe(0);
    expect(result.stderr).toMatch(/no signatures|no matching|no valid bundles/);
  });
});

const registryKinds: { name: string; skip: boolean; start: () => Promise<RunningRegistry> }[] = [
  { name: 'a registry that lists referrers', skip: both.skip, start: startReferrersRegistry },
  {
    name: "Debian's docker-registry, which does not",
    skip: both.skip || dockerRegistry === undefined,
    start: async () => startDockerRegistry(dockerRegistry ?? ''),
  },
];

describe.each(registryKinds)('$name', ({ skip, start }) => {
  let host: string;
  beforeAll(async () => {
    if (skip) return;
    const registry = await start();
    registries.push(registry);
    host = registry.host;
  });
  const repository = (name: string): { name: string; repository: Registry } => ({
    name: `${host}/tests/${name}`,
    repository: new Registry(host, `tests/${name}`),
  });

  test('serves images that cosign 2.5 and 3.1 accept by tag and by digest, with their signature', {
    skip,
  }, async () => {
    const { name, repository: to } = repository('whole');
    const image = await publish(to);
    for (const reference of [`${name}:latest`, `${name}@${image.digest}`]) {
      expect(await cosign.verify([reference])).toMatchObject({ status: 0 });
      for (const type of TYPES) {
        for (const result of await cosign.verifyAttestations(type, reference)) {
          expect(result).toMatchObject({ status: 0 });
          expect(subjects(result)).toEqual([hexOf(image.digest)]);
        }
      }
      const signatures = printed(await cosign.verifyAttestation2(predicateTypes.signature, reference));
      expect(signatures.map(({ predicateType }) => predicateType)).toEqual(['https://sigstore.dev/cosign/sign/v1']);
    }
  });

  test('serves images that cosign refuses under another key', { skip }, async () => {
    const { name, repository: to } = repository('key');
    await publish(to);
    for (const result of [
      await cosign.verify([name], theirs),
      await cosign.verifyAttestation(predicateTypes.signature, [name], theirs),
      await cosign.verifyAttestation2(predicateTypes.signature, name, theirs),
    ]) {
      expect(result.status).not.toBe(0);
      expect(result.stderr).toContain('no matching attestations');
    }
  });

  test('serves images that cosign refuses when the envelope changed or the bundle is of another image', {
    skip,
  }, async () => {
    const cases: [string, (bundle: string) => string, Descriptor | undefined][] = [
      ['payload', changed('payload'), undefined],
      ['signature', changed('sig'), undefined],
      ['subject', (bundle) => bundle, tinyImage('another').image],
    ];
    for (const [what, alter, about] of cases) {
      const { name, repository: to } = repository(what);
      await publishAltered(to, alter, about);
      for (const result of [
        await cosign.verify([name]),
        await cosign.verifyAttestation2(predicateTypes.signature, name),
      ]) {
        expect(result.status).not.toBe(0);
        expect(result.stderr).toContain('no matching attestations');
      }
    }
  });

  test('serves another manifest under the tag, which nobody signed', { skip }, async () => {
    const { name, repository: to } = repository('manifest');
    await publish(to);
    const other = tinyImage('other');
    await publishImage(to, { ...other, referrers: [], tag: 'latest' });
    for (const result of [
      await cosign.verify([name]),
      await cosign.verifyAttestation2(predicateTypes.signature, name),
    ]) {
      expect(result.status).not.toBe(0);
      expect(result.stderr).toMatch(/no signatures found|no valid bundles exist/);
    }
  });
});

describe('keys', both, () => {
  test('of ours sign with cosign 2.5 and 3.1, under a password, too', async () => {
    await createKeyPair(join(folder, 'locked.key'), 'pass word');
    await writeFile(join(folder, 'message'), 'message');
    await writeFile(
      join(folder, 'none.json'),
      '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","rekorTlogConfig":{},"tsaConfig":{}}',
    );
    const { spki } = await loadPublicKey(join(folder, 'locked.pub'));
    const sign2 = [
      'sign-blob',
      '--yes',
      '--key',
      'locked.key',
      '--tlog-upload=false',
      '--output-signature',
      'two.sig',
      'message',
    ];
    const sign3 = [
      'sign-blob',
      '--yes',
      '--key',
      'locked.key',
      '--signing-config',
      'none.json',
      '--bundle',
      'three.json',
      'message',
    ];
    expect(await cosign.run(cosign2, sign2, 'pass word')).toMatchObject({ status: 0 });
    expect(await cosign.run(cosign3, sign3, 'pass word')).toMatchObject({ status: 0 });
    expect((await cosign.run(cosign2, sign2, 'other')).status).not.toBe(0);
    const two = await readFile(join(folder, 'two.sig'), 'utf8');
    const three = JSON.parse(await readFile(join(folder, 'three.json'), 'utf8')) as {
      messageSignature: { signature: string };
    };
    for (const signature of [two, three.messageSignature.signature]) {
      expect(verifySignature(spki, Buffer.from('message'), Buffer.from(signature, 'base64'))).toBe(true);
    }
  });

  test('of cosign 2.5 and 3.1 sign with ours', async () => {
    for (const program of [cosign2, cosign3]) {
      await rm(join(folder, 'cosign.key'), { force: true });
      await rm(join(folder, 'cosign.pub'), { force: true });
      expect(await cosign.run(program, ['generate-key-pair'], 'secret')).toMatchObject({ status: 0 });
      const made = await loadSigner(join(folder, 'cosign.key'), 'secret');
      expect(made.publicKey).toEqual(await loadPublicKey(join(folder, 'cosign.pub')));
      await copyFile(join(folder, 'cosign.pub'), join(folder, 'made.pub'));
      const path = await mkdtemp(join(folder, 'made-'));
      const { image, blobs, manifests } = tinyImage('made');
      const [statement] = statementsAbout(image);
      if (statement === undefined) throw new Error('no statement');
      const referrers = [await referrerOf(image, statement, made)];
      await publishImage(new Layout(path), { blobs, manifests, referrers, tag: 'latest' });
      expect(await cosign.verify(['--local-image', path], join(folder, 'made.pub'))).toMatchObject({ status: 0 });
      expect((await cosign.verify(['--local-image', path])).status).not.toBe(0);
    }
  });
});
