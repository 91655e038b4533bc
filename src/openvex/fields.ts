// Members of JSON objects that somebody else wrote.
import { Fault } from '../lib/faults.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Most entries of one list. */
const LONGEST = 200_000;
/** Longest text that is kept, in characters. */
const TEXT = 20_000;

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** `undefined` where it is no text or an empty one; at most 20,000 characters. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, TEXT) : undefined;
}

/** A member that only an object itself has: `__proto__` of JSON is one, what it inherits is none. */
export function member(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** @throws Fault `openvex/malformed` where it is no list, or has more than 200,000 entries */
export function listOf(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformedOpenVex(`${what} is no list`);
  if (value.length > LONGEST) throw malformedOpenVex(`${what} has more than ${LONGEST} entries`);
  return value as readonly unknown[];
}

/** Seconds since 1970 of an RFC 3339 date and time. @throws Fault `openvex/malformed` for what is another text */
export function timeOf(value: unknown, what: string): number | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\dT[\d:.]{5,20}(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw malformedOpenVex(`${what} is no date and time: ${JSON.stringify(text.slice(0, 60))}`);
  return Math.floor(time / 1000);
}

export function malformedOpenVex(why: string): Fault {
  return new Fault(
    'openvex/malformed',
    `The OpenVEX document is malformed: ${why}.`,
    'Check that it is complete, and tell its author.',
  );
}
