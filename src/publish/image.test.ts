import { expect, test } from 'vitest';
import { sampleImage } from '../../test/contracts/sample-image.ts';
import { FakeRegistry } from '../../test/fakes/registry.ts';
import { digestOf } from '../lib/digest.ts';
import type { Manifest } from '../oci/types.ts';
import { Registry } from '../repository/registry.ts';
import { type Progress, publishImage } from './image.ts';
import { bundleReferrer } from './referrer.ts';

test('tells how far it is', async () => {
  await using fake = await FakeRegistry.start();
  const seen: Progress[] = [];
  const image = sampleImage('a');
  await publishImage(new Registry(fake.host, 'a/b'), image, { progress: (progress) => seen.push(progress) });
  // Two configs, one layer, the empty config and one bundle; the same bytes are sent once.
  expect(seen.map(({ blobs, ofBlobs }) => [blobs, ofBlobs])).toEqual([1, 2, 3, 4, 5].map((n) => [n, 5]));
  expect(seen.at(-1)?.bytes).toBe(seen.at(-1)?.ofBytes);
});

test('begins nothing new after a fault, and moves no tag', async () => {
  await using fake = await FakeRegistry.start();
  const image = sampleImage('a');
  const broken = Array.from({ length: 20 }, (_, i) => ({
    digest: digestOf(`${i}`),
    size: 1,
    async *open(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array();
      throw new Error('the disk is gone');
    },
  }));
  const published = publishImage(new Registry(fake.host, 'a/b'), { ...image, blobs: broken });
  await expect(published).rejects.toThrow('the disk is gone');
  expect(fake.log.filter((line) => line.startsWith('POST')).length).toBeLessThan(9);
  expect(fake.tags.size).toBe(0);
});

test('refuses to publish nothing', async () => {
  await using fake = await FakeRegistry.start();
  const published = publishImage(new Registry(fake.host, 'a/b'), { blobs: [], manifests: [], referrers: [], tag: 'x' });
  await expect(published).rejects.toThrow(expect.objectContaining({ code: 'publish/empty' }));
});

test('a bundle hangs on its subject as cosign 3 hangs it', () => {
  const subject = { mediaType: 'm/t', digest: digestOf('s'), size: 1, annotations: { not: 'taken over' } };
  const bytes = Buffer.from('{"bundle":1}');
  const created = new Date('2025-01-02T03:04:05.678Z');
  const referrer = bundleReferrer({ subject, bytes, predicateType: 'https://example.com/p', created });
  expect(JSON.parse(Buffer.from(referrer.manifest.bytes).toString()) as Manifest).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 },
    layers: [{ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', digest: digestOf(bytes), size: 12 }],
    subject: { mediaType: 'm/t', digest: digestOf('s'), size: 1 },
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': 'https://example.com/p',
      'org.opencontainers.image.created': '2025-01-02T03:04:05Z',
    },
  });
  expect(referrer.descriptor.digest).toBe(digestOf(referrer.manifest.bytes));
  expect(referrer.blobs.map(({ digest }) => digest)).toEqual([digestOf('{}'), digestOf(bytes)]);
});
