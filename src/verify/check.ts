import type { Digest } from '../lib/digest.ts';
import type { Problem } from './sigstore/problems.ts';

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
  /** What is wrong, by name, where a signature's evidence was judged. */
  readonly problem?: Problem | undefined;
  /** Digests of what was looked at: the referrer's manifest, the bundle. */
  readonly evidence?: readonly Digest[];
}

export type CheckId = keyof typeof checkIds;

/** Every check and what it answers. */
export const checkIds = {
  'blob-digest': 'are the bytes those that the digest names?',
  manifest: 'is the manifest or config a readable one?',
  bundle: 'is the referrer a readable Sigstore bundle?',
  envelope: 'is the referrer a readable Notary Project signature that may be judged here?',
  signature: 'is the bundle signed by a trusted key?',
  payload: "is the signed payload that of an image's signature?",
  reference: 'does the signed payload name the repository in which it was found?',
  statement: 'is the signed payload an in-toto statement?',
  subject: 'is the statement about this manifest and no other?',
  'predicate-type': "is the statement of the type that its referrer's annotation says?",
  certificate: 'does the certificate lead to a trusted authority, and was it valid when it signed?',
  'certificate-validity':
    'were the certificates valid when it signed, as far as somebody vouches for the time, else now?',
  'certificate-log': 'did a trusted certificate log promise to show the certificate?',
  identity: 'is the certificate of a trusted identity?',
  key: 'was the key trusted when it signed?',
  expiry: 'has the signature not expired?',
  revocation: 'is nothing of it revoked?',
  'log-entry': 'is the log entry about these bytes, this signature and this signer?',
  log: 'does a trusted log prove or promise the entry?',
  timestamp: 'is the timestamp over this signature, by a trusted authority?',
  witnesses: 'are there as many distinct logs, timestamps and sources of time as are asked for?',
  signers: 'have as many distinct signers signed as are asked for?',
  checkpoint: 'is the checkpoint not older than those that were seen?',
  clock: 'does the clock not stand before what was seen?',
  time: 'does a log or a timestamp establish when it was signed?',
  'image-signature': 'has the image a signature of its own?',
  provenance: 'is there readable provenance?',
  'provenance.builder': 'does the policy accept the builder?',
  'provenance.source': 'does the policy accept the source?',
  sbom: 'is there an SBOM?',
  'sbom.content': "does the SBOM list the image's files, all of them and no others, as they are?",
  format: 'is it in a format that counts?',
  condition: 'does the statement meet what the policy asks of its predicate?',
  attestation: 'is there an attestation of another type that the policy asks for?',
} as const;
