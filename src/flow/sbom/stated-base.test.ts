import { expect, test } from 'vitest';
import { FakeRepository } from '../../../test/fakes/repository.ts';
import { type Digest, digestOf } from '../../lib/digest.ts';
import { describe } from '../../oci/documents.ts';
import { mediaTypes } from '../../oci/types.ts';
import { blobOf } from '../../publish/referrer.ts';
import { type ImagePlace, statedBase } from './stated-base.ts';

const [one, two, three] = ['one', 'two', 'three'].map(digestOf) as [Digest, Digest, Digest];

async function imageOf(diffIds: readonly Digest[], labels: Readonly<Record<string, string>> = {}) {
  const repository = new FakeRepository();
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: labels },
      rootfs: { type: 'layers', diff_ids: diffIds },
    }),
  );
  await repository.putBlob(blobOf(config));
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: describe(config, mediaTypes.config),
    layers: diffIds.map((digest) => ({ mediaType: mediaTypes.layer, digest, size: 1 })),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  await repository.putManifests([{ bytes, mediaType: mediaTypes.manifest, tag: 'latest', listed: true }]);
  return { repository, reference: 'latest', digest: digestOf(bytes) };
}

async function based(app: readonly Digest[], base: readonly Digest[], stated = 'registry.example/base:1') {
  const there = await imageOf(base);
  const asked: string[] = [];
  const image: ImagePlace = await imageOf(app, {
    'org.opencontainers.image.base.name': stated,
    'org.opencontainers.image.base.digest': there.digest,
  });
  const found = await statedBase(image, 'registry.example/app:1', (reference) => {
    asked.push(reference);
    return Promise.resolve(there);
  });
  return { found, asked, expected: `registry://registry.example/base@${there.digest}` };
}

test('an image that begins with the layers of what its labels name is made from it', async () => {
  const { found, expected } = await based([one, two, three], [one, two]);
  expect(found).toBe(expected);
});

test.each([
  ['other layers', [three, two]],
  ['more layers', [one, two, three]],
  ['the same in another order', [two, one]],
])('an image that only says so is not: %s', async (_, layers) => {
  const { found, asked, expected } = await based([one, two], layers);
  expect([found, asked]).toEqual([undefined, [expected]]);
});

test('a base in another registry is not asked for', async () => {
  const { found, asked } = await based([one, two], [one], 'other.example/base:1');
  expect([found, asked]).toEqual([undefined, []]);
});
