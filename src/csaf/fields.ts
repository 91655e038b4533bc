// Members of JSON objects that somebody else wrote: what is of another type than asked for is as if it were missing.
import { Fault } from '../lib/faults.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Most entries of one list. */
const LONGEST = 2_000_000;

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The text, empty where it is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The objects of a list. @throws Fault `csaf/malformed` where it is no list */
export function objectsIn(value: unknown, what: string): Fields[] {
  return listIn(value, what)
    .map(fieldsOf)
    .filter((fields) => fields !== undefined);
}

/** The texts of a list. @throws Fault `csaf/malformed` where it is no list */
export function textsIn(value: unknown, what: string): string[] {
  return listIn(value, what).filter((text): text is string => typeof text === 'string');
}

function listIn(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformedCsaf(`${what} is no list`);
  if (value.length > LONGEST) throw malformedCsaf(`${what} has more than ${LONGEST} entries`);
  return value as readonly unknown[];
}

/** Seconds since 1970 of an RFC 3339 date and time. */
export function timeOf(value: unknown): number | undefined {
  const time = /^\d{4}-\d\d-\d\dT[\d:.]{5,20}(?:Z|[+-]\d\d:\d\d)$/i.test(textOf(value))
    ? Date.parse(textOf(value))
    : NaN;
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

/** `csaf/malformed` */
export function malformedCsaf(why: string, cause?: unknown): Fault {
  return new Fault(
    'csaf/malformed',
    `The CSAF document is malformed: ${why}.`,
    'Check that it is complete, and tell its publisher.',
    { cause },
  );
}
