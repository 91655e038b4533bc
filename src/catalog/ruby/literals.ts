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
  const opener = openerAt(text, start);
  return opener === undefined ? undefined : quoted(text, opener.end, opener.closer, text[start + 1] !== 'q');
}

function opensLiteral(text: string, at: number): boolean {
  return text[at] === '"' || text[at] === "'" || openerAt(text, at) !== undefined;
}

/** Of `%q<`, `%Q(`, `%[`: what closes it and where the text starts. */
function openerAt(text: string, start: number): { closer: string; end: number } | undefined {
  if (text[start] !== '%') return undefined;
  const kind = text[start + 1] ?? '';
  const opener = start + (kind === 'q' || kind === 'Q' ? 2 : 1);
  const closer = CLOSERS[text[opener] ?? ''];
  return closer === undefined ? undefined : { closer, end: opener + 1 };
}

/** The literals from a place to the end of the line, in order, of a list or of arguments; none after one that is computed or does not end. */
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
    if (line[at] === '#') return values;
    if (!opensLiteral(line, at)) {
      at += 1;
      continue;
    }
    const literal = literalAt(line, at);
    if (literal === undefined) return values;
    values.push(literal.value);
    at = literal.end;
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
