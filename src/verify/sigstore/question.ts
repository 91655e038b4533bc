// What is asked about a bundle, and how an answer is written down.
import { hash } from 'node:crypto';
import { preAuthEncoding } from '../../dsse/envelope.ts';
import type { Digest } from '../../lib/digest.ts';
import type { PublicKey } from '../../keys/types.ts';
import type { BundleContent } from '../../sigstore/bundle.ts';
import type { LoggedHash } from '../../sigstore/entry-body.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { Check, CheckId, Outcome } from '../check.ts';
import type { CertificateIdentity } from './identity.ts';
import type { Problem } from './problems.ts';

/** Whether a key signed what has this hash; `undefined` where the hash does not say, for keys of its kind sign others, too. */
export type VerifyHash = (spki: Uint8Array, hash: LoggedHash, signature: Uint8Array) => boolean | undefined;

export interface BundleQuestion {
  /** The bundle, JSON. */
  readonly bytes: Uint8Array;
  /** What it should be about: the digest of a blob or manifest. */
  readonly subject: Digest;
  /** The blob's bytes; without them a signature over the blob itself is judged by {@link verifyHash}. */
  readonly artifact?: Uint8Array | undefined;
  readonly verifyHash?: VerifyHash | undefined;
  /** Whose evidence follows each other: a repository's name. Of one scope, checkpoints must not go back. Empty unless given. */
  readonly scope?: string | undefined;
}

/** Who signed. */
export type BundleSigner =
  | { readonly kind: 'key'; readonly key: PublicKey }
  | {
      readonly kind: 'certificate';
      readonly certificate: Certificate;
      readonly between: readonly Certificate[];
      readonly identity: CertificateIdentity;
    };

/** When, by whom it is said. */
export interface WitnessedTime {
  readonly by: 'log' | 'timestamp';
  /** For people, and to tell them apart. */
  readonly name: string;
  /** Seconds since 1970. */
  readonly time: number;
}

/** What was signed, as far as it is known. */
export interface SignedContent {
  readonly signature: Buffer;
  readonly payload: Buffer | undefined;
  /** The hash of the message that was signed; `undefined` where it would take the bytes. */
  message(algorithm: LoggedHash['algorithm']): Buffer | undefined;
}

/** The content of a bundle beside the artifact that was given. */
export function signedContent(content: BundleContent, { subject, artifact }: BundleQuestion): SignedContent {
  if (content.kind === 'envelope') {
    const { payloadType, payload, signatures } = content.envelope;
    const message = preAuthEncoding(payloadType, payload);
    return {
      signature: signatures[0]?.sig ?? Buffer.alloc(0),
      payload,
      message: (algorithm) => hash(algorithm, message, 'buffer'),
    };
  }
  return {
    signature: content.signature,
    payload: undefined,
    message: (algorithm) => {
      if (artifact !== undefined) return hash(algorithm, artifact, 'buffer');
      return algorithm === 'sha256' ? Buffer.from(subject.slice('sha256:'.length), 'hex') : undefined;
    },
  };
}

/** Writes checks about one subject down; with a problem wherever something is not as it should be. */
export class CheckList {
  readonly #subject: Digest;
  readonly #evidence: readonly Digest[];
  readonly #checks: Check[] = [];

  constructor(subject: Digest, evidence: readonly Digest[]) {
    this.#subject = subject;
    this.#evidence = evidence;
  }

  get checks(): readonly Check[] {
    return this.#checks;
  }

  established(check: CheckId, reason: string): void {
    this.#add(check, 'established', reason);
  }

  refuted(check: CheckId, problem: Problem, reason: string): void {
    this.#add(check, 'refuted', reason, problem);
  }

  missing(check: CheckId, problem: Problem, reason: string): void {
    this.#add(check, 'not established', reason, problem);
  }

  /** @param problem where it would stand against the signature if somebody trusted it */
  notApplicable(check: CheckId, reason: string, problem?: Problem): void {
    this.#add(check, 'not applicable', reason, problem);
  }

  #add(check: CheckId, outcome: Outcome, reason: string, problem?: Problem): void {
    const named = problem === undefined ? {} : { problem };
    this.#checks.push({ check, subject: this.#subject, outcome, reason, ...named, evidence: this.#evidence });
  }
}
