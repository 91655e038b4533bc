// One bundle that hangs on a manifest: who signed it, what does it say, of what?
import type { Envelope } from '../dsse/envelope.ts';
import { verifyEnvelope } from '../dsse/verify.ts';
import { parseStatement, STATEMENT_PAYLOAD_TYPE, type Statement } from '../intoto/statement.ts';
import type { PublicKey } from '../keys/types.ts';
import { type Digest, hexOf } from '../lib/digest.ts';
import { messageOf } from '../lib/faults.ts';
import { isoTime } from '../lib/time.ts';
import { type Bundle, type BundleVersion, bundleVersions, keyHint, parseBundle } from '../sigstore/bundle.ts';
import type { Check, CheckId, Outcome } from './check.ts';
import { type AttestationSigner, attestationSigner, type JudgeBundle, type RetiredKey } from './signers.ts';
import type { Problem } from './sigstore/problems.ts';
import type { BundleResult } from './sigstore/verify.ts';

/** A bundle as it was collected; its bytes are those of its digest. */
export interface CollectedBundle {
  /** The referrer. */
  readonly manifest: Digest;
  readonly blob: Digest;
  readonly bytes: Uint8Array;
  /** What the referrer's annotation says, if it says anything. */
  readonly annotatedType: string | undefined;
}

/** A statement that a trusted signer made about the very manifest that it hangs on. */
export interface Attestation {
  readonly predicateType: string;
  readonly predicate: unknown;
  /** The signed bytes; `undefined` of a signature of the image in a format that signs no statement. */
  readonly statement: Buffer | undefined;
  readonly signer: AttestationSigner;
  /** The referrer, and what was signed. */
  readonly evidence: readonly Digest[];
  /** The groups that the signer belongs to, by name; unless given, it is not asked for. */
  readonly groups?: readonly string[] | undefined;
  /** When at the latest, seconds since 1970, as far as trusted logs and authorities prove it. */
  readonly signed?: number | undefined;
}

export interface BundleVerdict {
  readonly checks: readonly Check[];
  /** Present when every check of signature, statement, subject and type is established. */
  readonly attestation: Attestation | undefined;
  /** What certificates, logs and timestamps gave, where somebody judged them. */
  readonly judged?: BundleResult | undefined;
}

/**
 * Checks one bundle. A bundle by an unknown signer proves nothing and refutes nothing, unless it is about something
 * else than what it hangs on; one that names a trusted key and is not signed by it is refuted.
 * @param judgeBundle unless given, nobody is believed about certificates, logs and times
 * @param retired keys that do not count any more; their signatures are told from those of strangers
 */
export function checkBundle(
  subject: Digest,
  bundle: CollectedBundle,
  keys: readonly PublicKey[],
  judgeBundle?: JudgeBundle,
  retired: readonly RetiredKey[] = [],
  minimumVersion: BundleVersion = NEEDED_VERSION,
): BundleVerdict {
  const say: Say = (check, outcome, reason, problem) => {
    const named = problem === undefined ? {} : { problem };
    return { check, subject, outcome, reason, ...named, evidence: [bundle.manifest, bundle.blob] };
  };
  let parsed: Bundle;
  try {
    parsed = parseBundle(bundle.bytes);
  } catch (fault) {
    return unproven(say('bundle', 'refuted', unstopped(messageOf(fault)), 'bundle-malformed'));
  }
  if (parsed.content.kind !== 'envelope') {
    return unproven(
      say('signature', 'not applicable', 'the bundle signs a message, not a statement: it proves nothing here'),
    );
  }
  if (bundleVersions.indexOf(parsed.version) < bundleVersions.indexOf(minimumVersion)) {
    const reason = `it is a Sigstore bundle v${parsed.version}, v${minimumVersion} is asked for`;
    return unproven(say('bundle', 'refuted', reason, 'format-downgraded'));
  }
  const { envelope } = parsed.content;
  if (parsed.signer.kind === 'certificate' && judgeBundle !== undefined) {
    const judged = judgeBundle(bundle.bytes, subject);
    const known = checkJudged(judged, say);
    if (known.signer === undefined) return { checks: known.checks, attestation: undefined, judged };
    return checkStatement(
      subject,
      { bundle, envelope, signer: known.signer, witnesses: parsed.witnesses, judged },
      say,
    );
  }
  const verdict = verifyEnvelope(envelope, keys);
  if (verdict.valid) {
    const judged = judgeBundle?.(bundle.bytes, subject);
    return checkStatement(subject, { bundle, envelope, signer: verdict.key, witnesses: parsed.witnesses, judged }, say);
  }
  if (namesTrustedKey(parsed, keys)) {
    const reason = `${bundle.annotatedType ?? 'the bundle'}: ${verdict.reason}`;
    return unproven(say('signature', 'refuted', reason, 'signature-invalid'));
  }
  const elsewhere = otherSubject(subject, envelope.payload);
  if (elsewhere !== undefined) {
    return unproven(say('subject', 'refuted', `${elsewhere}; its signer is unknown, too`, 'subject-other'));
  }
  const old = retired.find(({ key }) => verifyEnvelope(envelope, [key]).valid);
  const reason =
    old === undefined
      ? `signed by ${signerName(parsed)}, which is not trusted: it proves nothing here`
      : `signed by ${old.key.fingerprint}, which does not count since ${isoTime(old.until)}: it proves nothing here`;
  return unproven(say('signature', 'not applicable', reason, old === undefined ? 'signer-untrusted' : 'key-retired'));
}

