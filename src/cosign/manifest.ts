// The manifest that lists the signatures or attestations of an image, and the tag under which it stands.
import { type Digest, hexOf } from '../lib/digest.ts';
import { describe, documentBytes } from '../oci/documents.ts';
import { type Descriptor, type Manifest, mediaTypes } from '../oci/types.ts';
import { kindOfLayer } from './layer.ts';
import { type LegacyKind, malformed, SIGNATURE_ARTIFACT_TYPE } from './types.ts';

/** Most layers of one manifest that are read. */
export const MOST_LAYERS = 1000;

const SUFFIX = { signature: 'sig', attestation: 'att' } as const;

/** Under which tag cosign keeps what it says of a manifest: `sha256-….sig`, `sha256-….att`. */
export function legacyTag(subject: Digest, kind: LegacyKind): string {
  return `sha256-${hexOf(subject)}.${SUFFIX[kind]}`;
}

/** Whether a manifest is one of a signature that hangs on its subject: by its artifact type, or by its config's. */
export function isSignatureReferrer({ artifactType, config }: Pick<Manifest, 'artifactType' | 'config'>): boolean {
  return [artifactType, config.mediaType].includes(SIGNATURE_ARTIFACT_TYPE);
}

/**
 * The layers that hold signatures or attestations, each digest with the same annotations once, in their order.
 * @throws Fault `cosign/malformed` when there are more than {@link MOST_LAYERS}
 */
export function legacyLayers({ layers }: Pick<Manifest, 'layers'>): readonly Descriptor[] {
  if (layers.length > MOST_LAYERS) throw malformed(`its manifest has ${layers.length} layers, ${MOST_LAYERS} are read`);
  const seen = new Map<string, Descriptor>();
  for (const layer of layers) {
    if (kindOfLayer(layer) !== undefined) seen.set(keyOf(layer), layer);
  }
  return [...seen.values()];
}

/** Tells a layer from others: the same payload may have several signatures. */
function keyOf({ mediaType, digest, size, annotations = {} }: Descriptor): string {
  return documentBytes({ mediaType, digest, size, annotations }).toString('latin1');
}

/** A manifest and its config, as bytes. */
export interface WrittenManifest {
  readonly manifest: Buffer;
  readonly mediaType: string;
  readonly config: Buffer;
}

/**
 * The manifest with further layers behind those that it has; a layer that is there with the same annotations is not added again.
 * Its config is an image's whose diffIDs are the digests of the layers. `undefined` when nothing is to be added.
 */
export function withLayers(before: Manifest | undefined, layers: readonly Descriptor[]): WrittenManifest | undefined {
  const there = new Set((before?.layers ?? []).map(keyOf));
  const added = layers.filter((layer) => !there.has(keyOf(layer)));
  if (added.length === 0) return undefined;
  const all = [...(before?.layers ?? []), ...added];
  const config = configBytes(all);
  const mediaType = before?.mediaType ?? mediaTypes.manifest;
  const manifest = documentBytes({
    ...before,
    schemaVersion: 2,
    mediaType,
    config: describe(config, before?.config.mediaType ?? mediaTypes.config),
    layers: all,
  });
  return { manifest, mediaType, config };
}

/** The start of time in Go, which cosign writes as the time of creation. */
const NEVER = '0001-01-01T00:00:00Z';

/** An image config of nothing but its layers. */
export function configBytes(layers: readonly Descriptor[]): Buffer {
  return documentBytes({
    architecture: '',
    os: '',
    created: NEVER,
    config: {},
    history: layers.map(() => ({ created: NEVER })),
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  });
}
