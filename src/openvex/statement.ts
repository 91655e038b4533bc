// OpenVEX 0.2.0, "Statement".
import { closest } from '../lib/closest.ts';
import { productsOf } from './components.ts';
import { type Fields, fieldsOf, listOf, malformedOpenVex, member, textOf, timeOf } from './fields.ts';
import { statementProblem } from './rules.ts';
import {
  type OpenVexJustification,
  openVexJustifications,
  type OpenVexStatement,
  type OpenVexStatus,
  openVexStatuses,
  type OpenVexVulnerability,
} from './types.ts';

/** @param number counts from 1, for messages @throws Fault `openvex/malformed` naming the statement and its vulnerability */
export function readStatement(value: unknown, number: number): OpenVexStatement {
  const fields = fieldsOf(value);
  if (fields === undefined) throw malformedOpenVex(`statement ${number} is no object`);
  const vulnerability = vulnerabilityOf(fields, number);
  const where = `statement ${number} (${vulnerability.name.slice(0, 100)})`;
  const text = (name: string) => textOf(member(fields, name));
  const time = (name: string) => timeOf(member(fields, name), `${where}, ${name},`);
  const statement: OpenVexStatement = {
    id: text('@id'),
    version: versionOf(member(fields, 'version')),
    vulnerability,
    timestamp: time('timestamp'),
    lastUpdated: time('last_updated'),
    products: productsOf(fields),
    status: oneOf<OpenVexStatus>(text('status') ?? '', openVexStatuses, `${where}: its status`),
    supplier: text('supplier'),
    statusNotes: text('status_notes'),
    justification: justificationOf(text('justification'), where),
    impactStatement: text('impact_statement'),
    actionStatement: text('action_statement'),
    actionTimestamp: time('action_statement_timestamp'),
  };
  const problem = statementProblem(statement);
  if (problem !== undefined) throw malformedOpenVex(`${where} ${problem}`);
  return statement;
}

/** A whole number of at least 1. */
export function versionOf(value: unknown): number | undefined {
  // Before 0.2.0 it was a text.
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 1 ? number : undefined;
}

// Before 0.2.0 it was its name alone.
function vulnerabilityOf(statement: Fields, number: number): OpenVexVulnerability {
  const value = member(statement, 'vulnerability');
  const fields = fieldsOf(value);
  const id = textOf(member(fields ?? {}, '@id'));
  const name = textOf(value) ?? textOf(member(fields ?? {}, 'name')) ?? id;
  if (name === undefined) throw malformedOpenVex(`statement ${number} names no vulnerability`);
  const aliases = listOf(member(fields ?? {}, 'aliases'), `the aliases of ${name.slice(0, 100)}`);
  return {
    name,
    id,
    aliases: aliases.flatMap((alias) => textOf(alias) ?? []),
    description: textOf(member(fields ?? {}, 'description')),
  };
}

function justificationOf(word: string | undefined, where: string): OpenVexJustification | undefined {
  if (word === undefined) return undefined;
  return oneOf<OpenVexJustification>(word, openVexJustifications, `${where}: its justification`);
}

function oneOf<T extends string>(word: string, known: readonly T[], what: string): T {
  const found = known.find((one) => one === word);
  if (found !== undefined) return found;
  if (word === '') throw malformedOpenVex(`${what} is missing`);
  const [near] = closest(word, known);
  const meant = near === undefined ? '' : `; perhaps ${near} is meant`;
  throw malformedOpenVex(`${what} is ${JSON.stringify(word.slice(0, 60))}, none of ${known.join(', ')}${meant}`);
}
