// OpenVEX 0.2.0, "Document"; the older forms of 0.0.x are read, too.
import { parseJson } from '../lib/json.ts';
import { fieldsOf, listOf, malformedOpenVex, member, textOf, timeOf } from './fields.ts';
import { readStatement, versionOf } from './statement.ts';
import type { OpenVexDocument, OpenVexStatement } from './types.ts';

/** Whether JSON says of itself that it is an OpenVEX document. */
export function isOpenVex(json: unknown): boolean {
  const context = member(fieldsOf(json) ?? {}, '@context');
  const contexts = Array.isArray(context) ? (context as unknown[]).slice(0, 10) : [context];
  return contexts.some((one) => /^https?:\/\/openvex\.dev\/ns(?:$|[/@#])/.test(textOf(one) ?? ''));
}

/** @param what names it in messages @throws Fault `json/malformed`, and as {@link readOpenVex} */
export function parseOpenVex(bytes: Uint8Array | string, what: string): OpenVexDocument {
  return readOpenVex(parseJson(bytes, what));
}

/**
 * Reads a document. Members that are not known are left out. A statement that contradicts itself, or suppresses without a
 * reason, is refused with the whole document.
 * @throws Fault `openvex/malformed` naming what is wrong: no OpenVEX, no id, another type, a bound that is passed
 */
export function readOpenVex(json: unknown): OpenVexDocument {
  const fields = fieldsOf(json);
  if (fields === undefined || !isOpenVex(json)) throw malformedOpenVex('its @context is not that of OpenVEX');
  const id = textOf(member(fields, '@id'));
  if (id === undefined) throw malformedOpenVex('it has no @id');
  const supersedes = member(fields, 'supersedes');
  const replaced = typeof supersedes === 'string' ? [supersedes] : listOf(supersedes, 'supersedes');
  const statements = listOf(member(fields, 'statements'), 'statements').map((one, i) => readStatement(one, i + 1));
  refuseTooMany(statements);
  return {
    id,
    author: textOf(member(fields, 'author')) ?? '',
    role: textOf(member(fields, 'role')),
    timestamp: timeOf(member(fields, 'timestamp'), 'timestamp'),
    lastUpdated: timeOf(member(fields, 'last_updated'), 'last_updated'),
    version: versionOf(member(fields, 'version')) ?? 1,
    tooling: textOf(member(fields, 'tooling')),
    supplier: textOf(member(fields, 'supplier')),
    supersedes: replaced.flatMap((one) => textOf(one) ?? []),
    statements,
  };
}

/** Most subcomponents, those that several products share counted for each. */
const SUBCOMPONENTS = 1_000_000;

function refuseTooMany(statements: readonly OpenVexStatement[]): void {
  let count = 0;
  for (const { products } of statements) for (const { subcomponents } of products) count += subcomponents.length;
  if (count > SUBCOMPONENTS) throw malformedOpenVex(`its products have more than ${SUBCOMPONENTS} subcomponents`);
}

/**
 * When what a statement says was known to be true, seconds since 1970 ("Inheritance Flow"): its own time, else the
 * document's, the later one where something was updated.
 */
export function statementTime(
  statement: { readonly timestamp?: number | undefined; readonly lastUpdated?: number | undefined },
  document: { readonly timestamp: number | undefined; readonly lastUpdated?: number | undefined },
): number | undefined {
  return statement.lastUpdated ?? statement.timestamp ?? document.lastUpdated ?? document.timestamp;
}
