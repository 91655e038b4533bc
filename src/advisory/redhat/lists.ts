// The feed's lists: `changes.csv` and `deletions.csv` (path and time, the newest first), `index.txt` (paths), `archive_latest.txt`.
import type { FeedFiles } from '../feed.ts';
import { malformedFile } from '../file-faults.ts';

/** `changes.csv` names every document; it had 15 MB in 2025. */
const LIMIT = 256 << 20;
/** Most documents. */
const ENTRIES = 2_000_000;
const PATH = /^\d{4}\/cve-\d{4}-\d{4,19}\.json$/;
const ARCHIVE = /^csaf_vex_(\d{4}-\d\d-\d\d)\.tar\.zst$/;

/** Documents by their path, with the time of their last change, seconds since 1970. */
export type Times = ReadonlyMap<string, number>;

/** `undefined` where there is no such list. @throws Fault `feed/malformed` where no line of it is one */
export async function readTimes(files: FeedFiles, name: string): Promise<Times | undefined> {
  const lines = await readLines(files, name);
  if (lines === undefined) return undefined;
  const times = new Map<string, number>();
  for (const line of lines) {
    const [path = '', time = ''] = line.replaceAll('"', '').split(',');
    const seconds = Math.floor(Date.parse(time) / 1000);
    if (PATH.test(path) && !Number.isNaN(seconds)) times.set(path, Math.max(seconds, times.get(path) ?? 0));
  }
  if (times.size === 0 && lines.length > 0) throw malformedFile(files.base, name, 'it names no document with a time');
  return times;
}

/** The paths of `index.txt`; `undefined` where there is none. */
export async function readIndex(files: FeedFiles): Promise<readonly string[] | undefined> {
  return (await readLines(files, 'index.txt'))?.filter((line) => PATH.test(line));
}

export interface ArchiveName {
  readonly path: string;
  /** The beginning of its day, seconds since 1970. */
  readonly day: number;
}

/** `undefined` where there is no `archive_latest.txt`. @throws Fault `feed/malformed` where it names none */
export async function readArchiveName(files: FeedFiles): Promise<ArchiveName | undefined> {
  const lines = await readLines(files, 'archive_latest.txt');
  if (lines === undefined) return undefined;
  const [path = '', date = ''] = ARCHIVE.exec(lines[0] ?? '') ?? [];
  const day = Date.parse(date) / 1000;
  if (Number.isNaN(day)) throw malformedFile(files.base, 'archive_latest.txt', 'it names no archive');
  return { path, day };
}

async function readLines(files: FeedFiles, name: string): Promise<readonly string[] | undefined> {
  await using file = await files.open(name, LIMIT);
  if (file === undefined) return undefined;
  const lines = (await file.all()).toString('latin1').split('\n', ENTRIES + 1);
  if (lines.length > ENTRIES) throw malformedFile(files.base, name, `it has more than ${ENTRIES} lines`);
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** Whether a path is a document's. */
export function isDocumentPath(path: string): boolean {
  return PATH.test(path);
}

/** `CVE-2024-3094` of `2024/cve-2024-3094.json` */
export function idOfPath(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.json'.length).toUpperCase();
}
