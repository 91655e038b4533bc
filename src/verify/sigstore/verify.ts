// The judgement of one Sigstore bundle: bytes, trust, what was seen before and the time in; checks and what is seen now out.
import { digestOf } from '../../lib/digest.ts';
import { type Bundle, bundleVersions, parseBundle } from '../../sigstore/bundle.ts';
import type { Check, Outcome } from '../check.ts';
import { checkCertificate } from './certificate.ts';
import { checkLogEntries, type LogFindings } from './log.ts';
import { type BundleQuestion, type BundleSigner, CheckList, signedContent, type WitnessedTime } from './question.ts';
import { checkSignature, checkSubject, unstopped } from './signature.ts';
import { checkKeyTime, checkRevocations } from './signer-trust.ts';
import { checkCheckpoints, checkClock, nextState, type SeenCheckpoint, type VerifierState } from './state.ts';
import { checkThresholds } from './thresholds.ts';
import { checkTime } from './times.ts';
import { checkTimestamps } from './timestamps.ts';
import type { BundleTrust } from './trust.ts';

export interface BundleResult {
  /** Established when nothing is refuted and everything that the trust asks for is established. */
  readonly outcome: Exclude<Outcome, 'not applicable'>;
  readonly checks: readonly Check[];
  /** Who signed these bytes, trusted or not; `undefined` when nobody did. */
  readonly signer: BundleSigner | undefined;
  /** When, as far as trusted logs and authorities say. */
  readonly times: readonly WitnessedTime[];
  /** Checkpoints of trusted logs that it was proven under. */
  readonly checkpoints: readonly SeenCheckpoint[];
}

/**
 * Judges a bundle, and gives the state to remember, which is the one before when something is refuted.
 * Pure: the same arguments give the same answer. Never throws for what the bundle says.
 * @param now seconds since 1970
 */
export function verify(
  question: BundleQuestion,
  trust: BundleTrust,
  state: VerifierState,
  now: number,
): { readonly result: BundleResult; readonly state: VerifierState } {
  return remember(judge(question, trust, now), question, state, now);
}

/** Holds a judgement against what was seen before. @returns also the state to remember */
export function remember<Result extends BundleResult>(
  judged: Result,
  { subject, bytes, scope = '' }: Pick<BundleQuestion, 'subject' | 'bytes' | 'scope'>,
  state: VerifierState,
  now: number,
): { readonly result: Result; readonly state: VerifierState } {
  const list = new CheckList(subject, [digestOf(bytes)]);
  checkClock(state, now, list);
  checkCheckpoints(state, scope, judged.checkpoints, list);
  const checks = [...judged.checks, ...list.checks];
  const result = { ...judged, checks, outcome: outcomeOf(checks) };
  if (result.outcome === 'refuted') return { result, state };
  return { result, state: nextState(state, scope, judged.checkpoints, now) };
}

/** The judgement without anything that was seen before. */
export function judge(question: BundleQuestion, trust: BundleTrust, now: number): BundleResult {
  const list = new CheckList(question.subject, [digestOf(question.bytes)]);
  let bundle: Bundle;
  try {
    bundle = parseBundle(question.bytes);
  } catch (fault) {
    list.refuted('bundle', 'bundle-malformed', unstopped(fault));
    return nobody(list);
  }
  if (bundleVersions.indexOf(bundle.version) < bundleVersions.indexOf(trust.minimumVersion)) {
    const reason = `it is a bundle v${bundle.version}, v${trust.minimumVersion} is asked for at least`;
    list.refuted('bundle', 'format-downgraded', reason);
    return nobody(list);
  }
  checkSubject(bundle, question, signedContent(bundle.content, question), list);
  return judgeSigner(bundle, question, trust, now, list);
}

/**
 * Who signed what a bundle holds, and what witnesses say of it: the judgement without that of the bundle's version, and of what the
 * content is about. Checks that are in the list count, too.
 */
export function judgeSigner(
  bundle: Bundle,
  question: BundleQuestion,
  trust: BundleTrust,
  now: number,
  list: CheckList,
): BundleResult {
  const signed = signedContent(bundle.content, question);
  const signer = checkSignature(bundle, question, signed, trust, list);
  if (signer === undefined) return nobody(list);
  const stamped = checkTimestamps(bundle, signed, trust, now, list);
  const log = checkLogEntries({ bundle, signed, signer, trust, times: stamped, now }, list);
  const times = [...stamped, ...log.times];
  checkSigner(signer, question, { times, log }, trust, now, list);
  checkTime(times, list);
  checkThresholds(trust.thresholds, log, times, list);
  return { outcome: outcomeOf(list.checks), checks: list.checks, signer, times, checkpoints: log.checkpoints };
}

function checkSigner(
  signer: BundleSigner,
  { subject }: BundleQuestion,
  { times, log }: { readonly times: readonly WitnessedTime[]; readonly log: LogFindings },
  trust: BundleTrust,
  now: number,
  list: CheckList,
): void {
  if (signer.kind === 'certificate') checkCertificate(signer, times, trust, now, list);
  else checkKeyTime(signer, times, trust, now, list);
  checkRevocations(subject, signer, log.logs, times, trust, list);
}

/** The result where nobody is found to have signed. */
export function nobody(list: CheckList): BundleResult {
  return { outcome: outcomeOf(list.checks), checks: list.checks, signer: undefined, times: [], checkpoints: [] };
}

// That a signature by a key has no time informs; a certificate without one is not established by itself.
function outcomeOf(checks: readonly Check[]): BundleResult['outcome'] {
  if (checks.some(({ outcome }) => outcome === 'refuted')) return 'refuted';
  const open = checks.some(({ check, outcome }) => outcome === 'not established' && check !== 'time');
  return open ? 'not established' : 'established';
}
