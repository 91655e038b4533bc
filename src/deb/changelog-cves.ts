// Which vulnerabilities a changelog says that a version fixes.
import { compareDebVersions } from '../version/deb.ts';
import type { ChangelogEntry } from './changelog.ts';

/** A vulnerability that an entry names. */
export interface ChangelogFix {
  /** `CVE-2024-3094` */
  readonly id: string;
  /** The lowest version that has all that the changelog says of it. */
  readonly version: string;
  /** When that version was made, seconds since 1970. */
  readonly date: number | undefined;
  /** The item that names it in that entry, as one line of at most 300 characters. */
  readonly item: string;
}

/** Most fixes that are taken of one changelog. */
const FIXES = 100_000;
const ITEM = 300;

/** The form in which nearly all are written. */
const PLAIN = /CVE-\d{4}-\d{4,}/g;
/**
 * Others: any case, `CVE 2024-1234`, `CVE_2024_1234`, the number on the next line, CAN- for candidates of before 2005, and
 * what continues a year's number: `CVE-2024-1234/1235`, `CVE-2024-1234, -1235`, `CVE-2024-{1234,1235}`.
 */
const ANY =
  /\b(?:CVE[-_ ](?=(?:19|20)\d\d)|CAN-(?=1999|200[0-5]))(\d{4})[-_](?:\n {2,20})?(?:(\d{4,7})(?!\d)|\{([\d, ]{4,200})\})/gi;
const FURTHER = /(?:\/-?|(?:,| and|, and|,? &)\s{1,20}-)(\d{4,7})(?![-\w.{])/y;

/**
 * The vulnerabilities that a source package's changelog names, the newest entries' first. The entry that named one last
 * counts, as a fix may have come in several steps. A version has what its own entry and those below it say: what `1.2-1`
 * fixed is fixed in `1.2-1~deb13u1` too where that stands above it. So a fix's version is the lowest from the top down to its
 * entry. Entries of other sources (from before it was renamed, or of what it is a branch of) count like its own; what stands
 * above its first own one is not its history.
 * @param source the package whose changelog it is
 */
export function changelogFixes(entries: readonly ChangelogEntry[], source: string): Map<string, ChangelogFix> {
  const fixes = new Map<string, ChangelogFix>();
  let lowest: ChangelogEntry | undefined;
  for (const entry of entries) {
    if (lowest === undefined && entry.source !== source) continue;
    if (lowest === undefined || compareDebVersions(entry.version, lowest.version) < 0) lowest = entry;
    const { version, date } = lowest;
    const text = entry.lines.join('\n');
    for (const [id, at] of namedCves(text)) {
      if (fixes.has(id)) continue;
      if (fixes.size === FIXES) return fixes;
      fixes.set(id, { id, version, date, item: itemAt(text, at) });
    }
  }
  return fixes;
}

/** The ids that a text names, each with where it first does, in the text's order of spellings: plain ones first. */
export function namedCves(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const match of text.matchAll(PLAIN)) note(found, match[0], match.index);
  for (const match of text.matchAll(ANY)) {
    const [whole, year, number, several] = match;
    const numbers = number === undefined ? (several ?? '').split(/[, ]+/) : [number];
    for (const each of numbers) if (/^\d{4,7}$/.test(each)) note(found, `CVE-${year}-${each}`, match.index);
    let at = match.index + whole.length;
    for (;;) {
      FURTHER.lastIndex = at;
      const further = FURTHER.exec(text);
      if (further === null) break;
      note(found, `CVE-${year}-${further[1]}`, match.index);
      at = FURTHER.lastIndex;
    }
  }
  return found;
}

function note(found: Map<string, number>, id: string, at: number): void {
  if (!found.has(id)) found.set(id, at);
}

/** The item of a list that holds a place of the text: from the line that opens it to the next. */
function itemAt(text: string, at: number): string {
  const floor = Math.max(0, at - 2 * ITEM);
  let start = text.lastIndexOf('\n', at) + 1;
  while (start > floor && !/^\s*[*+-] /.test(text.slice(start, start + 40))) {
    const before = text.lastIndexOf('\n', start - 2) + 1;
    if (text.slice(before, start).trim() === '') break;
    start = before;
  }
  const lines = text.slice(start, at + 2 * ITEM).split('\n');
  const next = lines.findIndex((line, i) => i > 0 && /^\s*(?:[*+-] |\[|$)/.test(line));
  const item = lines.slice(0, next < 0 ? lines.length : next).join(' ');
  return shortened(
    item
      .replace(/^\s*[*+-] /, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

function shortened(text: string): string {
  return text.length <= ITEM ? text : `${text.slice(0, ITEM - 1).trimEnd()}…`;
}
