// The JSON documents of the OCI image specification 1.1: descriptor.md, manifest.md, image-index.md, config.md.
import { type Digest, isDigest } from '../lib/digest.ts';
import { boolean, count, list, literal, loose, object, record, type Shape, string, anything } from '../lib/shape.ts';

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

const digest = string().made((text) => (isDigest(text) ? text : undefined), 'not a SHA-256 digest');
const annotationMap = record(string());
const texts = list(string(), Infinity);

export interface Platform {
  architecture: string;
  os: string;
  variant?: string | undefined;
}
export const Platform: Shape<Platform> = loose<Platform>({
  architecture: string(),
  os: string(),
  variant: string().optional(),
});

export interface Descriptor {
  mediaType: string;
  digest: Digest;
  size: number;
  artifactType?: string | undefined;
  annotations?: Record<string, string> | undefined;
  platform?: Platform | undefined;
  urls?: string[] | undefined;
  data?: string | undefined;
}
export const Descriptor: Shape<Descriptor> = loose<Descriptor>({
  mediaType: string(),
  digest,
  size: count(),
  artifactType: string().optional(),
  annotations: annotationMap.optional(),
  platform: Platform.optional(),
  urls: texts.optional(),
  data: string().optional(),
});

export interface Manifest {
  schemaVersion: 2;
  mediaType?: string | undefined;
  artifactType?: string | undefined;
  config: Descriptor;
  layers: Descriptor[];
  subject?: Descriptor | undefined;
  annotations?: Record<string, string> | undefined;
}
export const Manifest: Shape<Manifest> = loose<Manifest>({
  schemaVersion: literal(2),
  mediaType: string().optional(),
  artifactType: string().optional(),
  config: Descriptor,
  layers: list(Descriptor, 10_000),
  subject: Descriptor.optional(),
  annotations: annotationMap.optional(),
});

export interface Index {
  schemaVersion: 2;
  mediaType?: string | undefined;
  artifactType?: string | undefined;
  manifests: Descriptor[];
  subject?: Descriptor | undefined;
  annotations?: Record<string, string> | undefined;
}
export const Index: Shape<Index> = loose<Index>({
  schemaVersion: literal(2),
  mediaType: string().optional(),
  artifactType: string().optional(),
  manifests: list(Descriptor, 100_000),
  subject: Descriptor.optional(),
  annotations: annotationMap.optional(),
});

export interface ContainerConfig {
  User?: string | undefined;
  Env?: string[] | null | undefined;
  Entrypoint?: string[] | null | undefined;
  Cmd?: string[] | null | undefined;
  WorkingDir?: string | undefined;
  Labels?: Record<string, string> | null | undefined;
  ExposedPorts?: Record<string, unknown> | null | undefined;
  Volumes?: Record<string, unknown> | null | undefined;
  StopSignal?: string | undefined;
  Healthcheck?: unknown;
}

export interface HistoryEntry {
  created?: string | undefined;
  created_by?: string | undefined;
  empty_layer?: boolean | undefined;
}

export interface ImageConfig {
  architecture: string;
  os: string;
  variant?: unknown;
  created?: string | undefined;
  config?: ContainerConfig | null | undefined;
  /** Docker leaves the list out of an image without layers. */
  rootfs: { type: 'layers'; diff_ids: Digest[] };
  history?: HistoryEntry[] | null | undefined;
}
export const ImageConfig: Shape<ImageConfig> = loose<ImageConfig>({
  architecture: string(),
  os: string(),
  variant: anything,
  created: string().optional(),
  config: loose<ContainerConfig>({
    User: string().optional(),
    Env: texts.nullish(),
    Entrypoint: texts.nullish(),
    Cmd: texts.nullish(),
    WorkingDir: string().optional(),
    Labels: annotationMap.nullish(),
    ExposedPorts: record(anything).nullish(),
    Volumes: record(anything).nullish(),
    StopSignal: string().optional(),
    Healthcheck: anything,
  }).nullish(),
  rootfs: object<ImageConfig['rootfs']>({
    type: literal('layers'),
    diff_ids: list(digest, Infinity)
      .nullish()
      .made((found) => found ?? [], ''),
  }),
  history: list(
    loose<HistoryEntry>({
      created: string().optional(),
      created_by: string().optional(),
      empty_layer: boolean().optional(),
    }),
    Infinity,
  ).nullish(),
});

/** `linux/amd64`, `linux/arm64`, `linux/arm/v7`. */
export function platformName(platform: { os: string; architecture: string; variant?: string | undefined }): string {
  return [platform.os, platform.architecture, platform.variant]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
}
