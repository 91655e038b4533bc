// `temper verify` says no, and names the check, whatever changes in a layout that the program built.
import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import { createKeyPair, loadSigner } from '../../src/keys/file.ts';
import { type Digest, digestOf, hexOf } from '../../src/lib/digest.ts';
import { inParallel } from '../../src/lib/parallel.ts';
import { imageSignature, signStatement } from '../../src/sign/statement.ts';
import { resigned } from './forge.ts';
import type { LayoutFiles } from './layout-files.ts';
import { type Against, amd64Of, says, SignedImage } from './signed-image.ts';

let image: SignedImage;

beforeAll(async () => {
  image = await SignedImage.build();
});

afterAll(async () => {
  await image[Symbol.asyncDispose]();
});

test('the image as it was built is accepted, with every kind of evidence', async () => {
  const { digest, subjects, checks } = await image.accepted(image.layout);
  expect(digest).toBe((await image.layout.image()).digest);
  expect(subjects).toHaveLength(3);
  const referrers = await image.layout.referrers();
  expect(referrers).toHaveLength(13);
  const blobs = checks.filter(({ check }) => check === 'blob-digest').map(({ subject }) => subject);
  expect(blobs).toEqual(await image.layout.blobs());
});

describe('one changed byte under an unchanged name', () => {
  const kinds: Record<string, (layout: LayoutFiles) => Promise<Digest[]>> = {
    'the image index': async (layout) => [(await layout.image()).digest],
    'a platform manifest': async (layout) => (await layout.platforms()).map(({ descriptor }) => descriptor.digest),
    'a config': async (layout) => (await layout.platforms()).map(({ manifest }) => manifest.config.digest),
    'a layer': async (layout) =>
      (await layout.platforms()).flatMap(({ manifest }) => manifest.layers.map(({ digest }) => digest)),
    'a referrer': async (layout) => (await layout.referrers()).map(({ digest }) => digest),
    'the config of the referrers': async () => [digestOf('{}')],
    'an SPDX document': async (layout) => await bundlesOf(layout, predicateTypes.spdx),
    'a CycloneDX document': async (layout) => await bundlesOf(layout, predicateTypes.cyclonedx),
    'a provenance statement': async (layout) => [
      ...(await bundlesOf(layout, predicateTypes.provenance)),
      ...(await bundlesOf(layout, predicateTypes.provenance02)),
    ],
    'a signature': async (layout) => await bundlesOf(layout, predicateTypes.signature),
  };

  async function bundlesOf(layout: LayoutFiles, type: string): Promise<Digest[]> {
    return (await layout.referrers()).filter(({ predicateType }) => predicateType === type).map(({ bundle }) => bundle);
  }

  test.each(Object.entries(kinds))('in %s is refuted by its digest', async (_, list) => {
    const digests = await list(image.layout);
    expect(digests).not.toEqual([]);
    await inParallel(digests, 2, async (digest) => {
      const layout = await image.copy();
      await layout.flip(digest);
      expect(await image.refused(layout)).toContainEqual(says('blob-digest', digest, expect.stringContaining(digest)));
      await rm(layout.folder, { recursive: true });
    });
  });

  test('is looked for above in every blob that there is', async () => {
    const listed = await Promise.all(Object.values(kinds).map(async (list) => await list(image.layout)));
    expect([...new Set(listed.flat())].sort()).toEqual(await image.layout.blobs());
  });

  test('is found at the start and at the end of a layer, too', async () => {
    const layer = (await image.layout.platforms())[0]?.manifest.layers[0];
    for (const at of [0, (layer?.size ?? 0) - 1]) {
      const layout = await image.copy();
      await layout.flip(layer?.digest ?? 'sha256:', at);
      expect(await image.refused(layout)).toContainEqual(says('blob-digest', layer?.digest ?? '', expect.any(String)));
    }
  });

  test('a blob that is cut off or longer is refuted, one that is gone is not established', async () => {
    const digest = (await image.layout.platforms())[0]?.manifest.layers[0]?.digest ?? 'sha256:';
    const bytes = await image.layout.bytes(digest);
    for (const other of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(1)])]) {
      const layout = await image.copy();
      await writeFile(layout.blobPath(digest), other);
      expect(await image.refused(layout)).toContainEqual(says('blob-digest', digest, expect.stringContaining(digest)));
    }
    const layout = await image.copy();
    await rm(layout.blobPath(digest));
    const gone = says('blob-digest', digest, expect.stringContaining(digest), 'not established');
    expect(await image.refused(layout)).toContainEqual(gone);
  });
});

