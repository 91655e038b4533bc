// What `temper vex list` says to people and programs.
import { isoTime } from '../lib/time.ts';
import type { ListedVex } from '../flow/vex/vex-list.ts';
import type { VexProduct, VexStatement } from '../vex/types.ts';
import { printable, table } from './table.ts';

export function vexTable({ documents }: ListedVex): string {
  const rows = documents.flatMap(({ statements, source }) =>
    statements.map((statement) => [
      statement.vulnerabilities[0] ?? '',
      statement.status,
      statement.justification ?? statement.impact ?? statement.action ?? '',
      productsText(statement),
      statement.at === undefined ? '' : isoTime(statement.at).slice(0, 10),
      source,
    ]),
  );
  if (rows.length === 0) return 'no statements';
  const shown = rows.map((row) => row.map((cell) => cut(printable(cell))));
  return table([['VULNERABILITY', 'STATUS', 'WHY', 'PRODUCT', 'SINCE', 'FROM'], ...shown]);
}

/** One document, `temper/vex/v1`. */
export function vexJson({ documents, notes }: ListedVex): string {
  return JSON.stringify({ schema: 'temper/vex/v1', documents, notes }, null, 2);
}

function productsText({ products }: VexStatement): string {
  const [first] = products;
  if (first === undefined) return 'none';
  const more = products.length === 1 ? '' : ` +${products.length - 1}`;
  const [part] = first.subcomponents;
  const parts = first.subcomponents.length > 1 ? ` +${first.subcomponents.length - 1}` : '';
  return `${nameOf(first)}${part === undefined ? '' : ` › ${nameOf(part)}${parts}`}${more}`;
}

function nameOf({ ids, digests }: Pick<VexProduct, 'ids' | 'digests'>): string {
  return ids[0] ?? digests[0] ?? '';
}

const WIDTH = 80;

function cut(text: string): string {
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}
