// The RFC 3161 timestamps of a bundle: over its signature, by authorities that are trusted.
import type { Bundle } from '../../sigstore/bundle.ts';
import { parseTimestampBytes } from '../../sigstore/log-entry.ts';
import { parseTimestampResponse } from '../../timestamp/token.ts';
import { type TimestampProblem, verifyTimestamp } from '../../timestamp/verify.ts';
import { isoTime } from '../../lib/time.ts';
import type { Problem } from './problems.ts';
import type { CheckList, SignedContent, WitnessedTime } from './question.ts';
import { unstopped } from './signature.ts';
import type { BundleTrust } from './trust.ts';
import { inFuture } from './times.ts';

/** One check for each timestamp; the times of those that are established. */
export function checkTimestamps(
  bundle: Bundle,
  signed: SignedContent,
  trust: BundleTrust,
  now: number,
  list: CheckList,
): WitnessedTime[] {
  const seen = new Set<string>();
  return bundle.timestamps.flatMap((value) => {
    try {
      const bytes = parseTimestampBytes(value);
      const key = bytes.toString('latin1');
      if (seen.has(key)) {
        list.refuted('timestamp', 'timestamp-twice', 'the same timestamp is there twice');
        return [];
      }
      seen.add(key);
      return checkTimestamp(bytes, signed, trust, now, list);
    } catch (fault) {
      list.refuted('timestamp', 'bundle-malformed', unstopped(fault));
      return [];
    }
  });
}

/** The names of what is wrong with a timestamp. */
export const timestampProblems: Readonly<Record<TimestampProblem, Problem>> = {
  'other-bytes': 'timestamp-other',
  'weak-hash': 'timestamp-invalid',
  untrusted: 'timestamp-untrusted',
  'outside-window': 'authority-outside-window',
  expired: 'certificate-expired',
  'not-yet-valid': 'certificate-not-yet-valid',
  purpose: 'timestamp-invalid',
  constraint: 'timestamp-invalid',
};

function checkTimestamp(
  bytes: Buffer,
  signed: SignedContent,
  trust: BundleTrust,
  now: number,
  list: CheckList,
): WitnessedTime[] {
  const verdict = verifyTimestamp(parseTimestampResponse(bytes), signed.signature, trust.root.timestampAuthorities);
  if (!verdict.valid) {
    const problem = timestampProblems[verdict.problem];
    if (verdict.problem === 'untrusted') list.notApplicable('timestamp', verdict.reason, problem);
    else list.refuted('timestamp', problem, verdict.reason);
    return [];
  }
  const { time, authority } = verdict;
  if (inFuture(time, now, 'timestamp', list)) return [];
  list.established('timestamp', `${authority.name} says ${isoTime(time)}`);
  return [{ by: 'timestamp', name: authority.name, time }];
}
