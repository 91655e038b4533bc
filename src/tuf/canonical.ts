// Canonical JSON as TUF signs it (OLPC): sorted keys, no white space, only `"` and `\` escaped, integers alone.
import { malformed } from './faults.ts';

/**
 * The bytes over which metadata is signed (TUF specification 1.0, 4.2).
 * @param value what `parseJson` gave, so of bounded depth
 * @throws Fault `trust/malformed` for what has no such form: fractions, numbers that are not exact, strings with half of a pair of
 * surrogates, of which several would give the same bytes
 */
export function canonicalBytes(value: unknown, what: string): Buffer {
  const parts: string[] = [];
  write(value, parts, what);
  return Buffer.from(parts.join(''), 'utf8');
}

function write(value: unknown, parts: string[], what: string): void {
  switch (typeof value) {
    case 'string':
      parts.push(quoted(value, what));
      return;
    case 'boolean':
      parts.push(String(value));
      return;
    case 'number':
      if (!Number.isSafeInteger(value)) throw malformed(what, `the number ${value} is no exact integer`);
      parts.push(String(value));
      return;
    default:
      if (value === null) parts.push('null');
      else if (Array.isArray(value)) writeList(value, parts, what);
      else writeObject(value as object, parts, what);
  }
}

function writeList(list: readonly unknown[], parts: string[], what: string): void {
  parts.push('[');
  for (const [i, item] of list.entries()) {
    if (i > 0) parts.push(',');
    write(item, parts, what);
  }
  parts.push(']');
}

function writeObject(object: object, parts: string[], what: string): void {
  const members = Object.entries(object).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  parts.push('{');
  for (const [i, [key, member]] of members.entries()) {
    if (i > 0) parts.push(',');
    parts.push(quoted(key, what), ':');
    write(member, parts, what);
  }
  parts.push('}');
}

function quoted(text: string, what: string): string {
  if (!text.isWellFormed()) throw malformed(what, 'a string of it is no Unicode text');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
