import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeEach, describe, expect, test } from 'vitest';
import { FakeImage, type FakePlatform, fakeSigner } from '../../../test/fakes/image.ts';
import { predicateTypes } from '../../intoto/predicates.ts';
import { statementAbout } from '../../intoto/statement.ts';
import type { Digest } from '../../lib/digest.ts';
import { digestOf } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { annotations, type Manifest, mediaTypes } from '../../oci/types.ts';
import { imageSignature } from '../../sign/statement.ts';
import { checkIds } from '../../verify/check.ts';
import type { ClaimedFile } from '../../verify/content.ts';
import type { Trust } from '../../verify/image.ts';
import { defaultRequirements, requirementNamed, requirements } from '../../verify/required.ts';
import { signerGroup } from './signer-groups.ts';
import { type ReadImage, verifyImage, type VerifyResult } from './verify.ts';

let image: FakeImage;
let amd: FakePlatform;
beforeEach(async () => {
  image = await FakeImage.make();
  const [first] = image.platforms;
  if (first === undefined) throw new Error('no platform');
  amd = first;
});

const readImage: ReadImage = async (manifest, _config, repository) => {
  const files: ClaimedFile[] = [];
  for (const layer of manifest.layers) {
    const parts: Uint8Array[] = [];
    for await (const chunk of repository.stream(layer)) parts.push(chunk);
    files.push(...(JSON.parse(Buffer.concat(parts).toString()) as ClaimedFile[]));
  }
  return { kind: 'files', files };
};

async function verify(reference = 'latest', change: Partial<Trust> = {}): Promise<VerifyResult> {
  const trust: Trust = {
    keys: [image.signer.publicKey],
    provenance: { builders: [], sources: [] },
    required: defaultRequirements,
    claimReaders: { [predicateTypes.spdx]: (predicate) => (predicate as { files: ClaimedFile[] }).files },
    ...change,
  };
  return await verifyImage({ repository: image.repository, reference, trust, readImage });
}

const against = ({ decision }: VerifyResult): string[] =>
  decision.against.map(({ check, outcome, subject }) => `${check} ${outcome} ${nameOf(subject)}`);

function nameOf(digest: Digest): string {
  const names: Record<string, string> = { [image.index?.digest ?? '']: 'index' };
  for (const { platform, manifest, config, layer } of image.platforms) {
    Object.assign(names, {
      [manifest.digest]: platform,
      [config.digest]: `${platform} config`,
      [layer.digest]: `${platform} layer`,
    });
  }
  return names[digest] ?? digest;
}

test('accepts an image of two platforms, by tag and by digest, and reads each layer once', async () => {
  for (const reference of ['latest', image.index?.digest ?? '']) {
    image.repository.reads.length = 0;
    const result = await verify(reference);
    expect(against(result)).toEqual([]);
    expect(result).toMatchObject({
      digest: image.index?.digest,
      decision: { answer: 'yes' },
      signers: [image.signer.publicKey.fingerprint],
    });
    expect(result.subjects.map(({ platform, role }) => platform ?? role)).toEqual([
      'index',
      'linux/amd64',
      'linux/arm64',
    ]);
    for (const { layer } of image.platforms) {
      expect(image.repository.reads.filter((digest) => digest === layer.digest)).toHaveLength(1);
      expect(result.checks).toContainEqual(
        expect.objectContaining({ check: 'blob-digest', subject: layer.digest, outcome: 'established' }),
      );
    }
  }
});

test('is as its schema says, which knows every check', async () => {
  const path = join(import.meta.dirname, '../../../docs/schemas/verify-1.json');
  const schema = JSON.parse(readFileSync(path, 'utf8')) as {
    definitions: { check: { properties: { check: { enum: string[] } } } };
  };
  expect(schema.definitions.check.properties.check.enum).toEqual(Object.keys(checkIds));
  const validate = new Ajv({ allErrors: true }).compile(schema);
  const head = { $schema: 'urn:temper:schema:verify:1', schemaVersion: 1 };
  for (const keys of [[image.signer.publicKey], []]) {
    const document = { ...head, ...(await verify('latest', { keys })), origin: 'key', time: 'now' };
    validate(JSON.parse(JSON.stringify(document)));
    expect(validate.errors).toBeNull();
  }
});

