// An advisory without its packages and long texts, and what is said of a vulnerability apart from packages, in their rows.
import type { Advisory, Severity } from '../types.ts';
import { decodeSeverity, encodeSeverity, isAbsent, listOf, textOf, trimmed } from './encoding.ts';

/** What matching and reports need of an advisory. */
export interface Head {
  readonly aliases: readonly string[];
  readonly covers: readonly string[];
  readonly severities: readonly Severity[];
  readonly cwes: readonly string[];
  readonly summary: string;
  readonly published: number | undefined;
  readonly modified: number | undefined;
}

/** What one who does not speak of packages says of a vulnerability. */
export type Fact = Pick<Head, 'severities' | 'cwes' | 'summary' | 'published'>;

export function encodeHead(advisory: Advisory): string {
  const { aliases, covers, severities, cwes, summary, published, modified } = advisory;
  return JSON.stringify(
    trimmed([
      list(severities.map(encodeSeverity)),
      published ?? null,
      modified ?? null,
      summary === '' ? null : summary,
      list(aliases),
      list(covers),
      list(cwes),
    ]),
  );
}

/** @throws TypeError, SyntaxError where the row was altered */
export function decodeHead(row: string): Head {
  // By their places: taking an array apart is a loop over it, and there are thousands of rows.
  const values = listOf(JSON.parse(row));
  return {
    severities: isAbsent(values[0]) ? NO_SEVERITIES : listOf(values[0]).map(decodeSeverity),
    published: numberOf(values[1]),
    modified: numberOf(values[2]),
    summary: isAbsent(values[3]) ? '' : textOf(values[3]),
    aliases: texts(values[4]),
    covers: texts(values[5]),
    cwes: texts(values[6]),
  };
}

export function encodeFact({ severities, cwes, summary, published }: Fact): string {
  return JSON.stringify(
    trimmed([list(severities.map(encodeSeverity)), published ?? null, summary === '' ? null : summary, list(cwes)]),
  );
}

/** @throws TypeError, SyntaxError where the row was altered */
export function decodeFact(row: string): Fact {
  const [severities, published, summary, cwes] = listOf(JSON.parse(row));
  return {
    severities: isAbsent(severities) ? NO_SEVERITIES : listOf(severities).map(decodeSeverity),
    published: numberOf(published),
    summary: isAbsent(summary) ? '' : textOf(summary),
    cwes: texts(cwes),
  };
}

function list<T>(items: readonly T[]): readonly T[] | null {
  return items.length === 0 ? null : items;
}

function texts(value: unknown): readonly string[] {
  return isAbsent(value) ? NO_TEXTS : listOf(value).map(textOf);
}

// Most lists are empty, and there are tens of thousands.
const NO_SEVERITIES: readonly Severity[] = [];
const NO_TEXTS: readonly string[] = [];

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
