// Regular expressions that cover a whole text in a time that grows with both alone, whatever they say: no backtracking.
import { Fault } from './faults.ts';

/** Most characters of an expression, and of a text that one may cover. */
export const LONGEST = 2000;
/** Most steps of a compiled expression: what `{m,n}` repeats counts as often. */
const MOST_STEPS = 5000;
const DEEPEST = 50;

/** A compiled expression. */
export interface Expression {
  readonly source: string;
  /** Whether it covers the whole text (or a part, for {@link parseSearch}); never true of texts of more than 2000 characters. */
  matches(text: string): boolean;
}

type IsMember = (character: string) => boolean;

type Node =
  | { readonly kind: 'one'; readonly isMember: IsMember }
  | { readonly kind: 'all'; readonly parts: readonly Node[] }
  | { readonly kind: 'any'; readonly ways: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number };

type Step =
  | { readonly kind: 'one'; readonly isMember: IsMember }
  | { readonly kind: 'split'; readonly to: number[] }
  | { readonly kind: 'end' };

/**
 * Compiles an expression as RE2 has them: characters, `.`, classes, `\d \w \s` and their contraries, groups, `|`, `* + ? {m,n}`,
 * with `^` and `$` at its ends without meaning, for it always covers the whole text. Nothing that looks around or back.
 * @throws Fault `expression/malformed`
 */
export function parseExpression(source: string): Expression {
  if (source.length > LONGEST) throw malformed(source, `it is longer than ${LONGEST} characters`);
  return compiled(new Parser(source).whole(), source);
}

/**
 * The same for an expression that is looked for in a text, as RE2's `matches` does: anywhere but where `^` begins or `$` ends it.
 * @throws Fault `expression/malformed`, also for `^` or `$` beside a `|` that stands in no group
 */
export function parseSearch(source: string): Expression {
  const { source: text } = parseExpression(source);
  const node = new Parser(text).whole();
  const begins = text.startsWith('^');
  const ends = /(?:^|[^\\])(?:\\\\)*\$$/.test(text);
  if (node.kind === 'any' && (begins || ends))
    throw malformed(source, 'it has ^ or $ beside a | that stands in no group');
  const anything: Node = { kind: 'repeat', node: { kind: 'one', isMember: () => true }, least: 0, most: Infinity };
  const parts = [...(begins ? [] : [anything]), node, ...(ends ? [] : [anything])];
  return compiled({ kind: 'all', parts }, source);
}

function compiled(node: Node, source: string): Expression {
  const steps: Step[] = [];
  compile(node, steps, source);
  steps.push({ kind: 'end' });
  return { source, matches: (text) => text.length <= LONGEST && run(steps, text) };
}

