// One signature or statement that hangs on an image, in whatever format, held against everybody who is trusted.
import type { Digest } from '../lib/digest.ts';
import type { Attestation, BundleVerdict } from './bundle.ts';
import type { Check } from './check.ts';
import type { SignatureFormat, SignerGroup } from './signers.ts';
import { earliest } from './sigstore/times.ts';
import type { BundleResult } from './sigstore/verify.ts';

/** What was collected, and how it is judged; pure, whoever collected it. */
export interface Evidence {
  readonly format: SignatureFormat;
  /** The predicate type that it says to be of before anybody looked; `undefined` where it says nothing. */
  readonly claimed: string | undefined;
  judge(group: SignerGroup): BundleVerdict;
}

export interface EvidenceVerdict {
  readonly checks: readonly Check[];
  /** Names the groups that count its signer among theirs. */
  readonly attestation: Attestation | undefined;
  /** What logs and times gave of what counts: what strangers bring is not remembered. */
  readonly judged: readonly BundleResult[];
  /** What keeps it from being counted, if nothing is refuted. */
  readonly weak: Check | undefined;
}

/**
 * Judges evidence by every group. It counts where one accepts it, and the others' objections inform. What nobody accepts proves
 * nothing, and stands against the image only where it is refuted.
 */
export function judgeEvidence(evidence: Evidence, groups: readonly SignerGroup[]): EvidenceVerdict {
  const verdicts = groups.map((group) => ({ group, ...judgeFormat(evidence, group) }));
  const accepted = verdicts.filter(({ attestation }) => attestation !== undefined);
  const [first] = accepted;
  if (first?.attestation !== undefined) {
    const judged = accepted.flatMap((verdict) => verdict.judged ?? []);
    const signed = earliest(judged.flatMap(({ times }) => times));
    const attestation = { ...first.attestation, groups: accepted.map(({ group }) => group.name), signed };
    return { checks: first.checks, attestation, judged, weak: undefined };
  }
  const told =
    verdicts.find(({ checks }) => checks.some(({ outcome }) => outcome === 'refuted')) ??
    verdicts.toSorted((a, b) => mostTelling(b.checks) - mostTelling(a.checks))[0];
  const checks = (told?.checks ?? []).map(
    (check): Check => (check.outcome === 'not established' ? { ...check, outcome: 'not applicable' } : check),
  );
  const open = checks.filter(({ outcome, problem }) => outcome === 'not applicable' && problem !== undefined);
  const refuted = checks.some(({ outcome }) => outcome === 'refuted');
  const weak = refuted ? undefined : open.toSorted((a, b) => tellingRank(b.problem) - tellingRank(a.problem))[0];
  return { checks, attestation: undefined, judged: [], weak };
}

function mostTelling(checks: readonly Check[]): number {
  return Math.max(0, ...checks.map(({ outcome, problem }) => (outcome === 'established' ? 0 : tellingRank(problem))));
}

/** How much a problem tells of why a signature does not count: that nobody knows its signer tells least. */
export function tellingRank(problem: Check['problem']): number {
  if (problem === undefined || problem === 'signer-untrusted') return 0;
  return problem === 'time-missing' || problem === 'log-untrusted' ? 1 : 2;
}

function judgeFormat(evidence: Evidence, group: SignerGroup): BundleVerdict {
  const verdict = evidence.judge(group);
  const { formats } = group;
  const { attestation } = verdict;
  if (attestation === undefined || formats === undefined || formats.includes(evidence.format)) return verdict;
  const reason = `${attestation.signer.fingerprint} signed in the format ${evidence.format}, and ${formats.join(', ')} is asked for`;
  const check: Check = {
    check: 'format',
    subject: verdict.checks[0]?.subject ?? ('sha256:' satisfies Digest),
    outcome: 'not established',
    reason,
    problem: 'format-downgraded',
    evidence: attestation.evidence,
  };
  return { checks: [check], attestation: undefined, judged: verdict.judged };
}
