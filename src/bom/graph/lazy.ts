// JSON objects whose long lists are never in memory as a whole.

/** How the items of a list are written. */
export interface Written<T> {
  /** An item's JSON. */
  readonly json?: (item: T) => string;
  /** Whether the list is written when it has no element, too. */
  readonly always?: boolean;
  /** The JSON of all items, one or several at once with `,\n` between them, where it is made without them. */
  readonly texts?: Iterable<string> | undefined;
}

/** A list that is made while it is written. */
export class Items<T = unknown> {
  readonly of: Iterable<T>;
  readonly #json: (item: T) => string;
  readonly always: boolean;
  readonly #texts: Iterable<string> | undefined;

  constructor(of: Iterable<T>, { json = JSON.stringify, always = false, texts }: Written<T> = {}) {
    this.of = of;
    this.#json = json;
    this.always = always;
    this.#texts = texts;
  }

  /** The JSON of the items, one or several at once. */
  *[Symbol.iterator](): Generator<string> {
    if (this.#texts !== undefined) yield* this.#texts;
    else for (const item of this.of) yield this.#json(item);
  }
}

/** An object's members in their order; those that are `undefined` and lists without an element are left out. */
export type LazyObject = Iterable<readonly [string, unknown]>;

/** Characters of one piece, about. */
const PIECE = 1 << 16;

/** Pieces of JSON text, one line for each element of a long list, and a final newline. */
export function* writeLazy(members: LazyObject): Generator<string> {
  let piece = '{';
  let comma = '';
  for (const [name, value] of members) {
    if (!isLong(value)) {
      const text = JSON.stringify(value) as string | undefined;
      if (text === undefined || text === '[]') continue;
      piece += `${comma}\n${JSON.stringify(name)}:${text}`;
      comma = ',';
      continue;
    }
    let first = true;
    for (const text of value instanceof Items ? value : value.map((item) => JSON.stringify(item))) {
      if (first) piece += `${comma}\n${JSON.stringify(name)}:[\n`;
      else piece += ',\n';
      first = false;
      piece += text;
      if (piece.length > PIECE) {
        yield piece;
        piece = '';
      }
    }
    if (first && !(value instanceof Items && value.always)) continue;
    piece += first ? `${comma}\n${JSON.stringify(name)}:[]` : '\n]';
    comma = ',';
  }
  yield `${piece}\n}\n`;
}

/** Lists of objects have a line for each; lists of texts have none. */
function isLong(value: unknown): value is Items | readonly unknown[] {
  return value instanceof Items || (Array.isArray(value) && typeof value[0] === 'object');
}

/** The same as an object in memory. */
export function wholeOf(members: LazyObject): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, value] of members) {
    const whole = value instanceof Items ? [...value.of] : value;
    if (whole !== undefined && !(Array.isArray(whole) && whole.length === 0)) object[name] = whole;
  }
  return object;
}
