// Alpine's versions: apk-package(5), "pkgver": number{.number}…{letter}{_suffix{number}}…{~hash}{-r#}.
import {
  codeAt,
  compareNumbers,
  compareParts,
  digitsEnd,
  DOT,
  HYPHEN,
  isDigit,
  isLower,
  TILDE,
  UNDERSCORE,
  ZERO,
} from './text.ts';

/** Kinds of tokens, so that of two that differ the earlier kind is in the later version; `wrong` reads no further. */
const FIRST = 0;
const NUMBER = 1;
const LETTER = 2;
const SUFFIX = 3;
const SUFFIX_NUMBER = 4;
const HASH = 5;
const REVISION = 6;
const END = 7;
const WRONG = 8;

const SUFFIXES: readonly string[] = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];
const RELEASE = SUFFIXES.indexOf('');

/**
 * The order that apk gives two versions. What is malformed counts up to where it is, as apk-tools 2 reads it: before the
 * same beginning without more.
 * @returns `undefined` for what does not begin as a version does: neither a number, a dot nor one letter alone
 */
export function compareApkVersions(a: string, b: string): number | undefined {
  const x = new ApkToken(a);
  const y = new ApkToken(b);
  if (x.kind === WRONG || y.kind === WRONG) return undefined;
  while (x.kind === y.kind && x.kind < END) {
    const order = compareTokens(x, y);
    if (order !== 0) return order;
    x.next();
    y.next();
  }
  if (x.kind === y.kind) return 0;
  if (x.kind === SUFFIX && x.suffix < RELEASE) return -1;
  if (y.kind === SUFFIX && y.suffix < RELEASE) return 1;
  return y.kind - x.kind;
}

/** A place in a version that moves from token to token. */
class ApkToken {
  readonly text: string;
  kind = FIRST;
  from = 0;
  to: number;
  /** The suffix's place in their order. */
  suffix = 0;

  constructor(text: string) {
    this.text = text;
    this.to = digitsEnd(text, 0, text.length);
    if (this.to === 0 && !beginsWithoutNumber(text)) this.kind = WRONG;
  }

  next(): void {
    const c = codeAt(this.text, this.to);
    const after = this.kind;
    this.from = this.to + 1;
    if (c === -1) this.kind = END;
    else if (c === DOT && after <= NUMBER) this.#number(NUMBER);
    else if (isDigit(c) && (after === LETTER || after === SUFFIX)) {
      this.from--;
      this.#number(after === LETTER ? NUMBER : SUFFIX_NUMBER);
    } else if (isLower(c) && after <= NUMBER) {
      this.from--;
      this.to++;
      this.kind = LETTER;
    } else if (c === UNDERSCORE && after <= SUFFIX_NUMBER) this.#suffix();
    else if (c === TILDE && after < HASH) this.#hash();
    else if (c === HYPHEN && after < REVISION) this.#revision();
    else this.kind = WRONG;
  }

  #number(kind: number): void {
    this.to = digitsEnd(this.text, this.from, this.text.length);
    this.kind = this.to === this.from ? WRONG : kind;
  }

  #suffix(): void {
    let end = this.from;
    while (isLower(codeAt(this.text, end))) end++;
    const length = end - this.from;
    this.suffix = SUFFIXES.findIndex((word) => word.length === length && this.text.startsWith(word, this.from));
    this.to = end;
    this.kind = length === 0 || this.suffix === -1 ? WRONG : SUFFIX;
  }

  #hash(): void {
    let end = this.from;
    while (isHexadecimal(codeAt(this.text, end))) end++;
    this.to = end;
    this.kind = end === this.from ? WRONG : HASH;
  }

  /** `-r` without a number is `-r0`, where no word follows. */
  #revision(): void {
    this.from++;
    this.to = digitsEnd(this.text, this.from, this.text.length);
    const bare = this.to === this.from && isLower(codeAt(this.text, this.to));
    this.kind = codeAt(this.text, this.from - 1) !== 0x72 || bare ? WRONG : REVISION;
  }
}

function beginsWithoutNumber(text: string): boolean {
  const c = codeAt(text, 0);
  return c === DOT || (isLower(c) && text.length === 1);
}

function compareTokens(x: ApkToken, y: ApkToken): number {
  if (x.kind === SUFFIX) return x.suffix - y.suffix;
  const asText = x.kind === LETTER || x.kind === HASH || (x.kind === NUMBER && (isZeroed(x) || isZeroed(y)));
  return (asText ? compareParts : compareNumbers)(x.text, x.from, x.to, y.text, y.from, y.to);
}

/** Numbers after the first are compared as text where either begins with a zero. */
function isZeroed(token: ApkToken): boolean {
  return token.text.charCodeAt(token.from) === ZERO;
}

function isHexadecimal(c: number): boolean {
  return isDigit(c) || (c >= 0x61 && c <= 0x66);
}
