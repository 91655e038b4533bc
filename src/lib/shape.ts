// Shapes of the small documents that a command reads before it can answer at all: as zod has them, and loaded in no time.

/** What is wrong, and where. */
export interface ShapeIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type ShapeResult<T> =
  | { readonly success: true; readonly data: T; readonly error?: undefined }
  | { readonly success: false; readonly data?: undefined; readonly error: { readonly issues: readonly [ShapeIssue] } };

class Mismatch extends Error implements ShapeIssue {
  readonly path: (string | number)[] = [];
}

/** Reads a value from JSON as a `T`, or says what is wrong with it. */
export class Shape<T> {
  /** @throws Mismatch */
  readonly read: (value: unknown) => T;

  constructor(read: (value: unknown) => T) {
    this.read = read;
  }

  safeParse(value: unknown): ShapeResult<T> {
    try {
      return { success: true, data: this.read(value) };
    } catch (mismatch) {
      if (!(mismatch instanceof Mismatch)) throw mismatch;
      const { path, message } = mismatch;
      return { success: false, error: { issues: [{ path: path.toReversed(), message }] } };
    }
  }

  /** @throws Error where it is of another shape */
  parse(value: unknown): T {
    return this.read(value);
  }

  optional(): Shape<T | undefined> {
    return new Shape((value) => (value === undefined ? undefined : this.read(value)));
  }

  nullish(): Shape<T | null | undefined> {
    return new Shape((value) => (value === undefined || value === null ? value : this.read(value)));
  }

  /** @param problemOf what is wrong, `undefined` for nothing */
  checked(problemOf: (value: T) => string | undefined): Shape<T> {
    return new Shape((value) => {
      const read = this.read(value);
      const problem = problemOf(read);
      if (problem !== undefined) throw new Mismatch(problem);
      return read;
    });
  }

  /** @param make `undefined` where it cannot be made @param problem then */
  made<U>(make: (value: T) => U | undefined, problem: string): Shape<U> {
    return new Shape((value) => {
      const made = make(this.read(value));
      if (made === undefined) throw new Mismatch(problem);
      return made;
    });
  }
}

export type Shaped<S> = S extends Shape<infer T> ? T : never;

/** @param most characters */
export function string(most = Infinity, least = 0): Shape<string> {
  return new Shape((value) => {
    if (typeof value !== 'string') throw expected('string', value);
    if (value.length > most) throw new Mismatch(`Too big: expected string to have <=${most} characters`);
    if (value.length < least) throw new Mismatch(`Too small: expected string to have >=${least} characters`);
    return value;
  });
}

export function boolean(): Shape<boolean> {
  return new Shape((value) => {
    if (typeof value !== 'boolean') throw expected('boolean', value);
    return value;
  });
}

/** A whole number that is exact, and not negative. */
export function count(): Shape<number> {
  return new Shape((value) => {
    if (typeof value !== 'number') throw expected('number', value);
    if (!Number.isSafeInteger(value)) throw new Mismatch('Invalid input: expected int, received number');
    if (value < 0) throw new Mismatch('Too small: expected number to be >=0');
    return value;
  });
}

export function literal<const T extends string | number>(...allowed: readonly T[]): Shape<T> {
  return new Shape((value) => {
    const found = allowed.find((one) => one === value);
    if (found !== undefined) return found;
    const words = allowed.map((one) => JSON.stringify(one));
    throw new Mismatch(
      words.length === 1
        ? `Invalid input: expected ${words[0] ?? ''}`
        : `Invalid option: expected one of ${words.join('|')}`,
    );
  });
}

export const anything = new Shape<unknown>((value) => value);

export function list<T>(items: Shape<T>, most: number, least = 0): Shape<T[]> {
  return new Shape((value) => {
    if (!Array.isArray(value)) throw expected('array', value);
    if (value.length > most) throw new Mismatch(`Too big: expected array to have <=${most} items`);
    if (value.length < least) throw new Mismatch(`Too small: expected array to have >=${least} items`);
    return value.map((item: unknown, at) => within(at, () => items.read(item)));
  });
}

/** Any member, all of one shape. */
export function record<T>(members: Shape<T>): Shape<Record<string, T>> {
  return new Shape((value) => {
    const object = plain(value, 'record');
    return Object.fromEntries(
      Object.entries(object).map(([name, member]) => [name, within(name, () => members.read(member))]),
    );
  });
}

type Fields<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

/** The members that are named; others are left out. */
export function object<T extends object>(fields: Fields<T>): Shape<T> {
  return new Shape((value) => readFields(plain(value, 'object'), fields, {}));
}

/** The members that are named, of their shapes, and whatever others there are. */
export function loose<T extends object>(fields: Fields<T>): Shape<T> {
  return new Shape((value) => {
    const given = plain(value, 'object');
    return readFields(given, fields, { ...given });
  });
}

function readFields<T extends object>(given: object, fields: Fields<T>, into: object): T {
  const members = given as Record<string, unknown>;
  const read = into as Record<string, unknown>;
  for (const name of Object.keys(fields)) {
    const shape = fields[name as keyof T];
    const isThere = Object.hasOwn(members, name);
    const member = within(name, () => shape.read(isThere ? members[name] : undefined));
    if (isThere || member !== undefined) read[name] = member;
  }
  return into as T;
}

function plain(value: unknown, what: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw expected(what, value);
  return value;
}

function within<T>(name: string | number, read: () => T): T {
  try {
    return read();
  } catch (mismatch) {
    if (mismatch instanceof Mismatch) mismatch.path.push(name);
    throw mismatch;
  }
}

function expected(what: string, value: unknown): Mismatch {
  const got = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return new Mismatch(`Invalid input: expected ${what}, received ${got}`);
}