describe('one changed byte, with every digest made to fit', () => {
  const types = (['signature', 'spdx', 'cyclonedx', 'provenance', 'provenance02'] as const).map(
    (name): [string, string] => [name, predicateTypes[name]],
  );

  async function altered(type: string, alter: (bundle: Bundle) => void): Promise<readonly Against[]> {
    const layout = await image.copy();
    const old = await layout.referrer(image.amd64.digest, type);
    const bundle = await layout.document<Bundle>(old.bundle);
    alter(bundle);
    await layout.hang(Buffer.from(JSON.stringify(bundle)), image.amd64, type, old);
    return await image.refused(layout);
  }

  test.each(types)('in the statement of %s breaks its signature', async (_, type) => {
    const against = await altered(type, ({ dsseEnvelope }) => {
      const payload = Buffer.from(dsseEnvelope.payload, 'base64');
      payload.writeUInt8(payload.readUInt8(payload.length - 3) ^ 1, payload.length - 3);
      dsseEnvelope.payload = payload.toString('base64');
    });
    expect(against).toContainEqual(says('signature', image.amd64.digest, expect.stringContaining(type)));
  });

  test.each(types)('in the signature of %s breaks it', async (_, type) => {
    const against = await altered(type, ({ dsseEnvelope: { signatures } }) => {
      const [signature] = signatures;
      if (signature === undefined) throw new Error('no signature');
      const bytes = Buffer.from(signature.sig, 'base64');
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      signature.sig = bytes.toString('base64');
    });
    expect(against).toContainEqual(says('signature', image.amd64.digest, expect.stringContaining(type)));
  });

  test.each(types)('in the digest that %s is about breaks its signature', async (_, type) => {
    const other = otherDigest(image.amd64.digest);
    const against = await altered(type, ({ dsseEnvelope }) => {
      const payload = Buffer.from(dsseEnvelope.payload, 'base64').toString('utf8');
      expect(payload).toContain(hexOf(image.amd64.digest));
      dsseEnvelope.payload = Buffer.from(payload.replaceAll(hexOf(image.amd64.digest), hexOf(other))).toString(
        'base64',
      );
    });
    expect(against).toContainEqual(says('signature', image.amd64.digest, expect.stringContaining(type)));
  });

  test.each(types)('in the digest that %s is about is refuted when the same key signed it', async (_, type) => {
    const other = otherDigest(image.amd64.digest);
    const layout = await image.copy();
    const old = await layout.referrer(image.amd64.digest, type);
    await layout.hang(await resigned(await layout.bytes(old.bundle), other, image.signer), image.amd64, type, old);
    expect(await image.refused(layout)).toContainEqual(says('subject', image.amd64.digest, `${type}: about ${other}`));
  });
});

interface Bundle {
  readonly dsseEnvelope: { payload: string; readonly signatures: { sig: string }[] };
}

function otherDigest(digest: Digest): Digest {
  return `sha256:${hexOf(digest).replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))}`;
}

