// Members of metadata that somebody else wrote, each of the type that it must have.
import { fieldsOf, type Fields } from '../lib/fields.ts';
import { malformed } from './faults.ts';

/** Most members of one object, or items of one list, that are read. */
const MOST = 100_000;
const LONGEST = 1 << 20;

/** An object, its members asked for by fixed names. @throws Fault `trust/malformed`, as all here */
export function objectOf(value: unknown, what: string, where: string): Fields {
  const fields = fieldsOf(value);
  if (fields === undefined) throw malformed(what, `${where} is no object`);
  return fields;
}

/** An object's members by name, whatever the names are: `__proto__` is one like others. */
export function membersOf(value: unknown, what: string, where: string): [string, unknown][] {
  const members = Object.entries(objectOf(value, what, where));
  if (members.length > MOST) throw malformed(what, `${where} has more than ${MOST} members`);
  return members;
}

export function textOf(value: unknown, what: string, where: string): string {
  if (typeof value !== 'string' || value.length > LONGEST) throw malformed(what, `${where} is no text`);
  return value;
}

/** An integer from `least` up. */
export function integerOf(value: unknown, what: string, where: string, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw malformed(what, `${where} is no integer from ${least} up`);
  }
  return value;
}

export function textsOf(value: unknown, what: string, where: string): string[] {
  if (!Array.isArray(value) || value.length > MOST) throw malformed(what, `${where} is no list`);
  return value.map((item) => textOf(item, what, `an item of ${where}`));
}
