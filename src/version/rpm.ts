// RPM versions: rpm-version(7), "Version comparison" (rpmvercmp).
import {
  CARET,
  COLON,
  codeAt,
  compareNumbers,
  compareParts,
  digitsEnd,
  HYPHEN,
  isDigit,
  isLetter,
  lettersEnd,
  TILDE,
} from './text.ts';

/**
 * The order that rpm gives two texts of the form `[epoch:]version[-release]`. No epoch is 0; a version without a release is
 * before the same version with any. Total over all strings.
 */
export function compareRpmVersions(a: string, b: string): number {
  if (a === b) return 0;
  const i = versionStart(a);
  const j = versionStart(b);
  if (i !== 0 || j !== 0) {
    const byEpoch = compareNumbers(a, 0, Math.max(i - 1, 0), b, 0, Math.max(j - 1, 0));
    if (byEpoch !== 0) return byEpoch;
  }
  const aEnd = versionEnd(a, i);
  const bEnd = versionEnd(b, j);
  const byVersion = compareSegments(a, i, aEnd, b, j, bEnd);
  if (byVersion !== 0) return byVersion;
  const aReleased = aEnd < a.length;
  if (aReleased !== bEnd < b.length) return aReleased ? 1 : -1;
  return compareSegments(a, aEnd + 1, a.length, b, bEnd + 1, b.length);
}

/** After the colon that ends an epoch of digits or an empty one, else 0. */
function versionStart(text: string): number {
  const end = digitsEnd(text, 0, text.length);
  return codeAt(text, end) === COLON ? end + 1 : 0;
}

/** At the last hyphen, else at the end. */
function versionEnd(text: string, start: number): number {
  for (let i = text.length - 1; i >= start; i--) if (text.charCodeAt(i) === HYPHEN) return i;
  return text.length;
}

/** Segments of digits or letters in turn; everything else only divides them, but for `~` and `^`. */
function compareSegments(a: string, aFrom: number, aTo: number, b: string, bFrom: number, bTo: number): number {
  let i = segmentStart(a, aFrom, aTo);
  let j = segmentStart(b, bFrom, bTo);
  while (i < aTo || j < bTo) {
    const x = i < aTo ? a.charCodeAt(i) : END;
    const y = j < bTo ? b.charCodeAt(j) : END;
    if (isMark(x) || isMark(y) || x === END || y === END) {
      if (x !== y) return markWeight(x) - markWeight(y);
      i++;
      j++;
    } else {
      const digits = isDigit(x);
      if (digits !== isDigit(y)) return digits ? 1 : -1;
      const iEnd = digits ? digitsEnd(a, i, aTo) : lettersEnd(a, i, aTo);
      const jEnd = digits ? digitsEnd(b, j, bTo) : lettersEnd(b, j, bTo);
      const order = digits ? compareNumbers(a, i, iEnd, b, j, jEnd) : compareParts(a, i, iEnd, b, j, jEnd);
      if (order !== 0) return order;
      i = iEnd;
      j = jEnd;
    }
    i = segmentStart(a, i, aTo);
    j = segmentStart(b, j, bTo);
  }
  return 0;
}

const END = -1;

function isMark(c: number): boolean {
  return c === TILDE || c === CARET;
}

/** `~` is before the end, the end before `^`, and that before any segment. */
function markWeight(c: number): number {
  if (c === TILDE) return -1;
  if (c === END) return 0;
  return c === CARET ? 1 : 2;
}

function segmentStart(text: string, from: number, to: number): number {
  let i = from;
  while (i < to && isDivider(text.charCodeAt(i))) i++;
  return i;
}

function isDivider(c: number): boolean {
  return !isDigit(c) && !isLetter(c) && !isMark(c);
}