test('accepts one platform by the digest of its manifest', async () => {
  const result = await verify(amd.manifest.digest);
  expect(result.subjects.map(({ digest }) => digest)).toEqual([amd.manifest.digest]);
  expect(result.decision.answer).toBe('yes');
});

describe('one changed byte', () => {
  test('in a layer is refuted by its name, and leaves the content open', async () => {
    image.corrupt(amd.layer.digest);
    expect(against(await verify())).toEqual([
      'blob-digest refuted linux/amd64 layer',
      'sbom.content not established linux/amd64',
    ]);
  });

  test('in the config is refuted; the layers are checked all the same', async () => {
    image.corrupt(amd.config.digest);
    const result = await verify();
    expect(against(result)).toEqual([
      'blob-digest refuted linux/amd64 config',
      'sbom.content not established linux/amd64',
    ]);
    expect(result.checks).toContainEqual(
      expect.objectContaining({ subject: amd.layer.digest, outcome: 'established' }),
    );
  });

  test('in a manifest is refuted; the other platform is judged all the same', async () => {
    image.corrupt(amd.manifest.digest);
    const result = await verify();
    expect(against(result)).toEqual(['blob-digest refuted linux/amd64']);
    expect(result.subjects.map(({ platform }) => platform)).toEqual([undefined, 'linux/arm64']);
  });

  test('in the empty config that the referrers share is refuted', async () => {
    image.corrupt(digestOf('{}'));
    expect(against(await verify())).toEqual([`blob-digest refuted ${digestOf('{}')}`]);
  });

  test('in the index is refuted, and nothing that it says is followed', async () => {
    image.corrupt(image.index?.digest ?? 'sha256:');
    const result = await verify();
    expect(against(result)).toEqual(['blob-digest refuted index']);
    expect(result.subjects).toEqual([]);
  });

  test('that the repository finds while it resolves the tag is refuted, too', async () => {
    const digest = image.index?.digest ?? 'sha256:';
    image.repository.resolve = () => {
      throw new Fault('blob/altered', `The content of ${digest} is not what its digest says.`, 'x');
    };
    const result = await verify();
    expect(against(result)).toEqual(['blob-digest refuted index']);
    expect(result.digest).toBeUndefined();
  });

  test('in a referrer or in its bundle is refuted', async () => {
    const listed = await image.repository.referrers(amd.manifest.digest);
    const referrer = listed[0]?.digest ?? 'sha256:';
    image.repository.referrers = async (subject) => (subject === amd.manifest.digest ? listed : []);
    const bundle = (JSON.parse(image.repository.contents.get(referrer)?.toString() ?? '') as Manifest).layers[0]
      ?.digest;
    for (const digest of [bundle ?? 'sha256:', referrer]) {
      image.corrupt(digest);
      expect(against(await verify(amd.manifest.digest))[0]).toBe(`blob-digest refuted ${digest}`);
    }
  });
});

