// in-toto attestations: Statement v1 (in-toto/attestation, spec/v1/statement.md) and v0.1.
import { type Digest, hexOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { canonicalJson, parseJson } from '../lib/json.ts';
import { anything, list, literal, object, record, type Shape, string } from '../lib/shape.ts';

/** The DSSE payload type of a statement, in all versions. */
export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

export const statementTypes = {
  v1: 'https://in-toto.io/Statement/v1',
  v01: 'https://in-toto.io/Statement/v0.1',
} as const;

/** Most subjects of one statement. */
const MOST_SUBJECTS = 10_000;

export interface Subject {
  name?: string | undefined;
  /** Algorithm → lower-case hexadecimal. */
  digest: Record<string, string>;
  annotations?: Record<string, unknown> | undefined;
}
export const Subject: Shape<Subject> = object<Subject>({
  name: string(10_000).optional(),
  digest: record(string()).checked((digest) =>
    digest['sha256'] === undefined || /^[0-9a-f]{64}$/.test(digest['sha256']) ? undefined : 'has a malformed sha256',
  ),
  annotations: record(anything).optional(),
});

export interface Statement {
  _type: (typeof statementTypes)[keyof typeof statementTypes];
  subject: Subject[];
  predicateType: string;
  predicate: unknown;
}
export const Statement: Shape<Statement> = object<Statement>({
  _type: literal(statementTypes.v1, statementTypes.v01),
  subject: list(Subject, MOST_SUBJECTS, 1),
  predicateType: string(1000, 1),
  predicate: anything,
});

/**
 * Parses a statement; members that no check uses are dropped.
 * @throws Fault `intoto/malformed`, `json/malformed`
 */
export function parseStatement(bytes: Uint8Array): Statement {
  const parsed = Statement.safeParse(parseJson(bytes, 'the statement'));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Fault(
    'intoto/malformed',
    `The statement is not one of in-toto: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
    'Check what made the attestation.',
  );
}

/** A Statement v1 about one manifest or index. */
export function statementAbout(
  subject: { readonly digest: Digest; readonly name?: string },
  predicateType: string,
  predicate: unknown,
): Statement {
  const named = subject.name === undefined ? {} : { name: subject.name };
  return {
    _type: statementTypes.v1,
    subject: [{ ...named, digest: { sha256: hexOf(subject.digest) } }],
    predicateType,
    predicate,
  };
}

/** The bytes that are signed: canonical JSON, the same for the same statement. */
export function statementBytes(statement: Statement): Buffer {
  return Buffer.from(canonicalJson(statement), 'utf8');
}

/** What a statement is about, and of which type it is. */
export interface StatementHead {
  readonly version: keyof typeof statementTypes;
  readonly subject: readonly Subject[];
  readonly predicateType: string;
}

/** The bytes of a statement around a predicate that stays as it is, to the byte. @param predicate JSON */
export function statementAround({ version, subject, predicateType }: StatementHead, predicate: Uint8Array): Buffer {
  const before = `{"_type":${JSON.stringify(statementTypes[version])},"predicate":`;
  const after = `,"predicateType":${JSON.stringify(predicateType)},"subject":${canonicalJson(subject)}}`;
  return Buffer.concat([Buffer.from(before), predicate, Buffer.from(after)]);
}
