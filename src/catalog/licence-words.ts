// The words of a licence's text as numbers: what two copies of one licence have in common however they are set.

/** Bytes that are letters or digits, in lower case; 0 for all others, also outside ASCII. */
const LETTERS = Uint8Array.from({ length: 256 }, (_, c) =>
  (c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39) ? c : c >= 0x41 && c <= 0x5a ? c + 0x20 : 0,
);

/** How lines start that differ from copy to copy. */
const SKIPPED = /^(?:copyright\s*(?:[(<[{0-9\xa9\xc2]|year)|all rights reserved|https?:|c\) )/i;
const LONGEST_START = 24;

/**
 * A number for each three words that follow each other, each once. Signs, single letters, numbers of lists and lines of
 * copyright do not count.
 */
export function wordTriples(text: Uint8Array): Set<number> {
  const triples = new Set<number>();
  let [first, second] = [0, 0];
  for (const word of words(text)) {
    if (first !== 0) triples.add(tripleOf(first, second, word));
    first = second;
    second = word;
  }
  return triples;
}

function words(text: Uint8Array): readonly number[] {
  const found: number[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf(0x0a, start);
    const end = newline < 0 ? text.length : newline;
    if (!isSkipped(text, start, end)) addWords(found, text, start, end);
    start = end + 1;
  }
  return found;
}

function addWords(found: number[], text: Uint8Array, start: number, end: number): void {
  let hash = 0;
  let length = 0;
  let letters = 0;
  for (let at = start; at <= end; at++) {
    const c = at < end ? (LETTERS[text[at] ?? 0] ?? 0) : 0;
    if (c !== 0) {
      hash = Math.imul(hash ^ c, 0x01000193);
      length++;
      if (c >= 0x61) letters++;
    } else if (length > 0) {
      if (length > 1 && letters > 0) found.push(hash | 1);
      hash = 0;
      length = 0;
      letters = 0;
    }
  }
}

// `Copyright (c) 2015 …`, but not a line of a sentence that goes on with "copyright notice".
function isSkipped(text: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && LETTERS[text[at] ?? 0] === 0) at++;
  const line = Buffer.from(text.buffer, text.byteOffset + at, Math.min(end - at, LONGEST_START)).toString('latin1');
  return SKIPPED.test(line);
}

function tripleOf(a: number, b: number, c: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ b;
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ c;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