describe('rewritten and consistent again', () => {
  async function replaceBundle(change: (text: string) => string): Promise<string[]> {
    const [referrer] = await image.repository.referrers(amd.manifest.digest);
    const manifest = JSON.parse(image.repository.contents.get(referrer?.digest ?? 'sha256:')?.toString() ?? '') as {
      layers: { digest: Digest }[];
      annotations: Record<string, string>;
    };
    const bundle = image.repository.contents.get(manifest.layers[0]?.digest ?? 'sha256:')?.toString() ?? '';
    image.repository.contents.delete(referrer?.digest ?? 'sha256:');
    const type = manifest.annotations[annotations.bundlePredicateType] ?? '';
    await image.attachBundle(amd.manifest, Buffer.from(change(bundle)), type);
    return (await verify()).decision.against.map(({ check, outcome }) => `${check} ${outcome}`);
  }

  test('a signature with another byte is refuted', async () => {
    const change = (text: string): string =>
      text.replace(/("sig":".{40})(.)/, (_, head: string, c: string) => head + (c === 'A' ? 'B' : 'A'));
    expect(await replaceBundle(change)).toContain('signature refuted');
  });

  test('a statement with another byte is refuted', async () => {
    const change = (text: string): string =>
      text.replace(/("payload":".{40})(.)/, (_, head: string, c: string) => head + (c === 'A' ? 'B' : 'A'));
    expect(await replaceBundle(change)).toContain('signature refuted');
  });

  test('a bundle that is no bundle is refuted', async () => {
    expect(await replaceBundle(() => '{}')).toContain('bundle refuted');
  });

  test('a bundle moved from the other platform is refuted by its subject', async () => {
    const other = image.platforms[1]?.manifest ?? amd.manifest;
    await image.attach(amd.manifest, imageSignature(other.digest));
    expect(against(await verify())).toEqual(['subject refuted linux/amd64']);
  });

  test('a file added to a layer, signed again by the same key under the old SBOM, is refuted by the content', async () => {
    const files = [...amd.files, { path: 'bin/evil', kind: 'file', sha256: 'ee' }];
    const layer = await image.blob(Buffer.from(JSON.stringify(files)), mediaTypes.layer);
    const document = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: amd.config, layers: [layer] };
    const manifest = await image.put(document, mediaTypes.manifest, 'evil');
    await image.attach(manifest, imageSignature(manifest.digest));
    await image.attach(
      manifest,
      statementAbout(manifest, predicateTypes.provenance, {
        buildDefinition: { buildType: 'x', externalParameters: {} },
        runDetails: { builder: { id: 'x' } },
      }),
    );
    await image.attach(manifest, statementAbout(manifest, predicateTypes.spdx, { files: amd.files }));
    const result = await verify('evil');
    expect(result.decision.against.map(({ check, outcome, reason }) => `${check} ${outcome}: ${reason}`)).toEqual([
      'sbom.content refuted: https://spdx.dev/Document: bin/evil is not in the SBOM',
    ]);
  });
});

test('refuses everything when the signer is unknown', async () => {
  const result = await verify('latest', { keys: [fakeSigner().publicKey] });
  expect(result.decision.answer).toBe('no');
  expect(result.signers).toEqual([]);
  expect(against(result)).toContain('image-signature not established index');
});

test('is not shaken by what strangers hang on an image', async () => {
  await image.attach(amd.manifest, imageSignature(amd.manifest.digest), fakeSigner());
  expect((await verify()).decision.answer).toBe('yes');
});

test('says that a missing layer is missing, and faults for an unknown tag', async () => {
  image.repository.contents.delete(amd.layer.digest);
  expect(against(await verify())).toEqual([
    'blob-digest not established linux/amd64 layer',
    'sbom.content not established linux/amd64',
  ]);
  await expect(verify('other')).rejects.toMatchObject({ code: 'repository/not-found' });
});

test('lets faults of the network pass: then there is no answer', async () => {
  image.repository.referrers = () => {
    throw new Fault('network/failed', 'The connection failed.', 'x');
  };
  await expect(verify()).rejects.toMatchObject({ code: 'network/failed' });
});

describe('documents that deceive', () => {
  test.each([
    ['no JSON', 'hello'],
    ['no manifest', '{}'],
    ['a manifest and an index at once', '{"schemaVersion":2,"manifests":[],"config":{},"layers":[]}'],
  ])('are refuted: %s', async (_, text) => {
    const bytes = Buffer.from(text);
    await image.repository.putManifests([{ bytes, mediaType: mediaTypes.manifest, tag: 'bad', listed: true }]);
    expect((await verify('bad')).decision.against.map(({ check, subject }) => [check, subject])).toEqual([
      ['manifest', digestOf(bytes)],
    ]);
  });

  test('an index that lists indexes is not followed', async () => {
    const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [image.index] };
    await image.put(index, mediaTypes.index, 'nested');
    await expect(verify('nested')).rejects.toMatchObject({ code: 'verify/too-much' });
  });

  test('a bundle larger than is read is not read', async () => {
    const document = {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      artifactType: mediaTypes.sigstoreBundle,
      config: await image.blob(Buffer.from('{}'), mediaTypes.empty),
      layers: [{ mediaType: mediaTypes.sigstoreBundle, digest: digestOf('huge'), size: 2 ** 40 }],
      subject: amd.manifest,
    };
    await image.put(document, mediaTypes.manifest);
    await expect(verify()).rejects.toMatchObject({ code: 'verify/too-much' });
    expect(image.repository.reads).not.toContain(digestOf('huge'));
  });
});

describe('only the signature', () => {
  const verifySignature = async (change: Partial<Trust>) => {
    const trust: Trust = {
      keys: [image.signer.publicKey],
      provenance: { builders: [], sources: [] },
      required: defaultRequirements,
      claimReaders: {},
      ...change,
    };
    const asked = { repository: image.repository, reference: 'latest', trust, readImage: undefined };
    return against(await verifyImage({ ...asked, signaturesOnly: true }));
  };

  test('is by whom the policy asks for, and says what it asks for', async () => {
    const group = (name: string, keys: Trust['keys']) => ({ name, keys, retired: [], now: 0 });
    const groups = [group('ci', [image.signer.publicKey]), group('release', [fakeSigner().publicKey])];
    const by = (name: string) => ({ ...requirements.signature, by: [name] });
    expect(await verifySignature({ groups, required: [requirements.signature, by('ci')] })).toEqual([]);
    expect(await verifySignature({ groups, required: [requirements.signature, by('release')] })).toEqual([
      'image-signature not established index',
    ]);
    const word = requirementNamed('signature');
    const required = [requirements.signature, ...(word === undefined ? [] : [{ ...word, by: ['release'] }])];
    expect(await verifySignature({ groups, required })).toEqual(['image-signature not established index']);
  });

  test('meets the conditions on signatures', async () => {
    const never = { name: 'never', types: [predicateTypes.signature], holds: () => false };
    expect(await verifySignature({ conditions: [never] })).toEqual(['condition refuted index']);
  });
});

describe('an index that is signed, and none of its manifests', () => {
  const unsign = async (digest: Digest): Promise<void> => {
    for (const referrer of await image.repository.referrers(digest)) {
      const { annotations: notes } = JSON.parse((await image.repository.manifest(referrer)).toString()) as Manifest;
      if (notes?.[annotations.bundlePredicateType] === predicateTypes.signature)
        image.repository.forget(referrer.digest);
    }
  };
  const signed = async (reference: string, more: Partial<Parameters<typeof verifyImage>[0]> = {}) =>
    await verifyImage({
      repository: image.repository,
      reference,
      trust: {
        keys: [image.signer.publicKey],
        provenance: { builders: [], sources: [] },
        required: defaultRequirements,
        claimReaders: {},
      },
      readImage: undefined,
      signaturesOnly: true,
      ...more,
    });
  beforeEach(async () => {
    for (const { manifest } of image.platforms) await unsign(manifest.digest);
  });

  test('verifies wholly: its signature is about the digests that it lists', async () => {
    const result = await verify();
    expect(against(result)).toEqual([]);
    expect(result.decision.answer).toBe('yes');
    expect(result.checks).toContainEqual(
      expect.objectContaining({
        check: 'image-signature',
        subject: amd.manifest.digest,
        reason: 'the index that lists the manifest has a signature of the image by a trusted key',
      }),
    );
    expect((await signed('latest', { platform: 'linux/amd64' })).decision.answer).toBe('yes');
  });

  describe('where a manifest is revoked', () => {
    const trusting = async (from?: number): Promise<Trust> => ({
      keys: [],
      groups: [
        await signerGroup(
          {
            name: 'policy',
            keys: [{ key: image.signer.publicKey, until: undefined }],
            identities: [],
            notary: undefined,
            trustedRoot: undefined,
            thresholds: {},
            revocations: [{ kind: 'artifact', id: amd.manifest.digest, from, reason: 'it mines coins' }],
            formats: undefined,
            minimumVersion: undefined,
            signatures: undefined,
          },
          1_800_000_000,
        ),
      ],
      provenance: { builders: [], sources: [] },
      required: [requirements.signature],
      claimReaders: {},
    });

    test('vouches for the others alone', async () => {
      for (const from of [undefined, 1_700_000_000]) {
        const trust = await trusting(from);
        const onAmd = await signed('latest', { trust, platform: 'linux/amd64' });
        expect(against(onAmd)).toContain('image-signature not established linux/amd64');
        expect(onAmd.decision.answer).toBe('no');
        expect((await signed('latest', { trust, platform: 'linux/arm64' })).decision.answer).toBe('yes');
        const whole = await signed('latest', { trust, signaturesOnly: false });
        expect(against(whole)).toContain('revocation refuted linux/amd64');
        expect(whole.decision.against).toContainEqual(
          expect.objectContaining({ reason: 'the artifact is revoked: it mines coins' }),
        );
      }
    });

    test('is not vouched for where nobody says which platform is meant', async () => {
      const result = await signed('latest', { trust: await trusting() });
      expect(against(result)).toEqual(['revocation refuted linux/amd64']);
      expect(result.subjects).toHaveLength(1);
    });

    test("does not outweigh that the manifest's own signature is refuted", async () => {
      await image.attach(amd.manifest, imageSignature(amd.manifest.digest));
      const result = await signed('latest', { trust: await trusting(), platform: 'linux/amd64' });
      expect(against(result)).toContain('revocation refuted linux/amd64');
    });
  });

  test('says nothing for a manifest that is named by itself', async () => {
    expect(against(await verify(amd.manifest.digest))).toEqual(['image-signature not established linux/amd64']);
    expect((await signed(amd.manifest.digest)).decision.answer).toBe('no');
  });

  test('says nothing of a manifest that it does not list', async () => {
    const other = await image.put(
      {
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        config: amd.config,
        layers: [amd.layer],
        annotations: { a: 'b' },
      },
      mediaTypes.manifest,
    );
    await image.attach(other, statementAbout(other, predicateTypes.provenance, { buildDefinition: {} }));
    const manifests = [{ ...other, platform: { os: 'linux', architecture: 'amd64' } }];
    const evil = await image.put(
      { schemaVersion: 2, mediaType: mediaTypes.index, manifests },
      mediaTypes.index,
      'latest',
    );
    // What the good index's signature says is hung on the other one.
    for (const referrer of await image.repository.referrers(image.index?.digest ?? 'sha256:')) {
      const { layers } = JSON.parse((await image.repository.manifest(referrer)).toString()) as Manifest;
      const bytes = image.repository.contents.get(layers[0]?.digest ?? 'sha256:');
      await image.attachBundle(evil, bytes ?? Buffer.alloc(0), predicateTypes.signature);
    }
    const result = await signed('latest', { platform: 'linux/amd64' });
    expect(result.decision.answer).toBe('no');
    const whole = await verify();
    expect(
      whole.decision.against.filter(({ check }) => check === 'image-signature').map(({ subject }) => subject),
    ).toEqual([evil.digest, other.digest]);
  });

  test('needs the signature to be there: an attestation of the index signs no manifest', async () => {
    await unsign(image.index?.digest ?? 'sha256:');
    expect(against(await verify())).toEqual([
      'image-signature not established index',
      'image-signature not established linux/amd64',
      'image-signature not established linux/arm64',
    ]);
    expect((await signed('latest', { platform: 'linux/arm64' })).decision.answer).toBe('no');
  });

  test('has provenance and SBOM of its own and of no platform, and of a platform none of its sibling', async () => {
    for (const { manifest } of image.platforms) {
      for (const referrer of await image.repository.referrers(manifest.digest))
        image.repository.forget(referrer.digest);
    }
    const index = image.index ?? amd.manifest;
    await image.attach(index, statementAbout(index, predicateTypes.spdx, { files: amd.files }));
    const [, arm = amd] = image.platforms;
    await image.attach(amd.manifest, statementAbout(arm.manifest, predicateTypes.spdx, { files: amd.files }));
    expect(against(await verify())).toEqual([
      'subject refuted linux/amd64',
      'provenance not established linux/amd64',
      'sbom not established linux/amd64',
      'provenance not established linux/arm64',
      'sbom not established linux/arm64',
    ]);
  });

  test('counts its signers for the manifests, each once', async () => {
    const two = fakeSigner();
    const keys = [image.signer.publicKey, two.publicKey];
    expect((await verify('latest', { keys, threshold: 2 })).decision.against.map(({ check }) => check)).toContain(
      'signers',
    );
    const index = image.index ?? amd.manifest;
    await image.attach(index, imageSignature(index.digest), two);
    expect(against(await verify('latest', { keys, threshold: 2 }))).toEqual([]);
  });
});
