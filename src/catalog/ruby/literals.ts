// Ruby's text literals: "…", '…', %q<…>, %Q(…), %w[…] (Ruby's syntax, literals).

export interface Literal {
  readonly value: string;
  /** Where the text after it starts. */
  readonly end: number;
}

const CLOSERS: Readonly<Record<string, string>> = { '<': '>', '(': ')', '[': ']', '{': '}', '|': '|', '!': '!' };

/** The text literal that starts at a place; `undefined` where none does, it does not end or holds what is computed. */
export function literalAt(text: string, start: number): Literal | undefined {
  const quote = text[start];
  if (quote === '"' || quote === "'") return quoted(text, start + 1, quote, quote === '"');
  if (quote !== '%') return undefined;
  const kind = text[start + 1] ?? '';
  const bare = kind !== 'q' && kind !== 'Q';
  const opener = start + (bare ? 1 : 2);
  const closer = CLOSERS[text[opener] ?? ''];
  return closer === undefined ? undefined : quoted(text, opener + 1, closer, kind !== 'q');
}

/** All literals from a place to the end of the line, in order, of a list or of arguments. */
export function literalsIn(line: string, start: number): readonly string[] {
  const values: string[] = [];
  for (let at = start; at < line.length; ) {
    const words = /^%[wW]([<([{|!])/.exec(line.slice(at, at + 3));
    if (words !== null) {
      const end = line.indexOf(CLOSERS[words[1] ?? ''] ?? '', at + 3);
      if (end < 0) return values;
      values.push(
        ...line
          .slice(at + 3, end)
          .split(/\s+/)
          .filter((word) => word !== ''),
      );
      at = end + 1;
      continue;
    }
    const literal = literalAt(line, at);
    if (line[at] === '#') return values;
    if (literal !== undefined) values.push(literal.value);
    at = literal?.end ?? at + 1;
  }
  return values;
}

function quoted(text: string, start: number, closer: string, escapes: boolean): Literal | undefined {
  let value = '';
  for (let at = start; at < text.length; at++) {
    const c = text[at] ?? '';
    if (c === closer) return { value, end: at + 1 };
    if (escapes && c === '#' && text[at + 1] === '{') return undefined;
    if (c !== '\\') value += c;
    else {
      const escape = escapes ? escaped(text, at + 1) : { value: text[at + 1] ?? '', length: 1 };
      value += escape.value;
      at += escape.length;
    }
  }
  return undefined;
}

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', t: '\t', s: ' ', r: '\r', e: '\x1b', '0': '\0' };

function escaped(text: string, at: number): { value: string; length: number } {
  const unicode = /^u(?:([0-9A-Fa-f]{4})|\{([0-9A-Fa-f]{1,6})\})/.exec(text.slice(at, at + 9));
  if (unicode !== null) {
    const code = Number.parseInt(unicode[1] ?? unicode[2] ?? '', 16);
    return { value: code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD', length: unicode[0].length };
  }
  const c = text[at] ?? '';
  return { value: SIMPLE[c] ?? c, length: 1 };
}
