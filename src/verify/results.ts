// What the judges of single signatures found, as a verdict on evidence.
import type { Digest } from '../lib/digest.ts';
import { type Attestation, type BundleVerdict, STRANGER } from './bundle.ts';
import type { Check } from './check.ts';
import { type AttestationSigner, attestationSigner } from './signers.ts';
import type { BundleResult } from './sigstore/verify.ts';

/** What is said, once somebody is trusted to have signed it. */
export type Said = Pick<Attestation, 'predicateType' | 'predicate' | 'statement'>;

/**
 * A verdict of checks: who is unknown proves nothing and refutes nothing, unless it is about something else than what it hangs on;
 * what is established counts as an attestation.
 * @param judged present where logs and times were judged
 */
export function verdictOf(
  { checks, outcome }: Pick<BundleResult, 'checks' | 'outcome'>,
  signer: AttestationSigner | undefined,
  said: Said | undefined,
  evidence: readonly [Digest, Digest],
  judged?: BundleResult,
): BundleVerdict {
  const own = checks.map((check) => ({ ...check, evidence }));
  if (outcome === 'established' && signer !== undefined && said !== undefined) {
    return { checks: own, attestation: { ...said, signer, evidence }, judged };
  }
  const elsewhere = own.find(({ check, outcome: one }) => check === 'subject' && one === 'refuted');
  const stranger = own.find(({ problem }) => problem !== undefined && STRANGER.includes(problem));
  if (stranger === undefined) return { checks: own, attestation: undefined, judged };
  const unknown: Check = {
    ...stranger,
    check: 'signature',
    outcome: 'not applicable',
    reason: `${stranger.reason}: it proves nothing here`,
  };
  return { checks: [...(elsewhere === undefined ? [] : [elsewhere]), unknown], attestation: undefined };
}

/** The same for a result that says who signed. */
export function verdictOfResult(
  result: BundleResult,
  said: Said | undefined,
  evidence: readonly [Digest, Digest],
): BundleVerdict {
  const signer = result.signer === undefined ? undefined : attestationSigner(result.signer);
  return verdictOf(result, signer, said, evidence, result);
}
