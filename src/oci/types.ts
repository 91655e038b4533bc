// The JSON documents of the OCI image specification 1.1: descriptor.md, manifest.md, image-index.md, config.md.
import { z } from 'zod';
import { isDigest } from '../lib/digest.ts';

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  layerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  sigstoreBundle: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  inToto: 'application/vnd.in-toto+json',
} as const;

export const annotations = {
  refName: 'org.opencontainers.image.ref.name',
  created: 'org.opencontainers.image.created',
  title: 'org.opencontainers.image.title',
  /** What cosign looks for in a layout's index: `dev.cosignproject.cosign/image`. */
  cosignKind: 'kind',
  /** What cosign 3 says of a Sigstore bundle's manifest: `dsse-envelope` or `message-signature`. */
  bundleContent: 'dev.sigstore.bundle.content',
  bundlePredicateType: 'dev.sigstore.bundle.predicateType',
} as const;

/** A value of {@link annotations.cosignKind}: how cosign finds in a layout what to verify. */
export const COSIGN_IMAGE = 'dev.cosignproject.cosign/image';

const digest = z.string().refine(isDigest, 'not a SHA-256 digest');
const annotationMap = z.record(z.string(), z.string());

export const Platform = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
});
export type Platform = z.infer<typeof Platform>;

export const Descriptor = z.looseObject({
  mediaType: z.string(),
  digest,
  size: z.int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: annotationMap.optional(),
  platform: Platform.optional(),
  urls: z.array(z.string()).optional(),
  data: z.string().optional(),
});
export type Descriptor = z.infer<typeof Descriptor>;

export const Manifest = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: Descriptor,
  layers: z.array(Descriptor).max(10_000),
  subject: Descriptor.optional(),
  annotations: annotationMap.optional(),
});
export type Manifest = z.infer<typeof Manifest>;

export const Index = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  manifests: z.array(Descriptor).max(100_000),
  subject: Descriptor.optional(),
  annotations: annotationMap.optional(),
});
export type Index = z.infer<typeof Index>;

export const ImageConfig = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  created: z.string().optional(),
  config: z
    .looseObject({
      User: z.string().optional(),
      Env: z.array(z.string()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      WorkingDir: z.string().optional(),
      Labels: annotationMap.nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
      StopSignal: z.string().optional(),
    })
    .nullish(),
  /** Docker leaves the list out of an image without layers. */
  rootfs: z.object({
    type: z.literal('layers'),
    diff_ids: z
      .array(digest)
      .nullish()
      .transform((list) => list ?? []),
  }),
  history: z
    .array(
      z.looseObject({
        created: z.string().optional(),
        created_by: z.string().optional(),
        empty_layer: z.boolean().optional(),
      }),
    )
    .nullish(),
});
export type ImageConfig = z.infer<typeof ImageConfig>;

/** `linux/amd64`, `linux/arm64`, `linux/arm/v7`. */
export function platformName(platform: { os: string; architecture: string; variant?: string | undefined }): string {
  return [platform.os, platform.architecture, platform.variant]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
}
