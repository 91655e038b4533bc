// Debian versions: deb-version(7), Debian Policy 5.6.12.
import { codeAt, COLON, HYPHEN, isDigit, isLetter, TILDE, ZERO } from './text.ts';

/** A version in its three parts. */
export interface DebVersion {
  /** Decimal digits; `0` where none is written. */
  readonly epoch: string;
  readonly upstream: string;
  /** Empty where none is written, which compares equal to `0`. */
  readonly revision: string;
}

const VALID = /^(?:[0-9]+:)?[0-9A-Za-z.+~:-]+$/;
/** Longest version that is read, in characters. */
const LENGTH = 1000;

/**
 * Splits a version: the epoch ends at the first colon, the revision starts after the last hyphen.
 * @returns `undefined` when the text is no version (empty, over 1000 characters, other characters, an empty
 * part, a colon without an epoch).
 */
export function parseDebVersion(text: string): DebVersion | undefined {
  if (text.length > LENGTH || !VALID.test(text)) return undefined;
  const start = epochEnd(text);
  const end = upstreamEnd(text, start);
  const upstream = text.slice(start, end);
  const revision = text.slice(end + 1);
  if (upstream === '' || (end < text.length && revision === '')) return undefined;
  if (start === 0 && upstream.includes(':')) return undefined;
  return { epoch: start === 0 ? '0' : text.slice(0, start - 1), upstream, revision };
}

/**
 * The order that dpkg gives two versions: negative, zero or positive. Zero does not mean the same text: `1.0` and
 * `0:1.0-0` are equal. Total over all strings, so that a malformed version sorts somewhere and always there.
 */
export function compareDebVersions(a: string, b: string): number {
  if (a === b) return 0;
  const aStart = epochEnd(a);
  const bStart = epochEnd(b);
  if (aStart !== 0 || bStart !== 0) {
    const byEpoch = comparePart(a, 0, Math.max(aStart - 1, 0), b, 0, Math.max(bStart - 1, 0));
    if (byEpoch !== 0) return byEpoch;
  }
  return compareDebVersionsWithoutEpoch(a, aStart, b, bStart);
}

/** The order of two versions from a place on: the upstream version up to the last hyphen, then the revision. */
export function compareDebVersionsWithoutEpoch(a: string, aStart: number, b: string, bStart: number): number {
  const aEnd = upstreamEnd(a, aStart);
  const bEnd = upstreamEnd(b, bStart);
  return comparePart(a, aStart, aEnd, b, bStart, bEnd) || comparePart(a, aEnd + 1, a.length, b, bEnd + 1, b.length);
}

/** Whether a text begins as a version does, its upstream part with a digit (Debian Policy 5.6.12, deb-version(7)). */
export function isDebText(text: string): boolean {
  return isDigit(codeAt(text, epochEnd(text)));
}

/** Where the upstream version starts: after the colon that ends a decimal epoch, else 0. */
function epochEnd(text: string): number {
  let i = 0;
  while (i < text.length && isDigit(text.charCodeAt(i))) i++;
  return i > 0 && text.charCodeAt(i) === COLON ? i + 1 : 0;
}

/** Where the upstream version ends: at the last hyphen, else at the end of the text. */
function upstreamEnd(text: string, start: number): number {
  for (let i = text.length - 1; i >= start; i--) if (text.charCodeAt(i) === HYPHEN) return i;
  return text.length;
}

/** The weight of a character outside numbers: `~` before the end, the end before letters, letters before all others. */
function weight(text: string, at: number, end: number): number {
  if (at >= end) return 0;
  const c = text.charCodeAt(at);
  if (isDigit(c)) return 0;
  if (isLetter(c)) return c;
  return c === TILDE ? -1 : c + 0x10000;
}

/** Compares two parts: alternately what is not a number by weight, and numbers by value, of any length. */
function comparePart(a: string, ai: number, aEnd: number, b: string, bi: number, bEnd: number): number {
  let i = ai;
  let j = bi;
  while (i < aEnd && j < bEnd && a.charCodeAt(i) === b.charCodeAt(j)) {
    i++;
    j++;
  }
  // A number that is not the same to its end is compared from its start.
  while (i > ai && isDigit(a.charCodeAt(i - 1))) {
    i--;
    j--;
  }
  while (i < aEnd || j < bEnd) {
    while ((i < aEnd && !isDigit(a.charCodeAt(i))) || (j < bEnd && !isDigit(b.charCodeAt(j)))) {
      const difference = weight(a, i, aEnd) - weight(b, j, bEnd);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    while (i < aEnd && a.charCodeAt(i) === ZERO) i++;
    while (j < bEnd && b.charCodeAt(j) === ZERO) j++;
    let first = 0;
    while (i < aEnd && j < bEnd && isDigit(a.charCodeAt(i)) && isDigit(b.charCodeAt(j))) {
      if (first === 0) first = a.charCodeAt(i) - b.charCodeAt(j);
      i++;
      j++;
    }
    if (i < aEnd && isDigit(a.charCodeAt(i))) return 1;
    if (j < bEnd && isDigit(b.charCodeAt(j))) return -1;
    if (first !== 0) return first;
  }
  return 0;
}