/** Older bundles need less of a log. */
const NEEDED_VERSION = '0.3';

/** What says that nobody knows the signer: its evidence proves and refutes nothing. */
export const STRANGER: readonly Problem[] = ['identity-other', 'certificate-untrusted', 'signer-untrusted'];

/** Who signed, when everything is established; else what stands against it, which is nothing where nobody knows the signer. */
function checkJudged(
  { outcome, checks, signer }: BundleResult,
  say: Say,
): { readonly signer?: AttestationSigner; readonly checks: readonly Check[] } {
  if (outcome === 'established' && signer?.kind === 'certificate') {
    return { signer: attestationSigner(signer), checks: [] };
  }
  const stranger = checks.find(({ problem }) => problem !== undefined && STRANGER.includes(problem));
  if (stranger !== undefined) {
    const reason = `${stranger.reason}: it proves nothing here`;
    return { checks: [say('signature', 'not applicable', reason, stranger.problem)] };
  }
  return { checks: checks.filter((check) => check.outcome === 'refuted' || check.outcome === 'not established') };
}

interface Signed {
  readonly bundle: CollectedBundle;
  readonly envelope: Envelope;
  readonly signer: AttestationSigner;
  readonly witnesses: number;
  readonly judged: BundleResult | undefined;
}

function checkStatement(subject: Digest, signed: Signed, say: Say): BundleVerdict {
  const { bundle, envelope, signer, witnesses, judged } = signed;
  const by = `signed by ${signer.fingerprint}`;
  if (envelope.payloadType !== STATEMENT_PAYLOAD_TYPE) {
    return unproven(say('statement', 'refuted', `${by}, but its payload is of type ${envelope.payloadType}`));
  }
  let statement: Statement;
  try {
    statement = parseStatement(envelope.payload);
  } catch (fault) {
    return unproven(say('statement', 'refuted', `${by}, but ${unstopped(messageOf(fault))}`));
  }
  const { predicateType, predicate } = statement;
  const checks = [
    say('signature', 'established', `${predicateType}: ${by}`),
    checkSubject(statement, subject, say),
    checkType(predicateType, bundle.annotatedType, say),
    ...(judged === undefined ? [checkTime(witnesses, predicateType, say)] : judgedChecks(judged)),
  ];
  const weak = judged !== undefined && judged.outcome !== 'established';
  if (weak || checks.some(({ outcome }) => outcome === 'refuted')) return { checks, attestation: undefined, judged };
  const evidence = [bundle.manifest, bundle.blob];
  const attestation = { predicateType, predicate, statement: envelope.payload, signer, evidence };
  return { checks, attestation, judged };
}

// What is said of signature and subject here says more.
function judgedChecks({ checks }: BundleResult): Check[] {
  return checks.filter(({ check }) => check !== 'signature' && check !== 'subject');
}

function unproven(check: Check): BundleVerdict {
  return { checks: [check], attestation: undefined };
}

type Say = (check: CheckId, outcome: Outcome, reason: string, problem?: Problem) => Check;

function checkSubject(statement: Statement, subject: Digest, say: Say): Check {
  const type = statement.predicateType;
  const other = statement.subject.find(({ digest }) => digest['sha256'] !== hexOf(subject));
  if (other === undefined) return say('subject', 'established', `${type}: about this manifest and no other`);
  const digest = other.digest['sha256'];
  return say(
    'subject',
    'refuted',
    `${type}: about ${digest === undefined ? 'something without a SHA-256' : `sha256:${digest}`}`,
    'subject-other',
  );
}

function checkType(type: string, annotated: string | undefined, say: Say): Check {
  if (annotated === undefined)
    return say('predicate-type', 'not applicable', `${type}: the referrer has no annotation that says so`);
  if (annotated === type) return say('predicate-type', 'established', `${type}: as its annotation says`);
  return say('predicate-type', 'refuted', `the annotation says ${annotated}, the statement ${type}`);
}

// Log entries and timestamps are counted by the bundle's reader; no trusted log or authority is known here.
function checkTime(witnesses: number, type: string, say: Say): Check {
  const reason =
    witnesses === 0
      ? 'no log entry and no timestamp'
      : `${witnesses} log ${witnesses === 1 ? 'entry or timestamp' : 'entries or timestamps'}, by nobody who is trusted: no trusted root was named`;
  return say('time', 'not established', `${type}: ${reason}`);
}

/** What an unverified payload says of another subject; `undefined` when it is about this one or says nothing readable. */
function otherSubject(subject: Digest, payload: Buffer): string | undefined {
  try {
    const statement = parseStatement(payload);
    if (statement.subject.some(({ digest }) => digest['sha256'] === hexOf(subject))) return undefined;
    return `${statement.predicateType}: about sha256:${statement.subject[0]?.digest['sha256'] ?? '?'}`;
  } catch {
    return undefined;
  }
}

// Without a hint the bundle claims no key in particular, so that it may claim a trusted one.
function namesTrustedKey({ signer }: Bundle, keys: readonly PublicKey[]): boolean {
  if (signer.kind !== 'key') return false;
  if (signer.hint === undefined) return keys.length > 0;
  return keys.some((key) => keyHint(key.spki) === signer.hint);
}

function signerName({ signer }: Bundle): string {
  if (signer.kind === 'certificate') return 'a certificate';
  const hash = Buffer.from(signer.hint ?? '', 'base64');
  return hash.length === 32 ? `SHA256:${hash.toString('hex')}` : 'an unnamed key';
}

function unstopped(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
