// What a policy asks statements to say.
import type { Digest } from '../lib/digest.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import type { Attestation } from './bundle.ts';
import type { Check } from './check.ts';

/** What a condition may look at, beside the time. */
export interface ConditionFacts {
  readonly predicate: unknown;
  readonly predicateType: string;
  /** The whole statement, as it was signed. */
  readonly statement: unknown;
  /** What it hangs on. */
  readonly subject: { readonly digest: Digest; readonly role: 'index' | 'manifest'; readonly platform: string };
  readonly signer: { readonly name: string; readonly groups: readonly string[] };
}

/** A condition on every statement of some types that a trusted signer made. */
export interface Condition {
  /** For people. */
  readonly name: string;
  /** Predicate types. */
  readonly types: readonly string[];
  /** Whether the statement meets it. @throws Fault when that cannot be told: then it does not count as met */
  readonly holds: (facts: ConditionFacts) => boolean;
}

/** One check for each condition that concerns a statement. */
export function checkConditions(
  subject: { readonly digest: Digest; readonly role: 'index' | 'manifest'; readonly platform?: string | undefined },
  attestation: Attestation,
  conditions: readonly Condition[],
): Check[] {
  const { predicateType, predicate, evidence } = attestation;
  return conditions
    .filter(({ types }) => types.includes(predicateType))
    .map(({ name, holds }): Check => {
      const say = (outcome: Check['outcome'], reason: string, problem?: Check['problem']): Check => {
        const named = problem === undefined ? {} : { problem };
        return { check: 'condition', subject: subject.digest, outcome, reason, ...named, evidence };
      };
      try {
        const { digest, role, platform = '' } = subject;
        const facts = {
          predicate,
          predicateType,
          statement: attestation.statement === undefined ? {} : parseJson(attestation.statement, 'the statement'),
          subject: { digest, role, platform },
          signer: { name: attestation.signer.fingerprint, groups: attestation.groups ?? [] },
        };
        if (holds(facts)) return say('established', `${predicateType}: ${name}`);
        return say('refuted', `${predicateType}: not ${name}`, 'condition-not-met');
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        const reason = `${predicateType}: ${name}: ${messageOf(fault).replace(/\.$/, '')}`;
        return say('not established', reason, 'condition-failed');
      }
    });
}