describe('evidence that belongs elsewhere', () => {
  test('an attestation of another image by the same key is refuted, naming what it is about', async () => {
    const other = await image.buildAnother({ packages: ['base-files'] });
    const theirs = await amd64Of(other);
    for (const type of [predicateTypes.spdx, predicateTypes.provenance, predicateTypes.signature]) {
      const moved = await other.referrer(theirs.digest, type);
      const layout = await image.copy();
      const old = await layout.referrer(image.amd64.digest, type);
      await layout.hang(await other.bytes(moved.bundle), image.amd64, type, old);
      const against = await image.refused(layout);
      expect(against).toContainEqual(says('subject', image.amd64.digest, `${type}: about ${theirs.digest}`));
    }
  });

  test('an attestation of the other platform is refuted', async () => {
    const arm64 = (await image.layout.platforms()).find(({ platform }) => platform === 'linux/arm64')?.descriptor;
    const moved = await image.layout.referrer(arm64?.digest ?? 'sha256:', predicateTypes.spdx);
    const layout = await image.copy();
    await layout.hang(await layout.bytes(moved.bundle), image.amd64, predicateTypes.spdx);
    const reason = `${predicateTypes.spdx}: about ${arm64?.digest ?? ''}`;
    expect(await image.refused(layout)).toContainEqual(says('subject', image.amd64.digest, reason));
  });

  test('a statement under the annotation of another type is refuted', async () => {
    const layout = await image.copy();
    const moved = await layout.referrer(image.amd64.digest, predicateTypes.provenance);
    await layout.hang(await layout.bytes(moved.bundle), image.amd64, predicateTypes.spdx, moved);
    const reason = `the annotation says ${predicateTypes.spdx}, the statement ${predicateTypes.provenance}`;
    expect(await image.refused(layout)).toContainEqual(says('predicate-type', image.amd64.digest, reason));
  });

  test('the bundle of an unknown signer proves nothing and harms nothing', async () => {
    await createKeyPair(image.user.path('stranger.key'), '');
    const stranger = await loadSigner(image.user.path('stranger.key'), '');
    const layout = await image.copy();
    const bundle = await signStatement(imageSignature(image.amd64.digest), stranger);
    await layout.hang(bundle, image.amd64, predicateTypes.signature);
    const { signers, checks } = await image.accepted(layout);
    expect(signers).toEqual([image.signer.publicKey.fingerprint]);
    expect(checks).toContainEqual(
      says('signature', image.amd64.digest, expect.stringContaining(stranger.publicKey.fingerprint), 'not applicable'),
    );
    const own = await layout.referrers();
    for (const referrer of own.filter(({ subject }) => subject === image.amd64.digest)) {
      const isTheirs = (await layout.bytes(referrer.bundle)).equals(bundle);
      if (referrer.predicateType === predicateTypes.signature && !isTheirs) await layout.unlist(referrer);
    }
    const { digest } = await layout.image();
    await layout.unlist(await layout.referrer(digest, predicateTypes.signature));
    const missing = [digest, image.amd64.digest].map((one) =>
      says('image-signature', one, expect.stringContaining('no signature'), 'not established'),
    );
    expect(await image.refused(layout)).toEqual(missing);
  });
});

describe('evidence that is not there', () => {
  test.each([
    ['sbom', [predicateTypes.spdx, predicateTypes.cyclonedx], 'the manifest has no SBOM by a trusted key'],
    [
      'provenance',
      [predicateTypes.provenance, predicateTypes.provenance02],
      'the manifest has no provenance by a trusted key',
    ],
  ])('%s is not established', async (check, types, reason) => {
    const layout = await image.copy();
    for (const type of types) await layout.unlist(await layout.referrer(image.amd64.digest, type));
    expect(await image.refused(layout)).toEqual([says(check, image.amd64.digest, reason, 'not established')]);
  });

  test('a signature of the index is about the platforms that it lists, and not about one that is named by itself', async () => {
    const layout = await image.copy();
    await layout.unlist(await layout.referrer(image.amd64.digest, predicateTypes.signature));
    const { checks } = await image.accepted(layout);
    const covered = 'the index that lists the manifest has a signature of the image by a trusted key';
    expect(checks).toContainEqual(says('image-signature', image.amd64.digest, covered, 'established'));
    const alone = `oci:${layout.folder}@${image.amd64.digest}`;
    const run = await image.user.temper(['verify', alone, '--json', '--key', image.user.publicKey]);
    expect(run.status).toBe(1);
    const reason = 'the manifest has no signature of the image by a trusted key';
    expect(run.json()).toMatchObject({
      decision: { against: [says('image-signature', image.amd64.digest, reason, 'not established')] },
    });
  });

  test('signatures of the platforms do not sign the index', async () => {
    const { digest } = await image.layout.image();
    const layout = await image.copy();
    await layout.unlist(await layout.referrer(digest, predicateTypes.signature));
    const reason = 'the index has no signature of the image by a trusted key';
    expect(await image.refused(layout)).toEqual([says('image-signature', digest, reason, 'not established')]);
  });
});

test('what is shown to people names the check and the reason as well', async () => {
  const layer = (await image.layout.platforms())[0]?.manifest.layers[0]?.digest ?? 'sha256:';
  const layout = await image.copy();
  await layout.flip(layer);
  const run = await image.user.temper(['verify', layout.reference, '--key', image.user.publicKey]);
  expect(run).toMatchObject({ status: 1, stderr: '' });
  expect(run.stdout).toMatch(new RegExp(`^refuted +blob-digest +${layer.slice(0, 19)} .*${layer}`, 'm'));
  expect(run.stdout).toContain('NOT verified');
});
