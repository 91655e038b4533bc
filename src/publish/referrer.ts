import { digestOf } from '../lib/digest.ts';
import { describe, documentBytes } from '../oci/documents.ts';
import { annotations, type Descriptor, mediaTypes } from '../oci/types.ts';
import type { BlobSource, ManifestToPut } from '../repository/types.ts';

/** A manifest that refers to another, with the blobs that it needs. */
export interface Referrer {
  readonly descriptor: Descriptor;
  readonly manifest: ManifestToPut;
  readonly blobs: readonly BlobSource[];
}

/** The empty config (image-spec 1.1, manifest.md, Guidance for an Empty Descriptor). */
export const EMPTY = Buffer.from('{}');

/**
 * A Sigstore bundle of a DSSE statement as a referrer of `subject` (cosign's bundle specification, OCI 1.1).
 * @param bundle.created its time of creation; whole seconds are written
 */
export function bundleReferrer(bundle: {
  readonly subject: Descriptor;
  readonly bytes: Uint8Array;
  readonly predicateType: string;
  readonly created: Date;
}): Referrer {
  const { mediaType, digest, size } = bundle.subject;
  const notes = {
    [annotations.bundleContent]: 'dsse-envelope',
    [annotations.bundlePredicateType]: bundle.predicateType,
    [annotations.created]: bundle.created.toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  const manifest = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: mediaTypes.sigstoreBundle,
    config: describe(EMPTY, mediaTypes.empty),
    layers: [describe(bundle.bytes, mediaTypes.sigstoreBundle)],
    subject: { mediaType, digest, size },
    annotations: notes,
  });
  return {
    descriptor: {
      ...describe(manifest, mediaTypes.manifest),
      artifactType: mediaTypes.sigstoreBundle,
      annotations: notes,
    },
    manifest: { bytes: manifest, mediaType: mediaTypes.manifest, listed: true },
    blobs: [blobOf(EMPTY), blobOf(bundle.bytes)],
  };
}

/** Bytes in memory as a blob. */
export function blobOf(bytes: Uint8Array): BlobSource {
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}
