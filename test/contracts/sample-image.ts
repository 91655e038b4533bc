import { digestOf } from '../../src/lib/digest.ts';
import { describe as descriptorOf, documentBytes } from '../../src/oci/documents.ts';
import { mediaTypes } from '../../src/oci/types.ts';
import type { Publication } from '../../src/publish/image.ts';
import { blobOf, bundleReferrer } from '../../src/publish/referrer.ts';

/** A small image for some platforms; content differs by `name`. */
export function sampleImage(name: string, platforms = ['amd64', 'arm64']): Publication & { readonly layer: Buffer } {
  const layer = Buffer.from(`layer of ${name} `.repeat(1000));
  const configs = platforms.map((architecture) =>
    documentBytes({ architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } }),
  );
  const manifests = configs.map((config) =>
    documentBytes({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: descriptorOf(config, mediaTypes.config),
      layers: [descriptorOf(layer, mediaTypes.layer)],
    }),
  );
  const index = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: manifests.map((bytes, i) => ({
      ...descriptorOf(bytes, mediaTypes.manifest),
      platform: { os: 'linux', architecture: platforms[i] },
    })),
  });
  const referrers = [...manifests, index].map((bytes) => sampleReferrer(name, bytes));
  return {
    layer,
    blobs: [...configs, layer].map(blobOf),
    manifests: [
      ...manifests.map((bytes) => ({ bytes, mediaType: mediaTypes.manifest })),
      { bytes: index, mediaType: mediaTypes.index },
    ],
    referrers,
    tag: 'latest',
  };
}

export function sampleReferrer(name: string, subject: Buffer): ReturnType<typeof bundleReferrer> {
  const type = subject.includes('"manifests"') ? mediaTypes.index : mediaTypes.manifest;
  return bundleReferrer({
    subject: descriptorOf(subject, type),
    bytes: Buffer.from(`{"bundle":"${name}"}`),
    predicateType: 'https://example.com/predicate',
    created: new Date(Date.UTC(2025, 0, 2, 3, 4, 5)),
  });
}
