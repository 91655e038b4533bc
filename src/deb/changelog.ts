// Debian changelogs: deb-changelog(5), Debian Policy 4.4, and what dpkg-parsechangelog puts up with beyond them.
import { Fault } from '../lib/faults.ts';
import { parseDebVersion } from '../version/deb.ts';

export interface ChangelogEntry {
  /** The source package that the entry's heading names; older ones may name another (renamed, forked). */
  readonly source: string;
  readonly version: string;
  /** When it was made, seconds since 1970; `undefined` where its last line has no readable date. */
  readonly date: number | undefined;
  /** The lines between heading and last line, as they stand. */
  readonly lines: readonly string[];
}

/** Most entries of one changelog; the longest of Debian have some 2,000. */
const ENTRIES = 50_000;
/** Longest line that is looked at, in characters; of longer ones the rest is passed over. */
const LINE = 20_000;

const HEADING = /^(\w[-+0-9a-z.]*) \(([^() \t]+)\)(?:\s+[-+0-9a-z.]+)+;/i;
/** What follows the maintainer's address in an entry's last line. */
const DATE =
  /^ {1,2}(?:\w+,\s*)?(\d{1,2})\s+(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s+(\d{4})\s+(\d{1,2}):(\d\d):(\d\d)\s+([-+])(\d\d)(\d\d)\s*$/;
/** Editors' settings at a file's end: nothing after them is read. */
const SETTINGS = /^(?:(?:;;\s*)?local variables:|vim:)/i;
/** Headings of before 1996, of other packages' history, or a lone word: what follows is in no known form. */
const ANCIENT = [
  /^\w+ +\w+ +\d{1,2} \d{1,2}:\d{1,2}:\d{1,2} +[\w ]{0,40}\d{4} .*[<(]/,
  /^\w+ +\w+ +\d{1,2},? *\d{4} .*[<(]/,
  /^\w[-+0-9a-z.]* \([^() \t]+\);?/i,
  /^(?:Changes from version .* to |Changes for [\w.+-]+:?\s*$|Old Changelog:\s*$)/i,
  /^(?:\d+:)?\w[\w.+~-]*:?\s*$/,
];

/**
 * Reads a changelog's entries, the newest first, as the file has them. Comments, blank lines, editors' settings, and what
 * follows a heading of an ancient form are passed over. Changes that stand where a heading is missing, or whose heading
 * has no valid version, belong to the entry above them: it has them too.
 * @param text bounded by the caller
 * @throws Fault `deb/malformed-changelog`: no entry in it, or more than 50,000
 */
export function readChangelog(text: string): ChangelogEntry[] {
  const entries: Entry[] = [];
  for (const line of linesOf(text)) {
    const first = line.charCodeAt(0);
    // Most lines are indented: only the last one of an entry begins with a single blank and two hyphens.
    if (first === SPACE || first === TAB || line === '') {
      const entry = entries.at(-1);
      if (line.startsWith(' --')) closeEntry(entry, line);
      else entry?.lines.push(line);
      continue;
    }
    const [, source, version = ''] = HEADING.exec(line) ?? [];
    if (source !== undefined) {
      if (parseDebVersion(version) === undefined) continue;
      if (entries.length === ENTRIES) throw malformed(`it has more than ${ENTRIES} entries`);
      entries.push({ source, version, date: undefined, lines: [] });
    } else if (SETTINGS.test(line) || isAncient(line)) break;
  }
  if (entries.length === 0) throw malformed('it has no entry');
  return entries;
}

type Entry = { -readonly [K in keyof ChangelogEntry]: ChangelogEntry[K] } & { lines: string[] };

const SPACE = 0x20;
const TAB = 0x09;

function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('\n', at);
    const stop = next < 0 ? text.length : next;
    const end = Math.min(stop, at + LINE);
    yield text.slice(at, text.charCodeAt(end - 1) === RETURN && end > at ? end - 1 : end);
    at = stop + 1;
  }
}

const RETURN = 0x0d;

function isAncient(line: string): boolean {
  // Comments and keywords of revision systems are none.
  if (line.startsWith('#') || line.startsWith('/*') || line.startsWith('$')) return false;
  return isRevision(line) || ANCIENT.some((form) => form.test(line));
}

/** `name-1.0 Debian 2` or `name 1.0 Debian 2` */
function isRevision(line: string): boolean {
  const head = line.slice(0, Math.max(0, line.indexOf(' Debian ')));
  return /^[\w.+-]+-\S/.test(head) ? !head.includes(' ') : /^[\w.+-]+ \S+$/.test(head);
}

function closeEntry(entry: Entry | undefined, line: string): void {
  if (entry === undefined || entry.date !== undefined) return;
  const [, day, month = '', year, hour, minute, second, sign, hours, minutes] =
    DATE.exec(line.slice(line.lastIndexOf('>') + 1)) ?? [];
  const month0 = MONTHS.indexOf(month);
  const utc = Date.UTC(Number(year), month0, Number(day), Number(hour), Number(minute), Number(second)) / 1000;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 * (sign === '-' ? -1 : 1);
  if (month0 >= 0 && Number.isFinite(utc - offset)) entry.date = utc - offset;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function malformed(why: string): Fault {
  return new Fault(
    'deb/malformed-changelog',
    `The changelog cannot be read: ${why}.`,
    'It is no Debian changelog, or was damaged.',
  );
}
