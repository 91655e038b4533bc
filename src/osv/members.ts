// The members of a JSON object that somebody else wrote.
import { Fault } from '../lib/faults.ts';

/** Longest text of what decides: ids, names, versions. */
const LONGEST = 2000;

/** An object whose members are asked for one by one. `null` is the same as a member that is missing. */
export class Members {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #what: string;

  /** @param what names it in messages: `a range` @throws Fault `osv/malformed` when it is no object */
  constructor(value: unknown, what: string) {
    if (!isObject(value)) throw wrong(what, 'no object');
    this.#members = value;
    this.#what = what;
  }

  /** `undefined` where it is no object. */
  static of(value: unknown): Members | undefined {
    return isObject(value) ? new Members(value, '') : undefined;
  }

  /** @throws Fault `osv/malformed` when it is no text, or longer than 2,000 characters */
  text(name: string): string | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw wrong(`${name} of ${this.#what}`, 'no text');
    if (value.length > LONGEST) throw wrong(`${name} of ${this.#what}`, `longer than ${LONGEST} characters`);
    return value;
  }

  /** Text of any length; empty where it is none. */
  loose(name: string): string {
    const value = this.#get(name);
    return typeof value === 'string' ? value : '';
  }

  /** `undefined` where it is none. */
  number(name: string): number | undefined {
    const value = this.#get(name);
    return typeof value === 'number' ? value : undefined;
  }

  /** The texts of a list; empty where there is none. */
  texts(name: string): string[] {
    return this.looseList(name).filter((value) => typeof value === 'string');
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  /** Empty where there is none. @throws Fault `osv/malformed` when it is no list */
  list(name: string): readonly unknown[] {
    const value = this.#get(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw wrong(`${name} of ${this.#what}`, 'no list');
    return value;
  }

  /** Empty where there is none, or it is no list. */
  looseList(name: string): readonly unknown[] {
    const value = this.#get(name);
    return Array.isArray(value) ? value : [];
  }

  /** @throws Fault `osv/malformed` when it is no object */
  object(name: string): Members | undefined {
    const value = this.#get(name);
    return value === undefined ? undefined : new Members(value, `${name} of ${this.#what}`);
  }

  /** Without members where there is none, or it is no object. */
  inner(name: string): Members {
    return Members.of(this.#get(name)) ?? EMPTY;
  }

  #get(name: string): unknown {
    const value = Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
    return value === null ? undefined : value;
  }
}

const EMPTY = new Members({}, '');

/** The texts of a list. @throws Fault `osv/malformed` when one is none, or longer than 2,000 characters */
export function stringsOf(list: readonly unknown[]): string[] {
  return list.map((value) => {
    if (typeof value !== 'string') throw wrong('an entry of a list', 'no text');
    if (value.length > LONGEST) throw wrong('an entry of a list', `longer than ${LONGEST} characters`);
    return value;
  });
}

/** What each entry is read as; entries that are read as nothing are left out. */
export function listOf<Entry, T>(list: readonly Entry[], read: (entry: Entry) => T | undefined): T[] {
  const out: T[] = [];
  for (const entry of list) {
    const item = read(entry);
    if (item !== undefined) out.push(item);
  }
  return out;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(where: string, why: string): Fault {
  return new Fault(
    'osv/malformed',
    `The record is no OSV record: ${where} is ${why}.`,
    'Tell those who publish it; other records are not touched.',
  );
}
