// Envelopes in the making: what is to be signed, then the envelope around the signature.
import type { Certificate } from '../x509/certificate.ts';
import { canonicalJson } from '../lib/json.ts';
import type { TargetArtifact } from './types.ts';

/** What stands beside the signature, and nobody signs. */
export interface UnsignedParts {
  /** The signer's first, the root last. */
  readonly certificates: readonly Certificate[];
  /** An RFC 3161 TimeStampToken over the signature. */
  readonly timestamp?: Uint8Array | undefined;
  /** What made it: `temper/1.0.0`. */
  readonly agent?: string | undefined;
}

export interface EnvelopeParts {
  /** What the signature is over. */
  readonly message: Buffer;
  /** @param signature ECDSA as IEEE P1363 has it */
  readonly envelope: (signature: Uint8Array, unsigned: UnsignedParts) => Buffer;
}

/** The payload: the same bytes for the same artifact. */
export function payloadBytes(artifact: TargetArtifact): Buffer {
  const { mediaType, digest, size, artifactType, annotations } = artifact;
  return Buffer.from(canonicalJson({ targetArtifact: { mediaType, digest, size, artifactType, annotations } }));
}
