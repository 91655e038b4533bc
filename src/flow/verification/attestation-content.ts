// What is attested: a predicate, or a statement that is ready.
import { readFile } from '../../io/files.ts';
import { predicateAliases, predicateTypeOf } from '../../intoto/predicates.ts';
import {
  parseStatement,
  type Statement,
  statementAround,
  type statementTypes,
  type Subject,
} from '../../intoto/statement.ts';
import { type Digest, hexOf } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { parseJson } from '../../lib/json.ts';
import { limits } from '../../lib/limits.ts';

export interface ContentOptions {
  /** Path of the predicate, JSON. */
  readonly predicate: string | undefined;
  /** A short name or a URI. */
  readonly type: string | undefined;
  /** Path of a statement, JSON, in place of both. */
  readonly statement: string | undefined;
}

export type AttestationContent =
  | { readonly kind: 'predicate'; readonly predicateType: string; readonly bytes: Buffer }
  /** The bytes are signed as they are. */
  | {
      readonly kind: 'statement';
      readonly predicateType: string;
      readonly bytes: Buffer;
      readonly statement: Statement;
    };

/** Reads what is attested, at most 256 MiB. @throws Fault `option/…`, `file/…`, `json/malformed`, `intoto/malformed` */
export async function attestationContent({ predicate, type, statement }: ContentOptions): Promise<AttestationContent> {
  if (statement !== undefined) {
    if (predicate !== undefined || type !== undefined) throw both();
    const bytes = await readFile(statement, limits.envelope);
    const parsed = parseStatement(bytes);
    return { kind: 'statement', predicateType: parsed.predicateType, bytes, statement: parsed };
  }
  if (predicate === undefined) {
    throw new Fault(
      'option/predicate',
      'There is nothing to attest.',
      'Name --predicate FILE and --type TYPE, or --statement FILE.',
    );
  }
  const predicateType = typeOf(type);
  const bytes = valueOf(await readFile(predicate, limits.envelope));
  parseJson(bytes, predicate);
  return { kind: 'predicate', predicateType, bytes };
}

function typeOf(text: string | undefined): string {
  const type = text === undefined ? undefined : predicateTypeOf(text);
  if (type !== undefined) return type;
  throw new Fault(
    'option/predicate-type',
    text === undefined
      ? 'Of which type the predicate is must be said.'
      : `"${text.slice(0, 100)}" is no predicate type.`,
    `Name it with --type: a URI, or ${predicateAliases.join(', ')}.`,
  );
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The value alone: without white space at its end, and the mark that some editors write at its start. */
function valueOf(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] ?? 0) <= 0x20) end--;
  return bytes.subarray(bytes.subarray(0, 3).equals(MARK) ? 3 : 0, end);
}

/**
 * The bytes to sign: those of a ready statement, or a statement around the predicate.
 * @throws Fault `attest/subject` when a ready statement is about anything else than the subject
 */
export function contentBytes(
  content: AttestationContent,
  version: keyof typeof statementTypes,
  subject: Subject & { readonly digest: { readonly sha256: string } },
): Buffer {
  if (content.kind === 'predicate') {
    return statementAround({ version, subject: [subject], predicateType: content.predicateType }, content.bytes);
  }
  const other = content.statement.subject.find(({ digest }) => digest['sha256'] !== subject.digest.sha256);
  if (other === undefined) return content.bytes;
  const about = other.digest['sha256'];
  throw new Fault(
    'attest/subject',
    `The statement is about ${about === undefined ? 'something without a SHA-256' : `sha256:${about}`}, not sha256:${subject.digest.sha256}.`,
    'Name what it is about, perhaps with --platform.',
  );
}

/** A subject by its digest. @param words of the signer */
export function subjectOf(digest: Digest, name: string | undefined, words: Readonly<Record<string, string>>) {
  return {
    ...(name === undefined ? {} : { name }),
    digest: { sha256: hexOf(digest) },
    ...(Object.keys(words).length === 0 ? {} : { annotations: words }),
  };
}

function both(): Fault {
  return new Fault(
    'option/statement',
    'A ready statement has its predicate and its type already.',
    'Name --statement alone, or --predicate and --type.',
  );
}
