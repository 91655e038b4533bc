// Versions that are numbers and nothing else: R's package_version, Haskell's Package Versioning Policy.
import { compareNumbers, comparePlain, digitsEnd, DOT, HYPHEN } from './text.ts';

/**
 * R's order: numbers divided by a dot or a hyphen, in turn; of two that begin alike the shorter is before the longer, and so
 * `1.0` is before `1.0.0` (R's documentation, `?package_version`).
 * @returns `undefined` where one of them is no such version
 */
export function compareCranVersions(a: string, b: string): number | undefined {
  return compareDotted(a, b, HYPHEN);
}

/**
 * Haskell's order: numbers divided by dots, in turn; of two that begin alike the shorter is before the longer (Package
 * Versioning Policy, "Version numbers").
 * @returns `undefined` where one of them is no such version
 */
export function compareHackageVersions(a: string, b: string): number | undefined {
  return compareDotted(a, b, DOT);
}

function compareDotted(a: string, b: string, divider: number): number | undefined {
  const plain = comparePlain(a, b, -1);
  if (!Number.isNaN(plain)) return plain;
  if (!isDotted(a, divider) || !isDotted(b, divider)) return undefined;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const iEnd = digitsEnd(a, i, a.length);
    const jEnd = digitsEnd(b, j, b.length);
    const order = compareNumbers(a, i, iEnd, b, j, jEnd);
    if (order !== 0) return order;
    i = iEnd + 1;
    j = jEnd + 1;
  }
  return Number(i < a.length) - Number(j < b.length);
}

function isDotted(text: string, divider: number): boolean {
  let i = 0;
  for (;;) {
    const end = digitsEnd(text, i, text.length);
    if (end === i) return false;
    if (end === text.length) return true;
    const c = text.charCodeAt(end);
    if (c !== DOT && c !== divider) return false;
    i = end + 1;
  }
}
