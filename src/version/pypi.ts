// Python versions: PyPA specifications, "Version specifiers" (PEP 440), "Summary of permitted suffixes and relative ordering".
import { type Pep440, pep440 } from './pep440.ts';
import { compareLegacyPypiVersions } from './pypi-legacy.ts';
import { compareNumbers, compareParts, comparePlain, digitsEnd, isDigit, isLetter } from './text.ts';

/**
 * The order that pip gives two versions. What PEP 440 does not know is before all that it knows, in the order that setuptools
 * gave to such. A local version is after the same without. Total over all strings.
 */
export function comparePypiVersions(a: string, b: string): number {
  if (a === b) return 0;
  const plain = comparePlain(a, b, 0);
  if (!Number.isNaN(plain)) return plain;
  const x = pep440(a);
  const y = pep440(b);
  if (x !== undefined && y !== undefined) return comparePep440(x, y);
  if (x === undefined && y === undefined) return compareLegacyPypiVersions(a, b);
  return x === undefined ? -1 : 1;
}

function comparePep440(x: Pep440, y: Pep440): number {
  return (
    compareNumbers(x.text, x.epoch, x.epochEnd, y.text, y.epoch, y.epochEnd) ||
    compareReleases(x, y) ||
    x.stage - y.stage ||
    compareNumbers(x.text, x.stageNumber, x.stageNumberEnd, y.text, y.stageNumber, y.stageNumberEnd) ||
    Number(x.post !== -1) - Number(y.post !== -1) ||
    compareNumbers(x.text, x.post, x.postEnd, y.text, y.post, y.postEnd) ||
    Number(x.dev === -1) - Number(y.dev === -1) ||
    compareNumbers(x.text, x.dev, x.devEnd, y.text, y.dev, y.devEnd) ||
    Number(x.local !== -1) - Number(y.local !== -1) ||
    compareLocals(x, y)
  );
}

/** Numbers in turn; one that is not there is 0. */
function compareReleases(x: Pep440, y: Pep440): number {
  let i = x.release;
  let j = y.release;
  while (i < x.releaseEnd || j < y.releaseEnd) {
    const iEnd = digitsEnd(x.text, i, x.releaseEnd);
    const jEnd = digitsEnd(y.text, j, y.releaseEnd);
    const order = compareNumbers(x.text, i, iEnd, y.text, j, jEnd);
    if (order !== 0) return order;
    i = iEnd + 1;
    j = jEnd + 1;
  }
  return 0;
}

/** Segments in turn: words before numbers, words of no case by code unit, fewer before more. */
function compareLocals(x: Pep440, y: Pep440): number {
  if (x.local === -1 || y.local === -1) return 0;
  const a = x.text.toLowerCase();
  const b = y.text.toLowerCase();
  let i = x.local;
  let j = y.local;
  while (i < a.length && j < b.length) {
    const iEnd = segmentEnd(a, i);
    const jEnd = segmentEnd(b, j);
    const aNumber = digitsEnd(a, i, iEnd) === iEnd;
    const bNumber = digitsEnd(b, j, jEnd) === jEnd;
    if (aNumber !== bNumber) return aNumber ? 1 : -1;
    const order = aNumber ? compareNumbers(a, i, iEnd, b, j, jEnd) : compareParts(a, i, iEnd, b, j, jEnd);
    if (order !== 0) return order;
    i = iEnd + 1;
    j = jEnd + 1;
  }
  return Number(i < a.length) - Number(j < b.length);
}

function segmentEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length && (isDigit(text.charCodeAt(i)) || isLetter(text.charCodeAt(i)))) i++;
  return i;
}
