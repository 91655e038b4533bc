// Reading documents that somebody else wrote, member by member, with faults that name the place.
import { Fault } from '../../lib/faults.ts';

export type JsonObject = { readonly [member: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param problem a sentence without its full stop */
export function malformed(problem: string): Fault {
  return new Fault('sbom/malformed', `${problem}.`, 'Check what made the SBOM, and that it is complete.');
}

/**
 * An object of a document and the way to it. Members that are absent or `null` give `undefined` or an empty list.
 * Every function throws Fault `sbom/malformed` for a member of another type than it gives.
 */
export class Members {
  readonly object: JsonObject;
  readonly #within: Members | undefined;
  readonly #name: string;
  readonly #place: number;

  /**
   * @param name of the object; of the member of `within`, where that is given
   * @param place in the list that the member is
   */
  constructor(value: unknown, name: string, within?: Members, place = -1) {
    this.#within = within;
    this.#name = name;
    this.#place = place;
    if (!isObject(value)) throw malformed(`"${this.path}" is no object`);
    this.object = value;
  }

  /** The way from the document to it. */
  get path(): string {
    const place = this.#place < 0 ? '' : `[${this.#place}]`;
    return `${this.#within === undefined ? this.#name : this.#within.#way(this.#name)}${place}`;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.object, name) && this.object[name] !== null;
  }

  value(name: string): unknown {
    return Object.hasOwn(this.object, name) ? (this.object[name] ?? undefined) : undefined;
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value !== undefined && typeof value !== 'string') throw malformed(`"${this.#way(name)}" is no text`);
    return value;
  }

  /** A text that must be there. */
  needed(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw malformed(`"${this.#way(name)}" is missing`);
    return value;
  }

  number(name: string): number | undefined {
    const value = this.value(name);
    if (value !== undefined && typeof value !== 'number') throw malformed(`"${this.#way(name)}" is no number`);
    return value;
  }

  truth(name: string): boolean | undefined {
    const value = this.value(name);
    if (value !== undefined && typeof value !== 'boolean') throw malformed(`"${this.#way(name)}" is not true or false`);
    return value;
  }

  child(name: string): Members | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : new Members(value, name, this);
  }

  /** The objects of a list. */
  list(name: string): readonly Members[] {
    const items = this.#array(name);
    return items.length === 0 ? NO_MEMBERS : items.map((item, i) => new Members(item, name, this, i));
  }

  texts(name: string): string[] {
    return this.#array(name).map((item, i) => {
      if (typeof item !== 'string') throw malformed(`"${this.#way(name)}[${i}]" is no text`);
      return item;
    });
  }

  #array(name: string): readonly unknown[] {
    const value = this.value(name);
    if (value === undefined) return NONE;
    if (!Array.isArray(value)) throw malformed(`"${this.#way(name)}" is no list`);
    return value;
  }

  #way(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

const NONE: readonly unknown[] = [];
const NO_MEMBERS: readonly Members[] = [];

/** The object without its `undefined` members and empty lists. */
export function given<T extends object>(object: T): T {
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) delete (object as JsonRecord)[name];
  }
  return object;
}

/** The list, unless it is empty. */
export function some<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

type JsonRecord = Record<string, unknown>;
