// From what a name stands for to one image for each platform, its documents verified.
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { isIndexType, isManifestType, parseDocument, parseImageConfig } from '../oci/documents.ts';
import {
  type Descriptor,
  type ImageConfig,
  type Manifest,
  mediaTypes,
  type Platform,
  platformName,
} from '../oci/types.ts';
import type { RawRepository } from '../repository/types.ts';
import { layerAt } from './layers.ts';
import { type Choice, choosePlatforms } from './platform.ts';
import type { SourceImage } from './types.ts';

/** Where documents and layers lie by their digests: a repository, an archive, a content store. */
export type ImagePlace = Pick<RawRepository, 'name' | 'manifest' | 'blob' | 'has' | 'raw'>;

export interface Wanted extends Choice {
  /** Of the image, in its normal form. */
  readonly name: string;
  /** Whether what an index lists may be missing, as in layouts and archives that hold one platform of several. */
  readonly partial: boolean;
}

/** Indexes in indexes that are followed. */
const MOST_LEVELS = 4;
/** Manifests of one image. */
const MOST_MANIFESTS = 1000;
/** How BuildKit marks an attestation's manifest in an index. */
const BUILDKIT = 'vnd.docker.reference.type';
const CONFIGS: ReadonlySet<string> = new Set([mediaTypes.config, mediaTypes.dockerConfig]);

interface Candidate {
  readonly descriptor: Descriptor;
  /** The outermost index that lists it. */
  readonly index: Descriptor | undefined;
  readonly platform: string;
  /** Where it had to be read to know its platform. */
  readonly read: Read | undefined;
}

interface Read {
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

/**
 * The images of the platforms that are meant. Manifests of attestations and of no platform are left out.
 * @param roots what the name stands for: a manifest, an index, or the manifests of several platforms
 * @throws Fault `source/platform`, `source/no-image`, `image/layers`, `oci/…`, faults of the place
 */
export async function imagesOf(
  place: ImagePlace,
  roots: readonly Descriptor[],
  wanted: Wanted,
): Promise<readonly SourceImage[]> {
  const found: Candidate[] = [];
  const absent: string[] = [];
  for (const root of roots) await gather(place, root, { index: undefined, level: 0, found, absent, wanted });
  const chosen = choosePlatforms(found, wanted, { name: wanted.name, absent });
  return await Promise.all(chosen.map(async (one) => await imageOf(place, one, wanted)));
}

interface Gathering {
  readonly index: Descriptor | undefined;
  readonly level: number;
  readonly found: Candidate[];
  readonly absent: string[];
  readonly wanted: Wanted;
}

async function gather(place: ImagePlace, at: Descriptor, gathering: Gathering): Promise<void> {
  const { index, level, found, absent, wanted } = gathering;
  if (found.length >= MOST_MANIFESTS || level > MOST_LEVELS) {
    throw new Fault('source/too-many', `${wanted.name} lists too many images.`, 'Name one of them by its digest.');
  }
  if (level > 0 && !isRunnable(at)) return;
  if (level > 0 && wanted.partial && !(await place.has(at))) {
    if (at.platform !== undefined) absent.push(shownPlatform(at.platform));
    return;
  }
  if (level > 0 && at.platform !== undefined && isManifestType(at.mediaType)) {
    found.push({ descriptor: at, index, platform: shownPlatform(at.platform), read: undefined });
    return;
  }
  const document = parseDocument(await place.manifest(at), at.mediaType);
  if (document.kind === 'index') {
    const inner = { ...gathering, index: index ?? at, level: level + 1 };
    for (const child of document.index.manifests) await gather(place, child, inner);
    return;
  }
  if (level > 0 && !CONFIGS.has(document.manifest.config.mediaType)) return;
  const read = await readManifest(place, document.manifest);
  found.push({ descriptor: at, index, platform: shownPlatform(at.platform ?? platformOf(read.config)), read });
}

function isRunnable({ mediaType, annotations, artifactType, platform }: Descriptor): boolean {
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) return false;
  if (annotations?.[BUILDKIT] !== undefined || artifactType !== undefined) return false;
  return platform?.os !== 'unknown' && platform?.architecture !== 'unknown';
}

async function imageOf(
  place: ImagePlace,
  { descriptor, index, platform, read }: Candidate,
  { name, partial }: Wanted,
): Promise<SourceImage> {
  const { manifest, config } = read ?? (await readAt(place, descriptor));
  const diffIds = config.rootfs.diff_ids;
  if (diffIds.length !== manifest.layers.length) throw unlikeLayers(name, manifest.layers.length, diffIds.length);
  return {
    kind: 'image',
    name,
    // Only registries are whole.
    remote: !partial,
    digest: descriptor.digest,
    index: index?.digest,
    configDigest: manifest.config.digest,
    config,
    platform,
    annotations: manifest.annotations ?? {},
    layers: manifest.layers.map((layer, i) => layerAt(place, layer, diffIds[i] ?? layer.digest)),
  };
}

async function readAt(place: ImagePlace, descriptor: Descriptor): Promise<Read> {
  const document = parseDocument(await place.manifest(descriptor), descriptor.mediaType);
  if (document.kind === 'manifest') return await readManifest(place, document.manifest);
  throw new Fault('source/no-image', `${descriptor.digest} in ${place.name} is an index.`, 'Name one of its images.');
}

async function readManifest(place: ImagePlace, manifest: Manifest): Promise<Read> {
  const { mediaType } = manifest.config;
  if (!CONFIGS.has(mediaType) || manifest.layers.some((layer) => layer.mediaType === mediaTypes.inToto)) {
    const what = CONFIGS.has(mediaType) ? mediaTypes.inToto : mediaType.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
    throw new Fault('source/no-image', `What ${place.name} names holds "${what}" and is no image.`, 'Name an image.');
  }
  return { manifest, config: parseImageConfig(await place.blob(manifest.config, limits.manifest)) };
}

/** The platform that a config states. */
export function platformOf(config: ImageConfig): Platform {
  const { os, architecture, variant } = config;
  return { os, architecture, ...(typeof variant === 'string' ? { variant } : {}) };
}

/** `linux/arm64/v8`; what is not said is `unknown`. */
export function shownPlatform({ os, architecture, variant }: Platform): string {
  return platformName({ os: os || 'unknown', architecture: architecture || 'unknown', variant });
}

export function unlikeLayers(name: string, layers: number, diffIds: number): Fault {
  return new Fault(
    'image/layers',
    `The manifest of ${name} lists ${layers} layers and its config ${diffIds}.`,
    'Do not use this image; it was made by a broken tool or to deceive.',
  );
}
