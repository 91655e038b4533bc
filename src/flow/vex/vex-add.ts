// `temper vex add`: one more statement in an OpenVEX document.
import { readFileIfThere } from '../../io/files.ts';
import { writeFile } from '../../io/pending-file.ts';
import { withLock } from '../../io/locks.ts';
import { closest } from '../../lib/closest.ts';
import { isDigest, sha256Hex } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { tool } from '../../lib/tool.ts';
import { parseOpenVex } from '../../openvex/read.ts';
import { newStatementProblem } from '../../openvex/rules.ts';
import {
  type OpenVexDocument,
  openVexJustifications,
  type OpenVexProduct,
  type OpenVexStatement,
  openVexStatuses,
} from '../../openvex/types.ts';
import { writeOpenVex } from '../../openvex/write.ts';
import { purlParts } from '../../vex/package-urls.ts';
import { VEX_LIMIT } from '../../vex/read.ts';
import { buildTime } from '../database/database-time.ts';

export interface AddOptions {
  /** The document; made when it is not there. */
  readonly file: string;
  readonly products: readonly string[];
  readonly subcomponents: readonly string[];
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly status: string;
  readonly justification: string | undefined;
  readonly impact: string | undefined;
  readonly action: string | undefined;
  /** Of a new document; an old one keeps its own unless given. */
  readonly author: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Of a document whose author nobody named (OpenVEX 0.2.0, "Document Struct Fields"). */
const NOBODY = 'Unknown Author';

/**
 * Appends a statement and counts the document's version up. The same statement at the same time makes the same bytes.
 * @throws Fault `vex/invalid` where the statement is not sound, `option/…`, `openvex/malformed` of the document, `file/…`
 */
export async function addStatement(options: AddOptions): Promise<OpenVexDocument> {
  const time = buildTime(options.environment);
  const statement = statementOf(options, time);
  return await withLock(`${options.file}.lock`, async () => {
    const bytes = await readFileIfThere(options.file, VEX_LIMIT);
    const document =
      bytes === undefined
        ? created(options, statement, time)
        : extended(parseOpenVex(bytes, options.file), options, statement, time);
    await writeFile(options.file, writeOpenVex(document));
    return document;
  });
}

function created({ author }: AddOptions, statement: OpenVexStatement, time: number): OpenVexDocument {
  const document: OpenVexDocument = {
    id: '',
    author: author ?? NOBODY,
    timestamp: time,
    version: 1,
    tooling: `${tool.name} ${tool.version}`,
    statements: [statement],
  };
  return { ...document, id: `https://openvex.dev/docs/public/vex-${sha256Hex(writeOpenVex(document))}` };
}

function extended(
  old: OpenVexDocument,
  { author }: AddOptions,
  statement: OpenVexStatement,
  time: number,
): OpenVexDocument {
  const statements = [...old.statements, statement];
  return {
    ...old,
    author: author ?? old.author,
    lastUpdated: time,
    version: old.version + 1,
    statements: dated(statements, old),
  };
}

/** A statement without a time has that of the document, which moves now: it keeps the one it had. */
function dated(statements: readonly OpenVexStatement[], old: OpenVexDocument): OpenVexStatement[] {
  const time = old.lastUpdated ?? old.timestamp;
  return statements.map((one) =>
    one.timestamp === undefined && one.lastUpdated === undefined ? { ...one, timestamp: time } : one,
  );
}

function statementOf(options: AddOptions, time: number): OpenVexStatement {
  const { vulnerability, aliases, impact: impactStatement, action: actionStatement } = options;
  if (options.products.length === 0)
    throw new Fault(
      'option/product',
      'No product is named.',
      'Write --product with an image, a digest or a package URL.',
    );
  if (!/^\S+$/.test(vulnerability))
    throw new Fault(
      'option/vulnerability',
      `"${vulnerability.slice(0, 100)}" names no vulnerability.`,
      'Write its id, as a scan shows it: CVE-…, GHSA-….',
    );
  const status = word(options.status, openVexStatuses, 'status');
  const justification =
    options.justification === undefined
      ? undefined
      : word(options.justification, openVexJustifications, 'justification');
  const problem = newStatementProblem({ status, justification, impactStatement, actionStatement });
  if (problem !== undefined)
    throw new Fault(
      'vex/invalid',
      `The statement ${problem}.`,
      'not_affected needs --justification or --impact, affected needs --action, the others take neither.',
    );
  const subcomponents = options.subcomponents.map((id) => componentOf(id, 'subcomponent'));
  return {
    vulnerability: { name: vulnerability, aliases },
    timestamp: time,
    products: options.products.map((id) => ({ ...componentOf(id, 'product'), subcomponents })),
    status,
    justification,
    impactStatement,
    actionStatement,
  };
}

/** What people may want to know of a statement that was added, in sentences. */
export function notesOf({ products, author, file }: AddOptions, document: OpenVexDocument): readonly string[] {
  const unknown = products.filter((id) => !/[/:@]/.test(id));
  return [
    ...unknown.map(
      (id) =>
        `"${id}" is no package URL, digest or image's name with a registry or tag: no scan takes it for a product of its own.`,
    ),
    ...(author === undefined && document.author === NOBODY
      ? [`${file} says that its author is "${NOBODY}": --author names one.`]
      : []),
  ];
}

function componentOf(text: string, what: string): Omit<OpenVexProduct, 'subcomponents'> {
  if (isDigest(text)) return { id: text, hashes: new Map([['sha-256', text.slice('sha256:'.length)]]) };
  if (!text.startsWith('pkg:')) {
    if (text.trim() !== '' && !/\s/.test(text)) return { id: text, hashes: new Map() };
    throw new Fault(
      `option/${what}`,
      `"${text.slice(0, 100)}" names no ${what}.`,
      'Write an image, a digest or a package URL.',
    );
  }
  const parts = purlParts(text);
  if (parts === undefined)
    throw new Fault(`option/${what}`, `"${text.slice(0, 100)}" is no package URL.`, 'Write pkg:TYPE/NAME@VERSION.');
  const hash = isDigest(parts.version ?? '')
    ? new Map([['sha-256', (parts.version ?? '').slice('sha256:'.length)]])
    : new Map();
  return { id: text, purl: text, hashes: hash as ReadonlyMap<string, string> };
}

function word<T extends string>(given: string, known: readonly T[], option: string): T {
  const plain = given.replaceAll('-', '_');
  const found = known.find((one) => one === plain);
  if (found !== undefined) return found;
  const [near] = closest(plain, known);
  throw new Fault(
    `option/${option}`,
    `"${given.slice(0, 100)}" is no ${option}.`,
    near === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${near}? There are ${known.join(', ')}.`,
  );
}
