// The judgement of an attestation in Docker's layout: a bare statement hangs on the image, and a signature on the statement's
// manifest.
import { parseStatement, type Statement } from '../../intoto/statement.ts';
import { type Digest, hexOf } from '../../lib/digest.ts';
import type { LegacySignature } from '../../cosign/types.ts';
import { CheckList } from '../sigstore/question.ts';
import { unstopped } from '../sigstore/signature.ts';
import { checkArtifact } from '../sigstore/signer-trust.ts';
import type { BundleTrust } from '../sigstore/trust.ts';
import type { Check, Outcome } from '../check.ts';
import { judgeLegacy, type LegacyResult } from './legacy.ts';
import type { RepositoryQuestion } from './reference.ts';

/** A statement as it was collected. Nobody is believed yet. */
export interface BareStatement {
  /** The digest of the referrer, which names the image as its subject and the statement as its layer. */
  readonly manifest: Digest;
  readonly blob: Digest;
  /** The statement, JSON, held against the digest. */
  readonly bytes: Buffer;
  /** What the referrer's annotations say, if they say anything. */
  readonly annotatedType: string | undefined;
  /** What hangs on the referrer. */
  readonly signatures: readonly LegacySignature[];
}

export interface BareStatementQuestion extends RepositoryQuestion {
  readonly statement: BareStatement;
  /** The image that it hangs on. */
  readonly subject: Digest;
}

export interface BareStatementResult {
  /** Established when the statement is about the subject, and a signature of its manifest is established. */
  readonly outcome: Exclude<Outcome, 'not applicable'>;
  /** Those of the statement itself; those of the signatures stand in {@link signatures}. */
  readonly checks: readonly Check[];
  /** Its bytes are {@link BareStatement.bytes}; `undefined` when it cannot be read. */
  readonly statement: Statement | undefined;
  /** One for each signature, in their order: to be remembered one by one. */
  readonly signatures: readonly LegacyResult[];
}

/** Pure: the same arguments give the same answer. Never throws for what the statement says. @param now seconds since 1970 */
export function judgeBareStatement(
  question: BareStatementQuestion,
  trust: BundleTrust,
  now: number,
): BareStatementResult {
  const { statement: collected, subject, ...repository } = question;
  const list = new CheckList(subject, [collected.manifest, collected.blob]);
  const statement = checkStatement(collected, subject, list);
  const signatures = collected.signatures.map((signature) =>
    judgeLegacy({ ...repository, signature, subject: collected.manifest }, trust, now),
  );
  const good = signatures.filter(({ outcome }) => outcome === 'established');
  // Each signature is judged as one of the statement's manifest.
  checkArtifact(
    subject,
    good.map(({ times }) => times),
    trust,
    list,
  );
  if (signatures.length === 0) list.missing('signature', 'signature-missing', 'nobody signed the statement');
  return { outcome: outcomeOf(list, signatures), checks: list.checks, statement, signatures };
}

function outcomeOf({ checks }: CheckList, signatures: readonly LegacyResult[]): BareStatementResult['outcome'] {
  if (checks.some(({ outcome }) => outcome === 'refuted')) return 'refuted';
  if (signatures.some(({ outcome }) => outcome === 'established')) return 'established';
  return signatures.some(({ outcome }) => outcome === 'refuted') ? 'refuted' : 'not established';
}

function checkStatement(
  { bytes, annotatedType }: BareStatement,
  subject: Digest,
  list: CheckList,
): Statement | undefined {
  let statement: Statement;
  try {
    statement = parseStatement(bytes);
  } catch (fault) {
    list.refuted('statement', 'statement-malformed', unstopped(fault));
    return undefined;
  }
  const { subject: subjects, predicateType } = statement;
  const other = subjects.find(({ digest }) => digest['sha256'] !== hexOf(subject));
  if (other === undefined) list.established('subject', `${predicateType}: about this manifest and no other`);
  else if (subjects.some(({ digest }) => digest['sha256'] === hexOf(subject))) {
    list.established('subject', `${predicateType}: about this manifest, and others`);
  } else {
    const digest = other.digest['sha256'];
    const about = digest === undefined ? 'something without a SHA-256' : `sha256:${digest}`;
    list.refuted('subject', 'subject-other', `${predicateType}: about ${about}`);
  }
  if (annotatedType === undefined) return statement;
  if (annotatedType === predicateType) list.established('predicate-type', `${predicateType}: as its annotation says`);
  else {
    const reason = `the annotation says ${annotatedType.slice(0, 1000)}, the statement ${predicateType}`;
    list.refuted('predicate-type', 'statement-malformed', reason);
  }
  return statement;
}
