import type { Digest } from '../lib/digest.ts';

export type Outcome = 'established' | 'refuted' | 'not established' | 'not applicable';

/** What one look at the evidence gave. An expected negative is a check, never a fault. */
export interface Check {
  /** Stable between versions; {@link checkIds} lists them. */
  readonly check: CheckId;
  /** The digest of the manifest or blob that it is about. */
  readonly subject: Digest;
  readonly outcome: Outcome;
  /** One sentence without its full stop, for people. */
  readonly reason: string;
  /** Digests of what was looked at: the referrer's manifest, the bundle. */
  readonly evidence?: readonly Digest[];
}

export type CheckId = keyof typeof checkIds;

/** Every check and what it answers. */
export const checkIds = {
  'blob-digest': 'are the bytes those that the digest names?',
  manifest: 'is the manifest or config a readable one?',
  bundle: 'is the referrer a readable Sigstore bundle?',
  signature: 'is the bundle signed by a trusted key?',
  statement: 'is the signed payload an in-toto statement?',
  subject: 'is the statement about this manifest and no other?',
  'predicate-type': "is the statement of the type that its referrer's annotation says?",
  time: 'does a log or a timestamp establish when it was signed?',
  'image-signature': 'has the image a signature of its own?',
  provenance: 'is there readable provenance?',
  'provenance.builder': 'does the policy accept the builder?',
  'provenance.source': 'does the policy accept the source?',
  sbom: 'is there an SBOM?',
  'sbom.content': "does the SBOM list the image's files, all of them and no others, as they are?",
  attestation: 'is there an attestation of another type that the policy asks for?',
} as const;
