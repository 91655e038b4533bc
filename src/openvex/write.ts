// OpenVEX 0.2.0 documents as JSON.
import { isoTime } from '../lib/time.ts';
import type { OpenVexComponent, OpenVexDocument, OpenVexProduct, OpenVexStatement } from './types.ts';

export const OPENVEX_CONTEXT = 'https://openvex.dev/ns/v0.2.0';

/** A document in the order of the specification, two spaces of indentation, a final newline; what is not said is left out. */
export function writeOpenVex(document: OpenVexDocument): string {
  return `${JSON.stringify(openVexJson(document), null, 2)}\n`;
}

/** The same as an object: for attestations. */
export function openVexJson(document: OpenVexDocument): Readonly<Record<string, unknown>> {
  return {
    '@context': OPENVEX_CONTEXT,
    '@id': document.id,
    author: document.author,
    role: document.role,
    timestamp: isoTime(document.timestamp ?? 0),
    last_updated: timeText(document.lastUpdated),
    version: document.version,
    tooling: document.tooling,
    statements: document.statements.map(statementJson),
  };
}

function statementJson(statement: OpenVexStatement): Readonly<Record<string, unknown>> {
  const { vulnerability, products } = statement;
  return {
    '@id': statement.id,
    version: statement.version,
    vulnerability: {
      '@id': vulnerability.id,
      name: vulnerability.name,
      description: vulnerability.description,
      aliases: vulnerability.aliases.length === 0 ? undefined : [...new Set(vulnerability.aliases)],
    },
    timestamp: timeText(statement.timestamp),
    last_updated: timeText(statement.lastUpdated),
    products: products.length === 0 ? undefined : products.map(productJson),
    status: statement.status,
    supplier: statement.supplier,
    status_notes: statement.statusNotes,
    justification: statement.justification,
    impact_statement: statement.impactStatement,
    action_statement: statement.actionStatement,
    action_statement_timestamp: timeText(statement.actionTimestamp),
  };
}

function productJson(product: OpenVexProduct): Readonly<Record<string, unknown>> {
  const { subcomponents } = product;
  const parts = subcomponents.length === 0 ? undefined : subcomponents.map(componentJson);
  return { ...componentJson(product), subcomponents: parts };
}

function componentJson({ id, purl, cpe22, cpe23, hashes }: OpenVexComponent): Readonly<Record<string, unknown>> {
  const named = purl !== undefined || cpe22 !== undefined || cpe23 !== undefined;
  return {
    '@id': id,
    identifiers: named ? { purl, cpe22, cpe23 } : undefined,
    hashes: hashes.size === 0 ? undefined : Object.fromEntries(hashes),
  };
}

function timeText(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : isoTime(seconds);
}
