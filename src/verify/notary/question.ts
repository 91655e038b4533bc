// What is asked about a Notary Project signature, and how the answer is written down.
import type { NotaryFormat, TargetArtifact } from '../../notary/types.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { Check, CheckId, Outcome } from '../check.ts';
import type { Problem } from '../sigstore/problems.ts';
import type { CheckList, WitnessedTime } from '../sigstore/question.ts';
import { actionOf, type NotaryTrust, type Validation } from './trust.ts';

export interface NotaryQuestion {
  /** The envelope. */
  readonly bytes: Uint8Array;
  readonly format: NotaryFormat;
  /** What it should be about. */
  readonly subject: Pick<TargetArtifact, 'mediaType' | 'digest' | 'size'>;
}

/** Who signed, and what was said beside. */
export interface NotarySigner {
  /** The signer's first, the root last, as the envelope has them. */
  readonly certificates: readonly Certificate[];
  /** The payload's annotations: what the signer said of the artifact. */
  readonly annotations: Readonly<Record<string, string>>;
  /** When, as the signer says: seconds since 1970. */
  readonly signingTime: number;
  readonly expiry: number | undefined;
}

export interface NotaryResult {
  /** Established when nothing that counts is refuted, and everything that counts is established. */
  readonly outcome: Exclude<Outcome, 'not applicable'>;
  /** A failure that the level only logs is not applicable, with its problem. */
  readonly checks: readonly Check[];
  /** Who signed these bytes, trusted or not; `undefined` when nobody did. */
  readonly signer: NotarySigner | undefined;
  /** When, as far as a trusted authority says. */
  readonly times: readonly WitnessedTime[];
}

/** Writes the checks of one validation down, as its action asks. */
export class ValidationList {
  readonly #list: CheckList;
  readonly #trust: NotaryTrust;
  readonly #validation: Validation;

  constructor(list: CheckList, trust: NotaryTrust, validation: Validation) {
    this.#list = list;
    this.#trust = trust;
    this.#validation = validation;
  }

  established(check: CheckId, reason: string): void {
    this.#list.established(check, reason);
  }

  notApplicable(check: CheckId, reason: string, problem?: Problem): void {
    this.#list.notApplicable(check, reason, problem);
  }

  refuted(check: CheckId, problem: Problem, reason: string): void {
    if (this.#counts) this.#list.refuted(check, problem, reason);
    else this.#logged(check, problem, reason);
  }

  missing(check: CheckId, problem: Problem, reason: string): void {
    if (this.#counts) this.#list.missing(check, problem, reason);
    else this.#logged(check, problem, reason);
  }

  get #counts(): boolean {
    return actionOf(this.#trust, this.#validation) === 'enforce';
  }

  #logged(check: CheckId, problem: Problem, reason: string): void {
    this.#list.notApplicable(check, `${reason}; the trust does not ask for it`, problem);
  }
}
