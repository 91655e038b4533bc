// What all orders of versions stand on: kinds of characters, numbers of any length, the plain `1.2.3`.

/** Longest version that has a place in an order, in characters. */
export const LONGEST_VERSION = 1024;

export const ZERO = 0x30;
export const NINE = 0x39;
export const DOT = 0x2e;
export const HYPHEN = 0x2d;
export const PLUS = 0x2b;
export const COLON = 0x3a;
export const UNDERSCORE = 0x5f;
export const CARET = 0x5e;
export const TILDE = 0x7e;

/** ASCII digits only. */
export function isDigit(c: number): boolean {
  return c >= ZERO && c <= NINE;
}

/** ASCII letters only, of both cases. */
export function isLetter(c: number): boolean {
  return isLower(c | 0x20);
}

export function isLower(c: number): boolean {
  return c >= 0x61 && c <= 0x7a;
}

/** The character's code; -1 after the end. */
export function codeAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : -1;
}

/** Where the digits that start at a place end; the place itself where there are none. */
export function digitsEnd(text: string, from: number, to: number): number {
  let i = from;
  while (i < to && isDigit(text.charCodeAt(i))) i++;
  return i;
}

/** Where the letters that start at a place end; the place itself where there are none. */
export function lettersEnd(text: string, from: number, to: number): number {
  let i = from;
  while (i < to && isLetter(text.charCodeAt(i))) i++;
  return i;
}

/** Compares runs of decimal digits by value, of any length; an empty run is zero. Negative, 0 or positive. */
export function compareNumbers(a: string, aFrom: number, aTo: number, b: string, bFrom: number, bTo: number): number {
  let i = aFrom;
  let j = bFrom;
  while (i < aTo && a.charCodeAt(i) === ZERO) i++;
  while (j < bTo && b.charCodeAt(j) === ZERO) j++;
  const longer = aTo - i - (bTo - j);
  if (longer !== 0) return longer;
  while (i < aTo && a.charCodeAt(i) === b.charCodeAt(j)) {
    i++;
    j++;
  }
  return i < aTo ? a.charCodeAt(i) - b.charCodeAt(j) : 0;
}

/** Compares parts of texts by code unit; what is the beginning of the other is before it. */
export function compareParts(a: string, aFrom: number, aTo: number, b: string, bFrom: number, bTo: number): number {
  const shorter = Math.min(aTo - aFrom, bTo - bFrom);
  for (let k = 0; k < shorter; k++) {
    const difference = a.charCodeAt(aFrom + k) - b.charCodeAt(bFrom + k);
    if (difference !== 0) return difference;
  }
  return aTo - aFrom - (bTo - bFrom);
}

/**
 * Compares two plain versions by their numbers in turn: numbers divided by single dots and nothing else, as nearly all are.
 * @param missing what stands for a number that only the other has: 0 makes `1` and `1.0` the same, -1 the shorter the earlier
 * @returns NaN where one of them is not plain
 */
export function comparePlain(a: string, b: string, missing: 0 | -1): number {
  let i = 0;
  let j = 0;
  let order = 0;
  while (i <= a.length || j <= b.length) {
    const iEnd = plainEnd(a, i);
    const jEnd = plainEnd(b, j);
    if (iEnd === -1 || jEnd === -1) return NaN;
    if (order === 0) {
      order = compareNumbers(a, i, iEnd, b, j, jEnd);
      if (order === 0 && missing === -1) order = Number(i <= a.length) - Number(j <= b.length);
    }
    i = iEnd + 1;
    j = jEnd + 1;
  }
  return order;
}

/** Where the number ends that is followed by a dot or the end, -1 where none is; after the end the place itself. */
function plainEnd(text: string, from: number): number {
  if (from > text.length) return from;
  const end = digitsEnd(text, from, text.length);
  return end > from && (end === text.length || text.charCodeAt(end) === DOT) ? end : -1;
}

/**
 * Compares two texts that begin with numbers and single dots, as far as both do.
 * @returns the difference of the first numbers that differ; 0 where none does, which tells nothing of what follows
 */
export function compareLeading(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (isDigit(codeAt(a, i)) && isDigit(codeAt(b, j))) {
    const iEnd = digitsEnd(a, i, a.length);
    const jEnd = digitsEnd(b, j, b.length);
    const order = compareNumbers(a, i, iEnd, b, j, jEnd);
    if (order !== 0) return order;
    if (codeAt(a, iEnd) !== DOT || codeAt(b, jEnd) !== DOT) return 0;
    i = iEnd + 1;
    j = jEnd + 1;
  }
  return 0;
}
