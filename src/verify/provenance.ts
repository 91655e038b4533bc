import { predicateTypes } from '../intoto/predicates.ts';
import type { Digest } from '../lib/digest.ts';
import { claimsOf, claimsOf02 } from '../slsa/claims.ts';
import type { Attestation } from './bundle.ts';
import type { Check, CheckId, Outcome } from './check.ts';
import { matchesPattern } from './patterns.ts';

/** Who may build and from what; a URI or a pattern of {@link matchesPattern}. Empty: anything. */
export interface ProvenancePolicy {
  readonly builders: readonly string[];
  readonly sources: readonly string[];
}

/** Judges one attestation of SLSA provenance, v1 or v0.2. Where there are several, each must hold. */
export function checkProvenance(subject: Digest, attestation: Attestation, policy: ProvenancePolicy): Check[] {
  const type = attestation.predicateType;
  const read = type === predicateTypes.provenance ? claimsOf : claimsOf02;
  const claims = read(attestation.predicate);
  const say = (check: CheckId, outcome: Outcome, reason: string): Check => {
    return { check, subject, outcome, reason: `${type}: ${reason}`, evidence: attestation.evidence };
  };
  if (claims === undefined)
    return [say('provenance', 'refuted', 'the predicate is not of the shape that its type asks for')];
  const judge = (check: CheckId, noun: string, value: string | undefined, allowed: readonly string[]): Check => {
    if (allowed.length === 0)
      return say(check, 'not applicable', `${noun} ${value ?? 'not said'}; the policy names none`);
    if (value === undefined) return say(check, 'not established', `it does not say its ${noun}`);
    const accepted = allowed.some((pattern) => matchesPattern(pattern, value));
    return say(
      check,
      accepted ? 'established' : 'refuted',
      `${noun} ${value}${accepted ? '' : ', which the policy does not name'}`,
    );
  };
  return [
    judge('provenance.builder', 'builder', claims.builder, policy.builders),
    judge('provenance.source', 'source', claims.source, policy.sources),
  ];
}
