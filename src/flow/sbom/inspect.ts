import { mapInBatches } from '../../lib/batches.ts';
import type { Digest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { parseDocument, parseImageConfig, parseManifest } from '../../oci/documents.ts';
import { formatReference } from '../../oci/reference.ts';
import { type Descriptor, type ImageConfig, type Manifest, mediaTypes, platformName } from '../../oci/types.ts';
import { type OpenOptions, openRepository } from '../../repository/open.ts';
import type { Repository } from '../../repository/types.ts';
import { type InspectedReferrer, inspectReferrers } from './inspect-referrers.ts';
import { environment } from '../../io/environment.ts';
import { registrySettings } from '../registry-settings.ts';
import { namedImage } from '../named-image.ts';

/** What an image is and what hangs on it. All that was read is what its digest says; nothing is said about signatures. */
export interface Inspection {
  /** The reference in its normal form. */
  readonly reference: string;
  readonly repository: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** The index, when the reference names one. */
  readonly index: InspectedIndex | undefined;
  /** In the order of the index; one for a manifest. */
  readonly platforms: readonly InspectedPlatform[];
}

export interface InspectedIndex {
  readonly digest: Digest;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly referrers: readonly InspectedReferrer[];
}

export interface InspectedPlatform {
  /** `linux/amd64`; `undefined` when neither the index nor a config says it. */
  readonly platform: string | undefined;
  readonly digest: Digest;
  readonly mediaType: string;
  /** False when the index lists it but the repository does not hold it; then nothing more is known. */
  readonly present: boolean;
  /** `undefined` when the config is no image config. */
  readonly config: InspectedConfig | undefined;
  readonly layers: readonly { readonly digest: Digest; readonly mediaType: string; readonly size: number }[];
  /** Bytes of manifest, config and layers together, as they are stored. */
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly referrers: readonly InspectedReferrer[];
  /** What its layers hold, where they were read. */
  readonly contents?: InspectedContents | undefined;
}

export type InspectedContents =
  | {
      readonly distribution: string | undefined;
      readonly packages: number;
      /** What needs what, and what is owned by a package of the system. */
      readonly relationships: number;
      /** Packages by the type of their package URLs. */
      readonly kinds: Readonly<Record<string, number>>;
      /** Files that may tell of more and could not be read. */
      readonly notRead: number;
    }
  /** Why the layers could not be read, one sentence. */
  | { readonly unknown: string };

export interface InspectedConfig {
  readonly digest: Digest;
  readonly created: string | undefined;
  readonly user: string | undefined;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  readonly workingDir: string | undefined;
  readonly exposedPorts: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Platforms that are read at the same time. */
const AT_A_TIME = 4;
const IMAGE_CONFIGS: ReadonlySet<string> = new Set([mediaTypes.config, mediaTypes.dockerConfig]);

/**
 * Reads an image's documents and the list of its referrers, no layers.
 * @throws Fault `reference/…`, `repository/…`, `layout/…`, `registry/…`, `network/…`, `oci/…`.
 */
export async function inspect(reference: string, options: OpenOptions = {}): Promise<Inspection> {
  const parsed = await namedImage(reference);
  const opened = openRepository(parsed, { registries: await registrySettings(environment()), ...options });
  const { repository } = opened;
  const image = await repository.resolve(await opened.reference());
  const document = parseDocument(await repository.manifest(image), image.mediaType);
  const index = document.kind === 'index' ? document.index : undefined;
  const children = index?.manifests ?? [image];
  return {
    reference: formatReference(parsed),
    repository: repository.name,
    digest: image.digest,
    mediaType: image.mediaType,
    index: index && {
      digest: image.digest,
      size: image.size,
      annotations: index.annotations ?? {},
      referrers: await inspectReferrers(repository, image.digest),
    },
    platforms: await mapInBatches(children, AT_A_TIME, async (child) => await inspectPlatform(repository, child)),
  };
}

async function inspectPlatform(repository: Repository, descriptor: Descriptor): Promise<InspectedPlatform> {
  const named = descriptor.platform === undefined ? undefined : platformName(descriptor.platform);
  const { digest, mediaType } = descriptor;
  const bytes = await findManifest(repository, descriptor);
  if (bytes === undefined) {
    const nothing = { config: undefined, layers: [], size: 0, annotations: {}, referrers: [] };
    return { platform: named, digest, mediaType, present: false, ...nothing };
  }
  const manifest = parseManifest(bytes, mediaType);
  const { platform, config } = await inspectConfig(repository, manifest);
  return {
    platform: named ?? platform,
    digest,
    mediaType,
    present: true,
    config,
    layers: manifest.layers.map((layer) => ({ digest: layer.digest, mediaType: layer.mediaType, size: layer.size })),
    size: manifest.layers.reduce((sum, layer) => sum + layer.size, bytes.length + manifest.config.size),
    annotations: manifest.annotations ?? {},
    referrers: await inspectReferrers(repository, digest),
  };
}

async function findManifest(repository: Repository, descriptor: Descriptor): Promise<Buffer | undefined> {
  try {
    return await repository.manifest(descriptor);
  } catch (error) {
    if (error instanceof Fault && error.code === 'repository/not-found') return undefined;
    throw error;
  }
}

async function inspectConfig(
  repository: Repository,
  manifest: Manifest,
): Promise<{ platform: string | undefined; config: InspectedConfig | undefined }> {
  if (!IMAGE_CONFIGS.has(manifest.config.mediaType)) return { platform: undefined, config: undefined };
  const image = parseImageConfig(await repository.blob(manifest.config, limits.manifest));
  const config = inspectedConfig(manifest.config.digest, image);
  const { os, architecture } = image;
  const variant = typeof image['variant'] === 'string' ? image['variant'] : undefined;
  return { platform: platformName({ os, architecture, variant }), config };
}

/** What a config says of how the image runs. */
export function inspectedConfig(digest: Digest, image: ImageConfig): InspectedConfig {
  const settings = image.config;
  return {
    digest,
    created: image.created,
    user: settings?.User,
    entrypoint: settings?.Entrypoint ?? [],
    cmd: settings?.Cmd ?? [],
    env: settings?.Env ?? [],
    workingDir: settings?.WorkingDir,
    exposedPorts: Object.keys(settings?.ExposedPorts ?? {}),
    labels: settings?.Labels ?? {},
  };
}
