// The YAML of lock files as pnpm and yarn write it (YAML 1.2, block and flow collections with plain and quoted scalars). A whole
// YAML reader takes seconds for large ones. Anchors, aliases and tags, which neither writes, are refused.
import { brokenLock } from '../locked.ts';

/** Every scalar stays the text that it is: `1.10` is no number. */
export type LockValue = string | LockMap | readonly LockValue[];
export type LockMap = ReadonlyMap<string, LockValue>;

/** Deepest nesting that is read. */
const DEPTH = 30;

/**
 * The documents of a file; each is a mapping.
 * @throws Fault `lock/malformed`
 */
export function parseLockYaml(text: string, what: string): readonly LockMap[] {
  return new LockReader(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, what).documents();
}

/** The mapping below a key; an empty one where there is none. */
export function mapAt(map: LockMap | undefined, key: string): LockMap {
  const value = map?.get(key);
  return value instanceof Map ? value : NOTHING;
}

/** The text of a key. */
export function textAt(map: LockMap | undefined, key: string): string | undefined {
  const value = map?.get(key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The members of a mapping that are text. */
export function textsIn(map: LockMap): [string, string][] {
  return [...map].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

const NOTHING: LockMap = new Map();

interface Line {
  readonly indent: number;
  /** Where the text begins and ends. */
  readonly start: number;
  readonly end: number;
}

class LockReader {
  readonly #text: string;
  readonly #what: string;
  /** Where the next line begins. */
  #at = 0;
  #peeked: Line | undefined;

  constructor(text: string, what: string) {
    this.#text = text;
    this.#what = what;
  }

  documents(): LockMap[] {
    const documents: LockMap[] = [];
    for (let line = this.#peek(); line !== undefined; line = this.#peek()) {
      if (this.#isMark(line)) this.#take();
      else if (line.indent !== 0) throw this.#broken('is indented where a document begins');
      else documents.push(this.#map(0, 0));
    }
    return documents;
  }

  #map(indent: number, depth: number): LockMap {
    const map = new Map<string, LockValue>();
    for (let line = this.#peek(); line !== undefined && line.indent >= indent; line = this.#peek()) {
      if (line.indent > indent) throw this.#broken('has a line that is indented too far');
      if (indent === 0 && this.#isMark(line)) break;
      this.#take();
      const [key, at] = this.#text.startsWith('? ', line.start) ? this.#longKey(line) : this.#key(line);
      map.set(key, this.#valueAfter(at, this.#lineEnd(at), indent, depth));
    }
    return map;
  }

  /** `key:`; what follows it. */
  #key({ start, end }: Line): [string, number] {
    const quote = this.#text[start];
    if (quote === '"' || quote === "'") {
      const [key, after] = this.#quoted(start, end);
      if (this.#text[after] !== ':') throw this.#broken('has a key without a value');
      return [key, after + 1];
    }
    for (let at = this.#text.indexOf(':', start); at >= 0 && at < end; at = this.#text.indexOf(':', at + 1)) {
      if (at + 1 === end || this.#text[at + 1] === ' ') return [this.#plain(start, at), at + 1];
    }
    throw this.#broken('has a line that is neither a key nor an item');
  }

  /** `? key` and on the next line `: value` (YAML 1.2, 8.2.2): keys of more than 1,024 characters. */
  #longKey(line: Line): [string, number] {
    const key = this.#scalar(line.start + 2, line.end);
    const next = this.#peek();
    if (next === undefined || next.indent !== line.indent || this.#text[next.start] !== ':') {
      throw this.#broken('has a key without a value');
    }
    this.#take();
    const at = next.start + 1;
    const rest = this.#skipBlanks(at, next.end);
    // `: key: value` begins a mapping on the same line.
    if (rest < next.end && this.#opensMap(rest, next.end)) {
      this.#peeked = { indent: line.indent + (rest - next.start), start: rest, end: next.end };
      return [key, next.end];
    }
    return [key, at];
  }

  #valueAfter(at: number, end: number, indent: number, depth: number): LockValue {
    if (depth === DEPTH) throw this.#broken(`is nested deeper than ${DEPTH}`);
    const start = this.#skipBlanks(at, end);
    const first = this.#text[start];
    if (start < end && first !== '#') {
      if (first === '{' || first === '[') return this.#flowAt(start, depth);
      if (first === '|' || first === '>') return this.#skipDeeper(indent);
      return this.#scalar(start, end);
    }
    const next = this.#peek();
    if (next === undefined || next.indent < indent) return '';
    const item = this.#text[next.start] === '-' && this.#isBlank(next.start + 1);
    if (item) return this.#list(next.indent, depth + 1);
    if (next.indent === indent) return '';
    const opens = this.#text[next.start];
    if (opens === '{' || opens === '[') {
      this.#take();
      return this.#flowAt(next.start, depth);
    }
    return this.#map(next.indent, depth + 1);
  }

  #list(indent: number, depth: number): LockValue[] {
    const items: LockValue[] = [];
    for (let line = this.#peek(); line?.indent === indent; line = this.#peek()) {
      if (this.#text[line.start] !== '-' || !this.#isBlank(line.start + 1)) break;
      this.#take();
      const at = this.#skipBlanks(line.start + 1, line.end);
      const inner = { indent: indent + (at - line.start), start: at, end: line.end };
      const isList = this.#text[at] === '-' && this.#isBlank(at + 1);
      if (at === line.end || (!isList && !this.#opensMap(at, line.end))) {
        items.push(this.#valueAfter(at, line.end, indent, depth));
        continue;
      }
      if (depth >= DEPTH) throw this.#broken(`is nested deeper than ${DEPTH}`);
      this.#peeked = inner;
      items.push(isList ? this.#list(inner.indent, depth + 1) : this.#map(inner.indent, depth + 1));
    }
    return items;
  }

  /** Whether a text begins with `key:`. */
  #opensMap(start: number, end: number): boolean {
    const first = this.#text[start];
    if (first === '{' || first === '[') return false;
    if (first === '"' || first === "'") return this.#text[this.#quoted(start, end)[1]] === ':';
    return this.#text[end - 1] === ':' || this.#text.slice(start, end).includes(': ');
  }

  /** A flow collection, which may go on over lines (YAML 1.2, 7.4). */
  #flowAt(start: number, depth: number): LockValue {
    const [value, after] = this.#flow(start, depth);
    const end = this.#lineEnd(after);
    const rest = this.#skipBlanks(after, end);
    if (rest < end && this.#text[rest] !== '#') throw this.#broken('goes on after a bracket');
    this.#peeked = undefined;
    this.#at = end + 1;
    return value;
  }

  #flow(start: number, depth: number): [LockValue, number] {
    if (depth > DEPTH) throw this.#broken(`is nested deeper than ${DEPTH}`);
    const open = this.#text[start];
    if (open !== '{' && open !== '[') return this.#flowScalar(start);
    const map = new Map<string, LockValue>();
    const items: LockValue[] = [];
    const close = open === '{' ? '}' : ']';
    let at = this.#skipSpace(start + 1);
    while (this.#text[at] !== close) {
      const [first, after] = this.#flow(at, depth + 1);
      at = this.#skipSpace(after);
      if (open === '{') {
        if (typeof first !== 'string' || this.#text[at] !== ':') throw this.#broken('has a key without a value');
        const [value, then] = this.#flow(this.#skipSpace(at + 1), depth + 1);
        map.set(first, value);
        at = this.#skipSpace(then);
      } else items.push(first);
      if (this.#text[at] === ',') at = this.#skipSpace(at + 1);
      else if (this.#text[at] !== close) throw this.#broken('has a bracket that is not closed');
    }
    return [open === '{' ? map : items, at + 1];
  }

  #flowScalar(start: number): [string, number] {
    const first = this.#text[start];
    if (first === undefined) throw this.#broken('has a bracket that is not closed');
    if (first === '"' || first === "'") return this.#quoted(start, this.#text.length);
    let at = start;
    for (; at < this.#text.length; at++) {
      const c = this.#text.charCodeAt(at);
      // `,` `[` `]` `{` `}` and the line's end; a colon only before a blank
      if (c === 0x2c || c === 0x5b || c === 0x5d || c === 0x7b || c === 0x7d || c === 0x0a) break;
      if (c === 0x3a && this.#isBlank(at + 1)) break;
    }
    if (at === start) throw this.#broken('has an empty item');
    return [this.#plain(start, at), at];
  }

  #scalar(start: number, end: number): string {
    const first = this.#text[start];
    if (first === '"' || first === "'") return this.#quoted(start, end)[0];
    const comment = this.#text.slice(start, end).indexOf(' #');
    return this.#plain(start, comment < 0 ? end : start + comment);
  }

  #plain(start: number, end: number): string {
    const first = this.#text[start];
    if (first === '&' || first === '*' || first === '!') throw this.#broken('has an anchor, an alias or a tag');
    return this.#text.slice(start, end).trimEnd();
  }

  /** The text and where it ends. */
  #quoted(start: number, end: number): [string, number] {
    const quote = this.#text[start] ?? '';
    let close = this.#text.indexOf(quote, start + 1);
    if (quote === "'") {
      while (close >= 0 && this.#text[close + 1] === "'") close = this.#text.indexOf("'", close + 2);
    } else {
      for (let at = start + 1; at < end && this.#text[at] !== '"'; close = ++at) if (this.#text[at] === '\\') at++;
    }
    if (close < 0 || close >= end || this.#text[close] !== quote) throw this.#broken('has a quote that is not closed');
    const inner = this.#text.slice(start + 1, close);
    return [quote === "'" ? inner.replaceAll("''", "'") : this.#unescaped(inner), close + 1];
  }

  #unescaped(inner: string): string {
    if (!inner.includes('\\')) return inner;
    try {
      return String(JSON.parse(`"${inner}"`));
    } catch (cause) {
      throw this.#broken('has an escape that cannot be read', cause);
    }
  }

  /** A block scalar (YAML 1.2, 8.1): nothing that is asked for stands in one. */
  #skipDeeper(indent: number): string {
    for (let line = this.#peek(); line !== undefined && line.indent > indent; line = this.#peek()) this.#take();
    return '';
  }

  /** The next line that is neither blank nor a comment. */
  #peek(): Line | undefined {
    while (this.#peeked === undefined && this.#at < this.#text.length) {
      const end = this.#lineEnd(this.#at);
      const start = this.#skipBlanks(this.#at, end);
      if (start < end && this.#text[start] !== '#') this.#peeked = { indent: start - this.#at, start, end };
      else this.#at = end + 1;
    }
    return this.#peeked;
  }

  #take(): void {
    if (this.#peeked !== undefined) this.#at = Math.max(this.#at, this.#peeked.end + 1);
    this.#peeked = undefined;
  }

  #isMark({ indent, start, end }: Line): boolean {
    const text = indent === 0 && end - start >= 3 ? this.#text.slice(start, start + 3) : '';
    return text === '---' || text === '...';
  }

  #lineEnd(at: number): number {
    const end = this.#text.indexOf('\n', at);
    const last = end < 0 ? this.#text.length : end;
    return last > at && this.#text[last - 1] === '\r' ? last - 1 : last;
  }

  #skipBlanks(at: number, end: number): number {
    let to = at;
    while (to < end && this.#text[to] === ' ') to++;
    return to;
  }

  #skipSpace(at: number): number {
    let to = at;
    while (this.#isBlank(to) && to < this.#text.length) to++;
    return to;
  }

  #isBlank(at: number): boolean {
    const c = this.#text[at];
    return c === undefined || c === ' ' || c === '\n' || c === '\r' || c === '\t';
  }

  #broken(problem: string, cause?: unknown): Error {
    const line = this.#text.slice(0, Math.min(this.#at, 10_000_000)).split('\n').length;
    return brokenLock(this.#what, `${problem}, near line ${line}`, cause);
  }
}
