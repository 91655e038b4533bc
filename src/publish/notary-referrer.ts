import { NOTARY_ARTIFACT_TYPE, type NotaryFormat, notaryMediaTypes, THUMBPRINT_ANNOTATION } from '../notary/types.ts';
import { thumbprints } from '../notary/manifest.ts';
import { describe, documentBytes } from '../oci/documents.ts';
import { annotations, type Descriptor, mediaTypes } from '../oci/types.ts';
import type { Certificate } from '../x509/certificate.ts';
import { blobOf, EMPTY, type Referrer } from './referrer.ts';

/**
 * A Notary Project signature as a referrer of `subject` (signature-specification, OCI Signatures). The config's media type says what it
 * is, as the specification asks; the artifact type says the same, and of two that agree a registry may list either
 * (image-spec 1.1, manifest.md).
 * @param signature.certificates as they stand in the envelope
 * @param signature.created whole seconds are written
 */
export function notaryReferrer(signature: {
  readonly subject: Descriptor;
  readonly bytes: Uint8Array;
  readonly format: NotaryFormat;
  readonly certificates: readonly Certificate[];
  readonly created: Date;
}): Referrer {
  const { mediaType, digest, size } = signature.subject;
  const notes = {
    [THUMBPRINT_ANNOTATION]: thumbprints(signature.certificates),
    [annotations.created]: signature.created.toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  const manifest = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: NOTARY_ARTIFACT_TYPE,
    config: describe(EMPTY, NOTARY_ARTIFACT_TYPE),
    layers: [describe(signature.bytes, notaryMediaTypes[signature.format])],
    subject: { mediaType, digest, size },
    annotations: notes,
  });
  return {
    descriptor: {
      ...describe(manifest, mediaTypes.manifest),
      artifactType: NOTARY_ARTIFACT_TYPE,
      annotations: notes,
    },
    manifest: { bytes: manifest, mediaType: mediaTypes.manifest, listed: true },
    blobs: [blobOf(EMPTY), blobOf(signature.bytes)],
  };
}