class Parser {
  readonly #source: string;
  readonly #text: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#text = Array.from(source);
  }

  whole(): Node {
    if (this.#peek() === '^') this.#at++;
    const node = this.#ways();
    if (this.#at < this.#text.length) throw this.#fault('a ) stands in it without a (');
    return node;
  }

  #ways(): Node {
    if (++this.#depth > DEEPEST) throw this.#fault('its groups nest too deep');
    const ways = [this.#parts()];
    while (this.#peek() === '|') {
      this.#at++;
      ways.push(this.#parts());
    }
    this.#depth--;
    return ways.length === 1 && ways[0] !== undefined ? ways[0] : { kind: 'any', ways };
  }

  #parts(): Node {
    const parts: Node[] = [];
    for (;;) {
      const c = this.#peek();
      if (c === undefined || c === '|' || c === ')') return { kind: 'all', parts };
      if (c === '$' && this.#at === this.#text.length - 1) {
        this.#at++;
        continue;
      }
      parts.push(this.#repeated(this.#atom()));
    }
  }

  #repeated(node: Node): Node {
    const c = this.#peek();
    const [least, most] =
      c === '*' ? [0, Infinity] : c === '+' ? [1, Infinity] : c === '?' ? [0, 1] : c === '{' ? this.#bounds() : [];
    if (least === undefined || most === undefined) return node;
    if (c !== '{') this.#at++;
    // A lazy quantifier covers the same texts.
    if (this.#peek() === '?') this.#at++;
    if (/^[*+?{]$/.test(this.#peek() ?? '')) throw this.#fault('a quantifier stands behind another');
    return { kind: 'repeat', node, least, most };
  }

  #bounds(): readonly [number, number] {
    const end = this.#text.indexOf('}', this.#at);
    const found = /^\{(\d{1,4})(,(\d{1,4})?)?\}$/.exec(this.#text.slice(this.#at, end + 1).join(''));
    if (found === null) throw this.#fault('a { in it begins no {m,n}');
    this.#at = end + 1;
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === undefined ? Infinity : Number(found[3]);
    if (most < least) throw this.#fault('a {m,n} in it has more at the least than at the most');
    return [least, most];
  }

  #atom(): Node {
    const c = this.#next();
    switch (c) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'one', isMember: this.#class() };
      case '.':
        return { kind: 'one', isMember: (one) => one !== '\n' };
      case '\\':
        return { kind: 'one', isMember: this.#escape() };
      case '*':
      case '+':
      case '?':
      case '{':
      case '^':
      case '$':
        throw this.#fault(`${c} stands where nothing is before or behind it; write \\${c} for the character`);
      default:
        return { kind: 'one', isMember: (one) => one === c };
    }
  }

  #group(): Node {
    if (this.#peek() === '?') {
      this.#at++;
      if (this.#next() !== ':') throw this.#fault('a group begins with (? and is none of (?:…)');
    }
    const node = this.#ways();
    if (this.#next() !== ')') throw this.#fault('a ( in it has no )');
    return node;
  }

  #class(): IsMember {
    const without = this.#peek() === '^';
    if (without) this.#at++;
    const members: IsMember[] = [];
    do {
      const first = this.#next();
      if (first === '[' && this.#peek() === ':') throw this.#fault('it names a class of characters, as [:alpha:]');
      if (first === '\\' && /^[dDwWsS]$/.test(this.#peek() ?? '')) {
        members.push(this.#escape());
        continue;
      }
      const from = first === '\\' ? this.#escaped() : first;
      if (this.#peek() === '-' && this.#text[this.#at + 1] !== ']' && this.#at + 1 < this.#text.length) {
        this.#at++;
        const last = this.#next();
        const to = last === '\\' ? this.#escaped() : last;
        if (codeOf(to) < codeOf(from)) throw this.#fault('a range in it ends before it begins');
        members.push((one) => codeOf(one) >= codeOf(from) && codeOf(one) <= codeOf(to));
      } else members.push((one) => one === from);
    } while (this.#peek() !== ']');
    this.#at++;
    return (one) => members.some((isMember) => isMember(one)) !== without;
  }

  #escape(): IsMember {
    const known = CLASSES[this.#peek() ?? ''];
    if (known !== undefined) {
      this.#at++;
      return (one) => known.test(one);
    }
    const c = this.#escaped();
    return (one) => one === c;
  }

  #escaped(): string {
    const c = this.#next();
    if (c === 'n') return '\n';
    if (c === 't') return '\t';
    if (/^[A-Za-z0-9]$/.test(c)) throw this.#fault(`\\${c} is not known`);
    return c;
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #next(): string {
    const c = this.#text[this.#at++];
    if (c === undefined) throw this.#fault('it ends too soon');
    return c;
  }

  #fault(problem: string): Fault {
    return malformed(this.#source, problem);
  }
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  d: /^[0-9]$/,
  D: /^[^0-9]$/u,
  w: /^[0-9A-Za-z_]$/,
  W: /^[^0-9A-Za-z_]$/u,
  s: /^[\t\n\f\r ]$/,
  S: /^[^\t\n\f\r ]$/u,
};

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** Appends the steps of a node (K. Thompson, Regular Expression Search Algorithm, 1968). */
function compile(node: Node, steps: Step[], source: string): void {
  if (steps.length > MOST_STEPS) throw malformed(source, 'it repeats too much');
  switch (node.kind) {
    case 'one':
      steps.push(node);
      return;
    case 'all':
      for (const part of node.parts) compile(part, steps, source);
      return;
    case 'any': {
      const split: Step = { kind: 'split', to: [] };
      steps.push(split);
      const ends: { to: number[] }[] = [];
      for (const way of node.ways) {
        split.to.push(steps.length);
        compile(way, steps, source);
        const end: Step = { kind: 'split', to: [] };
        ends.push(end);
        steps.push(end);
      }
      for (const end of ends) end.to.push(steps.length);
      return;
    }
    case 'repeat':
      compileRepeat(node, steps, source);
  }
}

function compileRepeat({ node, least, most }: Extract<Node, { kind: 'repeat' }>, steps: Step[], source: string): void {
  for (let i = 0; i < least; i++) compile(node, steps, source);
  if (most === Infinity) {
    const at = steps.length;
    const split: Step = { kind: 'split', to: [at + 1] };
    steps.push(split);
    compile(node, steps, source);
    steps.push({ kind: 'split', to: [at] });
    split.to.push(steps.length);
    return;
  }
  const splits: { to: number[] }[] = [];
  for (let i = least; i < most; i++) {
    const split: Step = { kind: 'split', to: [steps.length + 1] };
    splits.push(split);
    steps.push(split);
    compile(node, steps, source);
  }
  for (const split of splits) split.to.push(steps.length);
}

/** All ways at once: of each step it is known only whether one leads there. */
function run(steps: readonly Step[], text: string): boolean {
  let here = reach(steps, [0]);
  for (const character of text) {
    const next: number[] = [];
    for (const at of here) {
      const step = steps[at];
      if (step?.kind === 'one' && step.isMember(character)) next.push(at + 1);
    }
    if (next.length === 0) return false;
    here = reach(steps, next);
  }
  return here.has(steps.length - 1);
}

function reach(steps: readonly Step[], from: readonly number[]): Set<number> {
  const reached = new Set<number>();
  const open = [...from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const step = steps[at];
    if (step?.kind === 'split') open.push(...step.to);
  }
  return reached;
}

function malformed(source: string, problem: string): Fault {
  return new Fault(
    'expression/malformed',
    `The expression "${source.slice(0, 200)}" cannot be used: ${problem}.`,
    'Write a regular expression that covers the whole text; it may not look around or back.',
  );
}
