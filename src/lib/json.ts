import { isUtf8 } from 'node:buffer';
import { compareStrings } from './bytes.ts';
import { Fault, messageOf } from './faults.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * JSON with sorted keys and no white space: the same bytes for the same value (RFC 8785 for integers, strings,
 * booleans, arrays and objects; keys compared by UTF-16 code unit). `undefined` members are left out.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '', '');
}

/** The same order of keys, two spaces of indentation and a final newline: files that people read. */
export function prettyJson(value: unknown): string {
  return `${write(value, '\n', '  ')}\n`;
}

// Not JSON.stringify of a sorted object: integer-like keys would be moved to the front.
function write(value: unknown, newline: string, indent: string): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const inner = newline === '' ? '' : newline + indent;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${inner}${value.map((item) => write(item, inner, indent)).join(`,${inner}`)}${newline}]`;
  }
  const colon = newline === '' ? ':' : ': ';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([key, member]) => JSON.stringify(key) + colon + write(member, inner, indent));
  return members.length === 0 ? '{}' : `{${inner}${members.join(`,${inner}`)}${newline}}`;
}

/** Deepest nesting of objects and arrays that is read. */
export const JSON_DEPTH = 100;
/** Most values of one document: those of a text of three bytes each would take twenty times its size. */
export const JSON_VALUES = 10_000_000;

/**
 * Parses JSON that somebody else wrote.
 * @param what names the document in the message, e.g. `index.json`
 * @throws Fault `json/malformed` when it is no UTF-8 JSON, nests deeper than {@link JSON_DEPTH} or has more than
 * {@link JSON_VALUES}.
 */
export function parseJson(bytes: Uint8Array | string, what: string): unknown {
  let text: string;
  try {
    text = typeof bytes === 'string' ? bytes : decoded(bytes);
    bound(text);
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Fault(
      'json/malformed',
      `${what} is not valid JSON: ${messageOf(cause)}.`,
      'Check that the file is complete and was not altered.',
      { cause },
    );
  }
}

function decoded(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new TypeError('it is not UTF-8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  return text.startsWith('\u{feff}') ? text.slice(1) : text;
}

function bound(text: string): void {
  let depth = 0;
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22) i = endOfString(text, i);
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > JSON_DEPTH) throw new RangeError(`nested deeper than ${JSON_DEPTH}`);
      values++;
    } else if (c === 0x7d || c === 0x5d) depth--;
    else if (c === 0x2c) values++;
  }
  if (values > JSON_VALUES) throw new RangeError(`it has more than ${JSON_VALUES} values`);
}

/** The quotation mark that ends the string whose first one is at `start`; the text's end where none does. */
function endOfString(text: string, start: number): number {
  for (let at = start; ; ) {
    at = text.indexOf('"', at + 1);
    if (at === -1) return text.length;
    let before = at - 1;
    while (text.charCodeAt(before) === 0x5c) before--;
    if ((at - before) % 2 === 1) return at;
  }
}
