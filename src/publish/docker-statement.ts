// Docker's layout: a bare statement as a referrer of the image, and cosign's signature as a referrer of what is signed.
import { configBytes } from '../cosign/manifest.ts';
import { SIGNATURE_ARTIFACT_TYPE } from '../cosign/types.ts';
import { describe, documentBytes } from '../oci/documents.ts';
import { annotations, type Descriptor, mediaTypes } from '../oci/types.ts';
import { blobOf, EMPTY, type Referrer } from './referrer.ts';

/** What says of which type a bare statement is, on its manifest and its layer. */
export const PREDICATE_TYPE_ANNOTATION = 'in-toto.io/predicate-type';

/** A statement that nobody signed yet. @param statement.created whole seconds are written */
export function bareStatementReferrer(statement: {
  readonly subject: Descriptor;
  readonly bytes: Buffer;
  readonly predicateType: string;
  readonly created: Date;
}): Referrer {
  const notes = {
    [PREDICATE_TYPE_ANNOTATION]: statement.predicateType,
    [annotations.created]: isoSeconds(statement.created),
  };
  const layer = {
    ...describe(statement.bytes, mediaTypes.inToto),
    annotations: { [PREDICATE_TYPE_ANNOTATION]: statement.predicateType },
  };
  return referrerOf({
    subject: statement.subject,
    artifactType: mediaTypes.inToto,
    config: { bytes: EMPTY, mediaType: mediaTypes.empty },
    layers: [{ descriptor: layer, bytes: statement.bytes }],
    notes,
  });
}

/**
 * A signature that hangs on what it is about, also as cosign writes it with OCI 1.1: the config is an image's, under a media type that
 * stands for the artifact type.
 */
export function signatureReferrer(signature: {
  readonly subject: Descriptor;
  readonly layer: Descriptor;
  readonly payload: Buffer;
  readonly created: Date;
}): Referrer {
  return referrerOf({
    subject: signature.subject,
    artifactType: SIGNATURE_ARTIFACT_TYPE,
    config: { bytes: configBytes([signature.layer]), mediaType: SIGNATURE_ARTIFACT_TYPE },
    layers: [{ descriptor: signature.layer, bytes: signature.payload }],
    notes: { [annotations.created]: isoSeconds(signature.created) },
  });
}

function referrerOf(parts: {
  readonly subject: Descriptor;
  readonly artifactType: string;
  readonly config: { readonly bytes: Buffer; readonly mediaType: string };
  readonly layers: readonly { readonly descriptor: Descriptor; readonly bytes: Buffer }[];
  readonly notes: Readonly<Record<string, string>>;
}): Referrer {
  const { artifactType, config, layers, notes } = parts;
  const { mediaType, digest, size } = parts.subject;
  const manifest = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType,
    config: describe(config.bytes, config.mediaType),
    layers: layers.map(({ descriptor }) => descriptor),
    subject: { mediaType, digest, size },
    annotations: notes,
  });
  return {
    descriptor: { ...describe(manifest, mediaTypes.manifest), artifactType, annotations: notes },
    manifest: { bytes: manifest, mediaType: mediaTypes.manifest, listed: true },
    blobs: [config.bytes, ...layers.map(({ bytes }) => bytes)].map(blobOf),
  };
}

function isoSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
