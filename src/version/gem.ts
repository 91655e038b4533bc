// RubyGems versions and requirements: Gem::Version and Gem::Requirement of RubyGems' reference.

import { compareLeading, comparePlain, HYPHEN, DOT, isDigit, isLetter, LONGEST_VERSION } from './text.ts';

/** Numbers without leading zeros as digits, and words, in turn. */
type Segments = readonly string[];

/** What is longer counts as its beginning. */
const LONGEST = LONGEST_VERSION;

/**
 * The order that RubyGems gives two versions: numbers by value, words before numbers, zeros at an end mean nothing:
 * `1.0` and `1` are equal, `1.0.a` is before `1.0`. Total over all strings.
 */
export function compareGemVersions(a: string, b: string): number {
  if (a === b) return 0;
  const leading = compareLeading(a, b);
  if (leading !== 0) return leading;
  const plain = comparePlain(a, b, 0);
  if (!Number.isNaN(plain)) return plain;
  return compareSegments(canonical(segmentsOf(a)), canonical(segmentsOf(b)));
}

/** Whether a text begins with a digit and has no characters but those of versions. */
export function isGemText(text: string): boolean {
  if (!isDigit(text.charCodeAt(0))) return false;
  for (let i = 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (!isDigit(c) && !isLetter(c) && c !== DOT && c !== HYPHEN) return false;
  }
  return true;
}

/** Whether a version has a word in it. */
export function isGemPrerelease(version: string): boolean {
  return /[a-z]/i.test(version.slice(0, LONGEST)) || version.includes('-');
}

/**
 * Whether a version satisfies all requirements of a list such as `>= 1.15.7`, `!= 1.16.0`, `~> 2.8`; a version without an
 * operator means itself. One that is none is satisfied by nothing.
 */
export function satisfiesGemRequirements(version: string, requirements: readonly string[]): boolean {
  return requirements.every((requirement) => satisfies(version, requirement));
}

function satisfies(version: string, requirement: string): boolean {
  const match = /^\s*(=|!=|>=|<=|~>|>|<)?\s*([0-9][0-9A-Za-z.-]*)\s*$/.exec(requirement.slice(0, LONGEST));
  if (match === null) return false;
  const [, operator = '=', wanted = ''] = match;
  const order = compareGemVersions(version, wanted);
  if (operator === '=') return order === 0;
  if (operator === '!=') return order !== 0;
  if (operator === '>') return order > 0;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  if (operator === '>=') return order >= 0;
  return order >= 0 && compareSegments(canonical(released(segmentsOf(version))), canonical(bumped(wanted))) < 0;
}

function segmentsOf(version: string): Segments {
  const parts =
    version
      .slice(0, LONGEST)
      .replaceAll('-', '.pre.')
      .match(/[0-9]+|[a-z]+/gi) ?? [];
  return parts.map((part) => (isNumber(part) ? part.replace(/^0+(?=.)/, '') : part));
}

/** Without the zeros at the end of the numbers before the first word, and at the end of the whole. */
function canonical(segments: Segments): Segments {
  const word = segments.findIndex((segment) => !isNumber(segment));
  if (word < 0) return withoutZeros(segments);
  return [...withoutZeros(segments.slice(0, word)), ...withoutZeros(segments.slice(word))];
}

function withoutZeros(segments: Segments): Segments {
  return segments.slice(0, segments.findLastIndex((segment) => segment !== '0') + 1);
}

/** Up to the first word. */
function released(segments: Segments): Segments {
  const word = segments.findIndex((segment) => !isNumber(segment));
  return word < 0 ? segments : segments.slice(0, word);
}

/** The first release that `~>` no longer allows: the last number left out, the one before it one higher. */
function bumped(version: string): Segments {
  const numbers = released(segmentsOf(version));
  const kept = numbers.length > 1 ? numbers.slice(0, -1) : numbers;
  return [...kept.slice(0, -1), String(BigInt(kept.at(-1) ?? '0') + 1n)];
}

function compareSegments(a: Segments, b: Segments): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = compareSegment(a[i] ?? '0', b[i] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

function compareSegment(a: string, b: string): number {
  if (a === b) return 0;
  const [aNumber, bNumber] = [isNumber(a), isNumber(b)];
  if (aNumber !== bNumber) return aNumber ? 1 : -1;
  if (aNumber && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}

function isNumber(segment: string): boolean {
  const c = segment.charCodeAt(0);
  return c >= 0x30 && c <= 0x39;
}
