import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sampleImage } from '../../../test/contracts/sample-image.ts';
import { FakeRegistry } from '../../../test/fakes/registry.ts';
import { digestOf } from '../../lib/digest.ts';
import { describe as descriptorOf, documentBytes } from '../../oci/documents.ts';
import { mediaTypes } from '../../oci/types.ts';
import { publishImage, publishReferrers } from '../../publish/image.ts';
import { blobOf } from '../../publish/referrer.ts';
import { Layout } from '../../repository/layout.ts';
import { Registry } from '../../repository/registry.ts';
import { inspect } from './inspect.ts';

async function layoutFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'temper-inspect-'));
  onTestFinished(async () => await rm(path, { recursive: true }));
  return join(path, 'out');
}

/** An image of one platform with a full config. */
function fullImage(): ReturnType<typeof sampleImage> {
  const image = sampleImage('full');
  const config = documentBytes({
    architecture: 'arm',
    os: 'linux',
    variant: 'v7',
    created: '2025-01-01T00:00:00Z',
    config: {
      User: '65532',
      Entrypoint: ['/usr/bin/node'],
      Cmd: null,
      Env: ['A=b'],
      WorkingDir: '/app',
      Labels: { x: 'y' },
      ExposedPorts: { '80/tcp': {} },
    },
    rootfs: { type: 'layers', diff_ids: [digestOf(image.layer)] },
  });
  const bytes = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptorOf(config, mediaTypes.config),
    layers: [descriptorOf(image.layer, mediaTypes.layer)],
    annotations: { a: 'b' },
  });
  return {
    ...image,
    blobs: [blobOf(config), blobOf(image.layer)],
    manifests: [{ bytes, mediaType: mediaTypes.manifest }],
  };
}

test('shows an index, its platforms and what hangs on each', async () => {
  const folder = await layoutFolder();
  const image = sampleImage('a');
  const published = await publishImage(new Layout(folder), image);
  const found = await inspect(`oci-dir://${folder}`);
  expect(found).toMatchObject({
    reference: `oci:${folder}`,
    repository: `oci:${folder}`,
    digest: published.digest,
    mediaType: mediaTypes.index,
    index: { digest: published.digest, size: published.size, annotations: {} },
  });
  expect(found.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
  for (const shown of [found.index, ...found.platforms]) {
    expect(shown?.referrers).toEqual([
      {
        digest: expect.stringMatching(/^sha256:/) as string,
        artifactType: mediaTypes.sigstoreBundle,
        predicateType: 'https://example.com/predicate',
        size: 14,
        created: '2025-01-02T03:04:05Z',
      },
    ]);
  }
});

test('shows a single platform with its config and layers', async () => {
  await using fake = await FakeRegistry.start({ referrers: false });
  const image = fullImage();
  const published = await publishImage(new Registry(fake.host, 'a/b'), { ...image, referrers: [] });
  const found = await inspect(`${fake.host}/a/b:latest`);
  expect(found.index).toBeUndefined();
  expect(found.platforms).toEqual([
    {
      platform: 'linux/arm/v7',
      digest: published.digest,
      mediaType: mediaTypes.manifest,
      present: true,
      config: {
        digest: image.blobs[0]?.digest,
        created: '2025-01-01T00:00:00Z',
        user: '65532',
        entrypoint: ['/usr/bin/node'],
        cmd: [],
        env: ['A=b'],
        workingDir: '/app',
        exposedPorts: ['80/tcp'],
        labels: { x: 'y' },
      },
      layers: [descriptorOf(image.layer, mediaTypes.layer)],
      size: published.size + image.layer.length + (image.blobs[0]?.size ?? 0),
      annotations: { a: 'b' },
      referrers: [],
    },
  ]);
});

test.each([
  [
    'the statement says',
    JSON.stringify({ dsseEnvelope: { payload: Buffer.from('{"predicateType":"https://x/y"}').toString('base64') } }),
    'https://x/y',
  ],
  ['nobody says, in a broken bundle', '{', undefined],
  ['nobody says, in a broken statement', '{"dsseEnvelope":{"payload":"e30="}}', undefined],
])('opens a bundle without annotations: the predicate type is what %s', async (_, content, predicateType) => {
  const folder = await layoutFolder();
  const image = fullImage();
  const subject = await publishImage(new Layout(folder), { ...image, referrers: [] });
  const bundle = Buffer.from(content);
  const empty = Buffer.from('{}');
  const bytes = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: mediaTypes.sigstoreBundle,
    config: descriptorOf(empty, mediaTypes.empty),
    layers: [descriptorOf(bundle, mediaTypes.sigstoreBundle)],
    subject,
  });
  const manifest = { bytes, mediaType: mediaTypes.manifest, listed: true };
  const descriptor = descriptorOf(bytes, mediaTypes.manifest);
  await publishReferrers(new Layout(folder), [{ descriptor, manifest, blobs: [blobOf(bundle), blobOf(empty)] }]);
  const found = await inspect(`oci:${folder}:latest`);
  expect(found.platforms[0]?.referrers).toMatchObject([{ predicateType, size: bundle.length, created: undefined }]);
});

test('says which platforms of an index are not there', async () => {
  await using fake = await FakeRegistry.start();
  const image = sampleImage('a');
  await publishImage(new Registry(fake.host, 'a/b'), image);
  fake.manifests.delete(digestOf(image.manifests[1]?.bytes ?? ''));
  const found = await inspect(`${fake.host}/a/b`);
  expect(found.platforms.map(({ platform, present }) => [platform, present])).toEqual([
    ['linux/amd64', true],
    ['linux/arm64', false],
  ]);
});

test('refuses a config that is not what its digest says', async () => {
  await using fake = await FakeRegistry.start();
  const image = fullImage();
  await publishImage(new Registry(fake.host, 'a/b'), { ...image, referrers: [] });
  const config = image.blobs[0];
  fake.lies.set(config?.digest ?? '', Buffer.alloc(config?.size ?? 0, 0x20));
  await expect(inspect(`${fake.host}/a/b`)).rejects.toThrow(expect.objectContaining({ code: 'repository/altered' }));
});
