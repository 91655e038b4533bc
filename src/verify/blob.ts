// The judgement of a file's bundle by everybody who is trusted for it.
import type { Digest } from '../lib/digest.ts';
import type { Check } from './check.ts';
import { tellingRank } from './evidence.ts';
import { attestationSigner, type SignerGroup } from './signers.ts';
import type { BundleQuestion } from './sigstore/question.ts';
import type { VerifierState } from './sigstore/state.ts';
import { type BundleResult, verify } from './sigstore/verify.ts';

export interface BlobJudgement {
  readonly checks: readonly Check[];
  /** The trusted signer's name, if one signed. */
  readonly signers: readonly string[];
  /** To remember. */
  readonly state: VerifierState;
}

/**
 * Judges a bundle by every group: it counts where one accepts it; else what is told is what the group says that knows most of it.
 * A group that asks for signers of its own must accept it, whatever others do; a bundle has one signer. Pure.
 * @param groups at least one @param now seconds since 1970
 */
export function judgeBlob(
  question: BundleQuestion,
  groups: readonly SignerGroup[],
  state: VerifierState,
  now: number,
): BlobJudgement {
  const judged = groups.map((group) => ({ group, ...judgeBy(group, question, state, now) }));
  const accepted = judged.filter(({ result }) => result.outcome === 'established');
  const told = accepted[0] ?? judged.toSorted((a, b) => telling(b.result) - telling(a.result))[0];
  if (told === undefined) return { checks: [], signers: [], state };
  const lacking = groups.filter(
    (group) =>
      group.signatures !== undefined && group.signatures > (accepted.some((one) => one.group === group) ? 1 : 0),
  );
  const checks = [...told.result.checks, ...lacking.map((group) => tooFew(question.subject, group))];
  const { signer } = told.result;
  const isSigned = accepted.length > 0 && signer !== undefined;
  return {
    checks,
    signers: isSigned ? [attestationSigner(signer).fingerprint] : [],
    state: accepted.length > 0 && lacking.length === 0 ? told.state : state,
  };
}

function judgeBy(
  { bundleTrust, formats, minimumVersion }: SignerGroup,
  question: BundleQuestion,
  state: VerifierState,
  now: number,
): { readonly result: BundleResult; readonly state: VerifierState } {
  if (bundleTrust === undefined) return { result: nothing([]), state };
  if (formats !== undefined && !formats.includes('bundle')) {
    const reason = `it is a bundle, and ${formats.join(', ')} is asked for`;
    return { result: nothing([missing(question.subject, 'format', reason, 'format-downgraded')]), state };
  }
  const { minimumVersion: usual } = bundleTrust;
  return verify(question, { ...bundleTrust, minimumVersion: minimumVersion ?? usual }, state, now);
}

function nothing(checks: readonly Check[]): BundleResult {
  return { outcome: 'not established', checks, signer: undefined, times: [], checkpoints: [] };
}

function tooFew(subject: Digest, { name, signatures = 1 }: SignerGroup): Check {
  const reason = `${signatures} distinct ${signatures === 1 ? 'signer' : 'signers'} of ${name} are asked for, and a bundle has one signer`;
  return missing(subject, 'signers', reason, 'too-few');
}

function missing(
  subject: Digest,
  check: Check['check'],
  reason: string,
  problem: NonNullable<Check['problem']>,
): Check {
  return { check, subject, outcome: 'not established', reason, problem };
}

function telling({ checks }: BundleResult): number {
  return Math.max(-1, ...checks.map(({ outcome, problem }) => (outcome === 'established' ? 0 : tellingRank(problem))));
}
