// What cosign writes beside an image before Sigstore's bundles: signatures and attestations as layers of a manifest of their own
// (cosign, specs/SIGNATURE_SPEC.md and ATTESTATION_SPEC.md).
import { Fault } from '../lib/faults.ts';
import type { Digest } from '../lib/digest.ts';

export const cosignMediaTypes = {
  simpleSigning: 'application/vnd.dev.cosign.simplesigning.v1+json',
  envelope: 'application/vnd.dsse.envelope.v1+json',
} as const;

/** The artifact type of a signature that hangs on its subject as a referrer, as Docker's do and cosign's with OCI 1.1. */
export const SIGNATURE_ARTIFACT_TYPE = 'application/vnd.dev.cosign.artifact.sig.v1+json';

/** Annotations of a layer. */
export const cosignAnnotations = {
  /** Base64 of the signature over a payload; empty of an attestation. */
  signature: 'dev.cosignproject.cosign/signature',
  /** PEM. */
  certificate: 'dev.sigstore.cosign/certificate',
  /** PEM: what stands between the certificate and its root, and the root. */
  chain: 'dev.sigstore.cosign/chain',
  /** Rekor v1's promise, JSON. */
  bundle: 'dev.sigstore.cosign/bundle',
  /** JSON. */
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
  /** Of an attestation. */
  predicateType: 'predicateType',
} as const;

/** What cosign writes into a layout's index beside a manifest of signatures or attestations. */
export const cosignKinds = {
  signature: 'dev.cosignproject.cosign/sigs',
  attestation: 'dev.cosignproject.cosign/atts',
} as const;

export type LegacyKind = 'signature' | 'attestation';

/** What came along with a signature: nobody is believed yet. */
export interface LegacyMaterial {
  /** DER, unread. */
  readonly certificate: Buffer | undefined;
  /** DER, unread: what may stand above the certificate, without roots. */
  readonly chain: readonly Buffer[];
  /** Rekor's promise as an entry of a bundle (sigstore_rekor.proto, TransparencyLogEntry, in its JSON form). */
  readonly logEntry: object | undefined;
  /** An RFC 3161 response, DER. */
  readonly timestamp: Buffer | undefined;
}

/** One signature or attestation taken from its layer. Nobody is believed yet. */
export type LegacySignature = LegacyMaterial & {
  /** Of the layer. */
  readonly blob: Digest;
} & (
    | {
        readonly kind: 'signature';
        /** The bytes that are signed, which {@link parseSimpleSigning} reads. */
        readonly payload: Buffer;
        readonly signature: Buffer;
      }
    | {
        readonly kind: 'attestation';
        /** A DSSE envelope, JSON, unread. */
        readonly payload: Buffer;
        /** What the annotation says, if it says anything. */
        readonly predicateType: string | undefined;
      }
  );

export function malformed(problem: string): Fault {
  return new Fault(
    'cosign/malformed',
    `The signature of cosign is malformed: ${problem}.`,
    'Check where it comes from.',
  );
}
