// Whether the signature still counts, and its certificates did when it was made, as far as somebody who is trusted says.
import { validityProblem } from '../../notary/certificates.ts';
import type { NotaryEnvelope } from '../../notary/types.ts';
import { parseTimestampToken } from '../../timestamp/token.ts';
import { verifyTimestamp } from '../../timestamp/verify.ts';
import { isoTime } from '../../lib/time.ts';
import type { Problem } from '../sigstore/problems.ts';
import type { CheckList, WitnessedTime } from '../sigstore/question.ts';
import { unstopped } from '../sigstore/signature.ts';
import { CLOCK_SKEW } from '../sigstore/times.ts';
import { timestampProblems } from '../sigstore/timestamps.ts';
import { ValidationList } from './question.ts';
import type { NotaryTrust } from './trust.ts';

/** Refutes a signature from the moment of its expiry on. */
export function checkExpiry({ expiry }: NotaryEnvelope, trust: NotaryTrust, now: number, checks: CheckList): void {
  const list = new ValidationList(checks, trust, 'expiry');
  if (expiry === undefined) list.notApplicable('expiry', 'the signature does not expire');
  else if (now < expiry) list.established('expiry', `the signature counts until ${isoTime(expiry)}`);
  else list.refuted('expiry', 'signature-expired', `the signature expired at ${isoTime(expiry)}`);
}

/**
 * Checks the certificates at the time that the signer says, and at the time that is vouched for: by the signing authority, by a
 * timestamp, or, without either, now. A timestamp that is not needed may be anybody's. Gives the times that others vouch for.
 * @throws Fault `x509/malformed` for an extension that cannot be read
 */
export function checkValidity(
  envelope: NotaryEnvelope,
  trust: NotaryTrust,
  now: number,
  checks: CheckList,
): readonly WitnessedTime[] {
  const list = new ValidationList(checks, trust, 'authenticTimestamp');
  const { certificates, signingTime, scheme } = envelope;
  if (signingTime > now + CLOCK_SKEW) {
    const reason = `it was signed at ${isoTime(signingTime)}, and it is ${isoTime(now)} now`;
    list.refuted('certificate-validity', 'time-in-future', reason);
    return [];
  }
  if (refutesAt([signingTime, signingTime], 'the signer says', certificates, list)) return [];
  if (scheme === 'notary.x509.signingAuthority') {
    list.established('certificate-validity', `valid at ${isoTime(signingTime)}, says the signing authority`);
    return [];
  }
  const stamped =
    envelope.timestamp === undefined ? undefined : readTimestamp(envelope.timestamp, envelope, trust, now);
  if (stamped?.valid === true) return checkAt(stamped, certificates, list);
  checkAbsence(stamped, envelope, trust, now, list);
  checkNow(certificates, now, list);
  return [];
}

function checkAt(
  { name, time, range }: Extract<TimestampFinding, { valid: true }>,
  certificates: NotaryEnvelope['certificates'],
  list: ValidationList,
): readonly WitnessedTime[] {
  list.established('timestamp', `${name} says ${isoTime(time)}`);
  if (!refutesAt(range, `says ${name}`, certificates, list))
    list.established('certificate-validity', `valid at ${isoTime(time)}, says ${name}`);
  return [{ by: 'timestamp', name, time }];
}

/** Says whether the lack of a timestamp, or a bad one, stands against the signature. */
function checkAbsence(
  bad: Extract<TimestampFinding, { valid: false }> | undefined,
  { certificates }: NotaryEnvelope,
  { verifyTimestamp: when }: NotaryTrust,
  now: number,
  list: ValidationList,
): void {
  if (bad === undefined) {
    if (when === 'always') list.missing('timestamp', 'time-missing', 'it has no timestamp, and one is asked for');
    else list.notApplicable('timestamp', 'it has no timestamp');
  } else if (when === 'always' || validityProblem(certificates, now) !== undefined)
    list.refuted('timestamp', bad.problem, bad.reason);
  else list.notApplicable('timestamp', `${bad.reason}; it is not needed yet`, bad.problem);
}

function checkNow(certificates: NotaryEnvelope['certificates'], now: number, list: ValidationList): void {
  const problem = validityProblem(certificates, now);
  if (problem === undefined) list.established('certificate-validity', `valid now, at ${isoTime(now)}`);
  else {
    const reason = `${problem.reason}, and no trusted timestamp says that it signed before`;
    list.refuted('certificate-validity', `certificate-${problem.problem}`, reason);
  }
}

/** Whether a certificate was not valid from a first to a last moment. */
function refutesAt(
  [first, last]: readonly [number, number],
  says: string,
  certificates: NotaryEnvelope['certificates'],
  list: ValidationList,
): boolean {
  const problem = validityProblem(certificates, first) ?? validityProblem(certificates, last);
  if (problem === undefined) return false;
  const reason = `${problem.reason}; it signed at ${isoTime(first)}, ${says}`;
  list.refuted('certificate-validity', `certificate-${problem.problem}`, reason);
  return true;
}

type TimestampFinding =
  | { readonly valid: true; readonly time: number; readonly range: readonly [number, number]; readonly name: string }
  | { readonly valid: false; readonly problem: Problem; readonly reason: string };

/** Whether an authority stamped the signature, at a time that has come. @param now seconds since 1970 */
export function isTimestamped(
  { timestamp, signature }: Pick<NotaryEnvelope, 'timestamp' | 'signature'>,
  trust: Pick<NotaryTrust, 'timestampAuthorities'>,
  now: number,
): boolean {
  return timestamp !== undefined && readTimestamp(timestamp, { signature }, trust, now).valid;
}

function readTimestamp(
  bytes: Buffer,
  { signature }: Pick<NotaryEnvelope, 'signature'>,
  trust: Pick<NotaryTrust, 'timestampAuthorities'>,
  now: number,
): TimestampFinding {
  try {
    const token = parseTimestampToken(bytes);
    const verdict = verifyTimestamp(token, signature, trust.timestampAuthorities);
    if (!verdict.valid) {
      return { valid: false, problem: timestampProblems[verdict.problem], reason: verdict.reason };
    }
    const { time, authority } = verdict;
    if (time > now + CLOCK_SKEW) {
      const reason = `it says ${isoTime(time)}, and it is ${isoTime(now)} now`;
      return { valid: false, problem: 'time-in-future', reason };
    }
    return { valid: true, time, range: [time - token.accuracy, time + token.accuracy], name: authority.name };
  } catch (fault) {
    return { valid: false, problem: 'envelope-malformed', reason: unstopped(fault) };
  }
}
