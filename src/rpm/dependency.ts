// What RPM packages require: names with constraints, and rich dependencies (rpm, "Boolean Dependencies").

export interface RpmNeed {
  readonly name: string;
  /** `=`, `>=`, …; empty without a version. */
  readonly operator: string;
  /** `1:2.3-4`; empty where none is given. */
  readonly version: string;
}

export type RichOperator = 'and' | 'or' | 'with' | 'without' | 'if' | 'unless' | 'else';

/** `(a or b or c)`, `(a if b else c)`: what stands first, then operators with what follows each. */
export interface RichNeed {
  readonly first: Need;
  readonly rest: readonly { readonly operator: RichOperator; readonly need: Need }[];
}

export type Need = RpmNeed | RichNeed;

/** Deepest nesting that is read. */
const DEPTH = 20;
const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'with', 'without', 'if', 'unless', 'else']);
const COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '=', '==', '>=', '>']);

/** Reads `(a >= 1 if (b or c) else d)`. @returns `undefined` for what is none, or nested more than 20 deep */
export function parseRichNeed(text: string): Need | undefined {
  const reader = new RichReader(text);
  const need = reader.need(0);
  return reader.rest.trim() === '' ? need : undefined;
}

class RichReader {
  rest: string;

  constructor(text: string) {
    this.rest = text;
  }

  need(depth: number): Need | undefined {
    if (!this.#take('(')) return this.#simple();
    if (depth === DEPTH) return undefined;
    const first = this.need(depth + 1);
    if (first === undefined) return undefined;
    const rest: { operator: RichOperator; need: Need }[] = [];
    while (!this.#take(')')) {
      const operator = this.#word();
      const need = OPERATORS.has(operator) ? this.need(depth + 1) : undefined;
      if (need === undefined) return undefined;
      rest.push({ operator: operator as RichOperator, need });
    }
    return rest.length === 0 ? first : { first, rest };
  }

  #simple(): RpmNeed | undefined {
    const name = this.#word();
    if (name === '') return undefined;
    const [, operator = ''] = /^\s*([<=>]{1,2})\s/.exec(this.rest) ?? [];
    if (!COMPARISONS.has(operator)) return { name, operator: '', version: '' };
    this.#word();
    return { name, operator, version: this.#word() };
  }

  #take(sign: string): boolean {
    this.rest = this.rest.trimStart();
    if (!this.rest.startsWith(sign)) return false;
    this.rest = this.rest.slice(1);
    return true;
  }

  /** Up to a blank or the bracket that closes around it: names have brackets of their own, `perl(Carp)`. */
  #word(): string {
    this.rest = this.rest.trimStart();
    let open = 0;
    let end = 0;
    for (; end < this.rest.length; end++) {
      const c = this.rest.charAt(end);
      if (/\s/.test(c) || (c === ')' && open === 0)) break;
      if (c === '(') open++;
      if (c === ')') open--;
    }
    const word = this.rest.slice(0, end);
    this.rest = this.rest.slice(end);
    return word;
  }
}
