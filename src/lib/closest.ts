/** Edits (insert, delete, replace) that make one word the other; `limit + 1` where it takes more than `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
      const edits = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      next.push(edits);
      if (edits < least) least = edits;
    }
    if (least > limit) return limit + 1;
    row = next;
  }
  return row[b.length] ?? limit + 1;
}

/** Longest word for which neighbours are looked for. */
const LENGTH = 64;

/**
 * The words that a mistyped one may have meant, the closest first: at most `count` of those within two edits, or one
 * for words of up to four letters.
 */
export function closest(word: string, words: Iterable<string>, count = 3): string[] {
  if (word.length > LENGTH) return [];
  const limit = word.length > 4 ? 2 : 1;
  const found: { word: string; edits: number }[] = [];
  for (const candidate of words) {
    const edits = distance(word, candidate, limit);
    if (edits <= limit) found.push({ word: candidate, edits });
  }
  return found
    .sort((a, b) => a.edits - b.edits || (a.word < b.word ? -1 : 1))
    .slice(0, count)
    .map((item) => item.word);
}
