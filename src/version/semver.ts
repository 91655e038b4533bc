// Semantic versions: semver.org 2.0.0, section 11; and what is commonly written beside it.
import {
  codeAt,
  compareNumbers,
  comparePlain,
  compareParts,
  digitsEnd,
  DOT,
  HYPHEN,
  isDigit,
  isLetter,
  PLUS,
} from './text.ts';

/** Where the parts of a version lie in its text. Without a prerelease or a build its place is empty. */
export interface SemverParts {
  readonly core: number;
  readonly coreEnd: number;
  readonly prerelease: number;
  readonly prereleaseEnd: number;
  readonly build: number;
}

/**
 * The order of two semantic versions; build metadata count for nothing. A `v` or `=` before them is skipped; one or two
 * numbers stand for three, and further numbers are compared as well; letters straight after the numbers are a prerelease
 * (`1.2.3rc1`), as node-semver reads them loosely.
 * @returns `undefined` where one of them is no such version
 */
export function compareSemverVersions(a: string, b: string): number | undefined {
  const plain = comparePlain(a, b, 0);
  if (!Number.isNaN(plain)) return plain;
  const x = semverParts(a);
  const y = semverParts(b);
  if (x === undefined || y === undefined) return undefined;
  return compareCores(a, x, b, y) || comparePrereleases(a, x, b, y);
}

/** Section 2, 9 and 10, read loosely as said above. `undefined`: no version. */
export function semverParts(text: string): SemverParts | undefined {
  let core = 0;
  while (isPrefix(codeAt(text, core))) core++;
  let coreEnd = digitsEnd(text, core, text.length);
  if (coreEnd === core) return undefined;
  while (codeAt(text, coreEnd) === DOT) {
    const end = digitsEnd(text, coreEnd + 1, text.length);
    if (end === coreEnd + 1) return undefined;
    coreEnd = end;
  }
  const hyphen = codeAt(text, coreEnd) === HYPHEN;
  const prerelease = hyphen ? coreEnd + 1 : coreEnd;
  const prereleaseEnd = identifiersEnd(text, prerelease);
  if (prereleaseEnd === undefined || (hyphen && prereleaseEnd === prerelease)) return undefined;
  if (prereleaseEnd === text.length) return { core, coreEnd, prerelease, prereleaseEnd, build: prereleaseEnd };
  const good = codeAt(text, prereleaseEnd) === PLUS && isBuild(text, prereleaseEnd + 1);
  return good ? { core, coreEnd, prerelease, prereleaseEnd, build: prereleaseEnd + 1 } : undefined;
}

/** Numbers in turn; one that is not there is 0. */
export function compareCores(a: string, x: SemverParts, b: string, y: SemverParts): number {
  let i = x.core;
  let j = y.core;
  while (i < x.coreEnd || j < y.coreEnd) {
    const iEnd = digitsEnd(a, i, x.coreEnd);
    const jEnd = digitsEnd(b, j, y.coreEnd);
    const order = compareNumbers(a, i, Math.max(i, iEnd), b, j, Math.max(j, jEnd));
    if (order !== 0) return order;
    i = iEnd + 1;
    j = jEnd + 1;
  }
  return 0;
}

/** Section 11.3 and 11.4: a release is after its prereleases. */
export function comparePrereleases(a: string, x: SemverParts, b: string, y: SemverParts): number {
  const release = Number(x.prerelease === x.prereleaseEnd) - Number(y.prerelease === y.prereleaseEnd);
  if (release !== 0) return release;
  return compareIdentifiers(a, x.prerelease, x.prereleaseEnd, b, y.prerelease, y.prereleaseEnd);
}

/** Identifiers divided by dots: numbers by value and before words, words by code unit, fewer before more. */
export function compareIdentifiers(
  a: string,
  aFrom: number,
  aTo: number,
  b: string,
  bFrom: number,
  bTo: number,
): number {
  let i = aFrom;
  let j = bFrom;
  while (i < aTo && j < bTo) {
    const iEnd = identifierEnd(a, i, aTo);
    const jEnd = identifierEnd(b, j, bTo);
    const aNumber = digitsEnd(a, i, iEnd) === iEnd;
    const bNumber = digitsEnd(b, j, jEnd) === jEnd;
    if (aNumber !== bNumber) return aNumber ? -1 : 1;
    const order = (aNumber ? compareNumbers : compareParts)(a, i, iEnd, b, j, jEnd);
    if (order !== 0) return order;
    i = iEnd + 1;
    j = jEnd + 1;
  }
  return Number(i < aTo) - Number(j < bTo);
}

function identifierEnd(text: string, from: number, to: number): number {
  let i = from;
  while (i < to && text.charCodeAt(i) !== DOT) i++;
  return i;
}

/** Where identifiers end that are not empty; `undefined` where one is. */
function identifiersEnd(text: string, from: number): number | undefined {
  let i = from;
  let start = from;
  for (; ; i++) {
    const c = codeAt(text, i);
    if (isDigit(c) || isLetter(c) || c === HYPHEN) continue;
    if (i === start && i > from) return undefined;
    if (c !== DOT) return i;
    if (i === start) return undefined;
    start = i + 1;
  }
}

/** Any printable text of ASCII, which is more than section 10 allows. */
function isBuild(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c <= 0x20 || c >= 0x7f) return false;
  }
  return true;
}

function isPrefix(c: number): boolean {
  return (c | 0x20) === 0x76 || c === 0x3d;
}
