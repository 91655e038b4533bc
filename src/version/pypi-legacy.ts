// Python versions from before PEP 440: the order of setuptools' parse_version, which packaging kept as LegacyVersion until 21.
import { compareStrings } from '../lib/bytes.ts';

const WORDS: ReadonlyMap<string, string> = new Map([
  ['pre', 'c'],
  ['preview', 'c'],
  ['rc', 'c'],
  ['-', 'final-'],
  ['dev', '@'],
]);

/** Compares two texts that are no versions of PEP 440, as setuptools did. Total over all strings. */
export function compareLegacyPypiVersions(a: string, b: string): number {
  const x = keyOf(a);
  const y = keyOf(b);
  for (let i = 0; i < x.length && i < y.length; i++) {
    const order = compareStrings(x[i] ?? '', y[i] ?? '');
    if (order !== 0) return order;
  }
  return x.length - y.length;
}

/** Numbers in eight digits and words after `*`, without what means nothing before a word: zeros, and hyphens before a prerelease. */
function keyOf(version: string): readonly string[] {
  const key: string[] = [];
  for (const part of version.toLowerCase().match(/[0-9]+|[a-z]+|-|[^0-9a-z.-]+/g) ?? []) {
    if (/^[0-9]/.test(part)) key.push(part.padStart(8, '0'));
    else addWord(key, `*${WORDS.get(part) ?? part}`);
  }
  addWord(key, '*final');
  return key;
}

function addWord(key: string[], word: string): void {
  if (word < '*final') while (key.at(-1) === '*final-') key.pop();
  while (key.at(-1) === '00000000') key.pop();
  key.push(word);
}
