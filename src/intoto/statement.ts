// in-toto attestations: Statement v1 (in-toto/attestation, spec/v1/statement.md) and v0.1.
import { z } from 'zod';
import { type Digest, hexOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { canonicalJson, parseJson } from '../lib/json.ts';

/** The DSSE payload type of a statement, in all versions. */
export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

export const statementTypes = {
  v1: 'https://in-toto.io/Statement/v1',
  v01: 'https://in-toto.io/Statement/v0.1',
} as const;

/** Most subjects of one statement. */
const MOST_SUBJECTS = 10_000;

export const Subject = z.object({
  name: z.string().max(10_000).optional(),
  /** Algorithm → lower-case hexadecimal. */
  digest: z
    .record(z.string().min(1), z.string())
    .refine(
      (digest) => digest['sha256'] === undefined || /^[0-9a-f]{64}$/.test(digest['sha256']),
      'has a malformed sha256',
    ),
  annotations: z.record(z.string(), z.unknown()).optional(),
});
export type Subject = z.infer<typeof Subject>;

export const Statement = z.object({
  _type: z.enum([statementTypes.v1, statementTypes.v01]),
  subject: z.array(Subject).min(1).max(MOST_SUBJECTS),
  predicateType: z.string().min(1).max(1000),
  predicate: z.unknown(),
});
export type Statement = z.infer<typeof Statement>;

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
