// Versions of PHP packages: PHP's manual, "version_compare"; without the `v` that Composer leaves out.
import {
  codeAt,
  compareNumbers,
  digitsEnd,
  DOT,
  HYPHEN,
  isDigit,
  isLetter,
  lettersEnd,
  PLUS,
  UNDERSCORE,
} from './text.ts';

/** What a word begins with, and its weight; other words have -1. */
const WORDS: readonly (readonly [word: string, weight: number])[] = [
  ['dev', 0],
  ['a', 1],
  ['b', 2],
  ['RC', 3],
  ['rc', 3],
  ['#', 4],
  ['p', 5],
];
/** `#` stands for any number. */
const NUMBER = 4;
const HASH = 0x23;

/**
 * The order that PHP gives two versions: numbers by value, words by weight, `1.0` before `1.0.0`.
 * @returns `undefined` where one of them begins with neither a number nor a word
 */
export function comparePackagistVersions(a: string, b: string): number | undefined {
  const x = new PhpPart(a);
  const y = new PhpPart(b);
  if (!x.begins || !y.begins) return undefined;
  for (;;) {
    const xMore = x.next();
    const yMore = y.next();
    if (!xMore || !yMore) return xMore ? weighRest(x) : yMore ? -weighRest(y) : 0;
    const order = compareParts(x, y);
    if (order !== 0) return order;
  }
}

function compareParts(x: PhpPart, y: PhpPart): number {
  if (x.number && y.number) return compareNumbers(x.text, x.from, x.to, y.text, y.from, y.to);
  return weigh(x) - weigh(y);
}

/** What one version has more than the other: after it where a number comes, else as its word is to a number. */
function weighRest(part: PhpPart): number {
  do {
    if (part.number) return 1;
    const order = weigh(part) - NUMBER;
    if (order !== 0) return order;
  } while (part.next());
  return 0;
}

function weigh(part: PhpPart): number {
  if (part.number) return NUMBER;
  for (const [word, weight] of WORDS) {
    if (part.to - part.from >= word.length && part.text.startsWith(word, part.from)) return weight;
  }
  return -1;
}

/** A part of a version: a number or a word. It moves from part to part; a divider at the end is followed by an empty word. */
class PhpPart {
  readonly text: string;
  /** Whether the text begins with a number or a word. */
  readonly begins: boolean;
  from = 0;
  to: number;
  number = false;

  constructor(text: string) {
    this.text = text;
    this.to = (codeAt(text, 0) | 0x20) === 0x76 && isDigit(codeAt(text, 1)) ? 1 : 0;
    const c = codeAt(text, this.to);
    this.begins = isDigit(c) || isLetter(c) || c === HASH;
  }

  next(): boolean {
    if (this.to === this.text.length) return false;
    this.from = this.#partStart();
    const c = codeAt(this.text, this.from);
    this.number = isDigit(c);
    if (this.number) this.to = digitsEnd(this.text, this.from, this.text.length);
    else this.to = lettersEnd(this.text, Math.min(this.from + 1, this.text.length), this.text.length);
    return true;
  }

  /** Dividers are skipped; but what is no divider by name and follows a number begins a word. */
  #partStart(): number {
    let i = this.to;
    while (i < this.text.length && isDivider(this.text.charCodeAt(i), this.number && i === this.to)) i++;
    return i;
  }
}

function isDivider(c: number, afterNumber: boolean): boolean {
  if (c === DOT || c === HYPHEN || c === UNDERSCORE || c === PLUS) return true;
  return !afterNumber && !isDigit(c) && !isLetter(c) && c !== HASH;
}
