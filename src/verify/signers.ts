// Whose signatures count, and how many different people made them.
import { keyFingerprint } from '../keys/public.ts';
import type { PublicKey } from '../keys/types.ts';
import type { BundleVersion } from '../sigstore/bundle.ts';
import type { NotaryTrust } from './notary/trust.ts';
import type { BundleSigner } from './sigstore/question.ts';
import type { BundleTrust } from './sigstore/trust.ts';
import type { BundleResult } from './sigstore/verify.ts';
import type { Digest } from '../lib/digest.ts';

/** The forms in which signatures and statements hang on an image; `docker` also for cosign's signatures as referrers. */
export const signatureFormats = ['bundle', 'cosign-tag', 'notation-jws', 'notation-cose', 'docker'] as const;
export type SignatureFormat = (typeof signatureFormats)[number];

/** Who signed. */
export interface AttestationSigner {
  /** How it is named to people, and told from others. */
  readonly fingerprint: string;
  /** A key's fingerprint, a certificate's identity: who shares one of them is the same. Unless given, the fingerprint alone. */
  readonly marks?: readonly string[] | undefined;
}

/** Judges certificates, logs and timestamps by a trust and a time that it knows. */
export type JudgeBundle = (bytes: Uint8Array, subject: Digest) => BundleResult;

/** A key that does not count any more. */
export interface RetiredKey {
  readonly key: PublicKey;
  /** Since when, in seconds since 1970. */
  readonly until: number;
}

/** Signers that are trusted alike: an entry of a policy, or what the command line names. */
export interface SignerGroup {
  /** For people, and for what asks for this group's signatures. */
  readonly name: string;
  readonly keys: readonly PublicKey[];
  readonly retired: readonly RetiredKey[];
  /** Unless given, nobody is believed about certificates, logs and times of bundles. */
  readonly judgeBundle?: JudgeBundle | undefined;
  /** Whom to believe of signatures in other formats than bundles; without it they count for nothing. */
  readonly bundleTrust?: BundleTrust | undefined;
  /** Of Notary Project signatures; without it they count for nothing. */
  readonly notary?: NotaryTrust | undefined;
  /** Formats that count; unless given, all. */
  readonly formats?: readonly SignatureFormat[] | undefined;
  /** Older bundles do not count; unless given, 0.3. */
  readonly minimumVersion?: BundleVersion | undefined;
  /** How many distinct signers of this group must have signed; unless given, it need not be one of this group. */
  readonly signatures?: number | undefined;
  /** Seconds since 1970. */
  readonly now: number;
}

/** A key by its fingerprint; a certificate by whose it is, each of its names by itself, and by its key. */
export function attestationSigner(signer: BundleSigner): AttestationSigner {
  if (signer.kind === 'key') return { fingerprint: signer.key.fingerprint };
  const { subjects, issuer = '' } = signer.identity;
  return {
    fingerprint: `${subjects.join(', ')} (${issuer})`,
    marks: [keyFingerprint(signer.certificate.spki), ...subjects.map((subject) => JSON.stringify([issuer, subject]))],
  };
}

/** How many different ones there are: one key under two names, or one name with two keys, counts once. */
export function countSigners(signers: readonly AttestationSigner[]): number {
  const known: Set<string>[] = [];
  for (const { fingerprint, marks = [fingerprint] } of signers) {
    const same = known.filter((one) => marks.some((mark) => one.has(mark)));
    for (const other of same) known.splice(known.indexOf(other), 1);
    known.push(new Set([...marks, ...same.flatMap((one) => [...one])]));
  }
  return known.length;
}
