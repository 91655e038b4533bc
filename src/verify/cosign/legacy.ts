// The judgement of one of cosign's legacy signatures or attestations, by the same trust as that of a Sigstore bundle.
import { readEnvelope } from './envelope.ts';
import { parseSimpleSigning, type SimpleSigning } from '../../cosign/payload.ts';
import type { LegacySignature } from '../../cosign/types.ts';
import { parseStatement, type Statement } from '../../intoto/statement.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Bundle, BundleContent } from '../../sigstore/bundle.ts';
import { type BundleQuestion, CheckList, signedContent } from '../sigstore/question.ts';
import { checkSubject, unstopped } from '../sigstore/signature.ts';
import type { VerifierState } from '../sigstore/state.ts';
import type { BundleTrust } from '../sigstore/trust.ts';
import { type BundleResult, judgeSigner, nobody, remember } from '../sigstore/verify.ts';
import { checkReference, type RepositoryQuestion } from './reference.ts';

export interface LegacyQuestion extends RepositoryQuestion {
  readonly signature: LegacySignature;
  /** What it should be about: the digest of a manifest or index. */
  readonly subject: Digest;
  /** Whose evidence follows each other, as of bundles. */
  readonly scope?: string | undefined;
}

export interface LegacyResult extends BundleResult {
  /** What is signed, once somebody is found to have signed it; whether it is about the subject, a check says. */
  readonly said: LegacyWords | undefined;
}

export type LegacyWords =
  | ({ readonly kind: 'signature' } & SimpleSigning)
  /** `bytes` are those that were signed. */
  | { readonly kind: 'attestation'; readonly statement: Statement; readonly bytes: Buffer };

/**
 * Judges a signature, and gives the state to remember. Pure: the same arguments give the same answer. Never throws for what the
 * signature says. A log's promise is enough, for these formats carry no proof; versions of bundles do not matter.
 * @param now seconds since 1970
 */
export function verifyLegacy(
  question: LegacyQuestion,
  trust: BundleTrust,
  state: VerifierState,
  now: number,
): { readonly result: LegacyResult; readonly state: VerifierState } {
  return remember(judgeLegacy(question, trust, now), bundleQuestion(question), state, now);
}

/** The judgement without anything that was seen before. */
export function judgeLegacy(question: LegacyQuestion, trust: BundleTrust, now: number): LegacyResult {
  const { signature, subject } = question;
  const list = new CheckList(subject, [signature.blob]);
  return signature.kind === 'signature'
    ? judgeSignature(signature, question, trust, now, list)
    : judgeAttestation(signature, question, trust, now, list);
}

function judgeSignature(
  signature: Extract<LegacySignature, { kind: 'signature' }>,
  question: LegacyQuestion,
  trust: BundleTrust,
  now: number,
  list: CheckList,
): LegacyResult {
  let payload: SimpleSigning;
  try {
    payload = parseSimpleSigning(signature.payload);
  } catch (fault) {
    list.refuted('payload', 'payload-malformed', unstopped(fault));
    return { ...nobody(list), said: undefined };
  }
  if (payload.digest === question.subject) list.established('subject', 'it is about this manifest');
  else list.refuted('subject', 'subject-other', `it is about ${payload.digest}`);
  checkReference(payload.reference, question, list);
  const content: BundleContent = { kind: 'message', signature: signature.signature, digest: undefined };
  const bundle = bundleOf(signature, content);
  const result = judgeSigner(bundle, bundleQuestion(question), trust, now, list);
  return { ...result, said: result.signer === undefined ? undefined : { kind: 'signature', ...payload } };
}

function judgeAttestation(
  signature: LegacySignature,
  question: LegacyQuestion,
  trust: BundleTrust,
  now: number,
  list: CheckList,
): LegacyResult {
  const envelope = readEnvelope(signature.payload, list);
  if (envelope === undefined) return { ...nobody(list), said: undefined };
  const bundle = bundleOf(signature, { kind: 'envelope', envelope });
  const asked = bundleQuestion(question);
  checkSubject(bundle, asked, signedContent(bundle.content, asked), list);
  const statement = list.checks.some(({ outcome }) => outcome === 'refuted')
    ? undefined
    : parseStatement(envelope.payload);
  checkType(signature, statement, list);
  const result = judgeSigner(bundle, asked, trust, now, list);
  if (result.signer === undefined || statement === undefined) return { ...result, said: undefined };
  return { ...result, said: { kind: 'attestation', statement, bytes: envelope.payload } };
}

function checkType(signature: LegacySignature, statement: Statement | undefined, list: CheckList): void {
  if (signature.kind !== 'attestation' || signature.predicateType === undefined || statement === undefined) return;
  const { predicateType: type } = statement;
  if (signature.predicateType === type) list.established('predicate-type', `${type}: as its annotation says`);
  else {
    const reason = `the annotation says ${signature.predicateType.slice(0, 1000)}, the statement ${type}`;
    list.refuted('predicate-type', 'statement-malformed', reason);
  }
}

/** As a bundle of the version whose log entries need a promise and no proof. */
function bundleOf({ certificate, chain, logEntry, timestamp }: LegacySignature, content: BundleContent): Bundle {
  const logEntries = logEntry === undefined ? [] : [logEntry];
  const timestamps = timestamp === undefined ? [] : [{ signedTimestamp: timestamp.toString('base64') }];
  return {
    version: '0.1',
    signer:
      certificate === undefined
        ? { kind: 'key', hint: undefined, unnamed: true }
        : { kind: 'certificate', certificates: [certificate, ...chain] },
    content,
    logEntries,
    timestamps,
    witnesses: logEntries.length + timestamps.length,
  };
}

function bundleQuestion({ signature, subject, scope }: LegacyQuestion): BundleQuestion {
  const { payload, kind } = signature;
  return { bytes: payload, subject, scope, ...(kind === 'signature' ? { artifact: payload } : {}) };
}
