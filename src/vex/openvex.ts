// OpenVEX documents as statements.
import { isDigest } from '../lib/digest.ts';
import { statementTime } from '../openvex/read.ts';
import type { OpenVexComponent, OpenVexDocument, OpenVexStatement } from '../openvex/types.ts';
import type { VexDocument, VexProduct, VexStatement } from './types.ts';

export function fromOpenVex(document: OpenVexDocument, source: string): VexDocument {
  return {
    format: 'openvex',
    id: document.id,
    source,
    author: document.author === '' ? undefined : document.author,
    issued: document.lastUpdated ?? document.timestamp,
    version: document.version,
    supersedes: document.supersedes,
    statements: document.statements.map((statement) => statementOf(statement, document)),
  };
}

function statementOf(statement: OpenVexStatement, document: OpenVexDocument): VexStatement {
  const { vulnerability, products } = statement;
  const names = [vulnerability.name, vulnerability.id, ...vulnerability.aliases];
  return {
    vulnerabilities: [...new Set(names.filter((name) => name !== undefined))],
    status: statement.status,
    justification: statement.justification,
    impact: statement.impactStatement ?? statement.statusNotes,
    action: statement.actionStatement,
    at: statementTime(statement, document),
    products: products.map((product) => ({
      ...namesOf(product),
      subcomponents: product.subcomponents.map(namesOf),
    })),
  };
}

function namesOf({ id, purl, cpe22, cpe23, hashes }: OpenVexComponent): Omit<VexProduct, 'subcomponents'> {
  const ids = [id, purl, cpe23, cpe22].filter((one) => one !== undefined);
  const digest = `sha256:${hashes.get('sha-256') ?? ''}`;
  return { ids: [...new Set(ids)], digests: isDigest(digest) ? [digest] : [] };
}
