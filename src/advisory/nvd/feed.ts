// NVD's data feeds of version 2.0: a file for each year of CVE ids, and one of what changed in the last eight days.
import type { Feed, FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import { missingFile } from '../file-faults.ts';
import { fileRecords, NVD_FILE, type NvdFile } from './file.ts';
import { type NvdMeta, readMeta } from './meta.ts';
import { type NvdState, readState, writeState } from './state.ts';

/** The first year's file holds what is older too. */
const FIRST_YEAR = 2002;
/** How old a reading may be for the changes of eight days to complete it, seconds. */
const CHANGES_REACH = 7 * 86_400;
const MODIFIED = 'modified';

/**
 * Severities, weaknesses and descriptions of every CVE; rejected ones are `gone`. At first all years; then the changes, where
 * the last reading is not older than seven days, else the years whose content is another. A folder may hold some years alone:
 * those that are missing are said to be.
 * @throws Fault `feed/missing`, `feed/malformed` (damaged, or not what its `.meta` says), and those of the files
 */
export const nvdFeed: Feed = {
  id: 'nvd',
  title: 'National Vulnerability Database',
  address: 'https://nvd.nist.gov/feeds/json/cve/2.0',
  licence: undefined,
  serves: () => true,
  read,
};

async function* read(files: FeedFiles, request: FeedRequest): AsyncGenerator<FeedRecord> {
  const since = readState(request.since);
  const changes = await readMeta(files, `${nameOf(MODIFIED)}.meta`);
  if (since !== undefined && changes !== undefined && changes.modified - since.modified <= CHANGES_REACH)
    yield* readChanges(files, request, since, changes);
  else yield* readYears(files, request, since);
}

async function* readChanges(
  files: FeedFiles,
  request: FeedRequest,
  since: NvdState,
  meta: NvdMeta,
): AsyncGenerator<FeedRecord> {
  if (meta.modified > since.modified) {
    await using opened = await openNamed(files, MODIFIED);
    if (opened === undefined) throw missingFile(files.base, `${nameOf(MODIFIED)}.json.gz`);
    yield* fileRecords(files, opened, meta, request.signal);
  }
  const modified = Math.max(since.modified, meta.modified);
  yield { kind: 'end', mode: 'changes', state: writeState({ ...since, modified }), modified };
}

async function* readYears(
  files: FeedFiles,
  request: FeedRequest,
  since: NvdState | undefined,
): AsyncGenerator<FeedRecord> {
  const last = new Date(request.now * 1000).getUTCFullYear();
  const names = Array.from({ length: Math.max(1, last - FIRST_YEAR + 1) }, (_, i) => String(FIRST_YEAR + i));
  const years = new Map<string, string>();
  const missing: string[] = [];
  let modified: number | undefined;
  for (const year of names) {
    request.signal?.throwIfAborted();
    const meta = await readMeta(files, `${nameOf(year)}.meta`);
    if (meta !== undefined && since?.years.get(year) === meta.sha256) years.set(year, meta.sha256);
    else if (!(yield* readYear(files, request, year, meta))) missing.push(year);
    else years.set(year, meta?.sha256 ?? '');
    if (meta !== undefined) modified = Math.max(modified ?? 0, meta.modified);
    request.progress?.(`NVD: ${year}`);
  }
  const lost = missing.find((year) => since?.years.has(year));
  if (lost !== undefined) throw missingFile(files.base, `${nameOf(lost)}.json.gz`);
  yield* missingYears(files, missing, names);
  const state = writeState({ modified: modified ?? 0, years });
  yield { kind: 'end', mode: since === undefined ? 'whole' : 'changes', state, modified };
}

async function* readYear(
  files: FeedFiles,
  request: FeedRequest,
  year: string,
  meta: NvdMeta | undefined,
): AsyncGenerator<FeedRecord, boolean> {
  await using opened = await openNamed(files, year);
  if (opened === undefined) return false;
  yield* fileRecords(files, opened, meta, request.signal);
  return true;
}

/** Behind an address all years must be there but the last, which may just have begun; in a folder those that were there before. */
function* missingYears(files: FeedFiles, missing: readonly string[], names: readonly string[]): Generator<FeedRecord> {
  const gone = missing.filter((year) => year !== names.at(-1));
  const [first] = gone;
  if (first === undefined && missing.length < names.length) return;
  if (files.list === undefined || missing.length === names.length)
    throw missingFile(files.base, `${nameOf(first ?? String(FIRST_YEAR))}.json.gz`);
  const reason = `There are no files of the years ${gone.join(', ')}: what is said of their CVEs is not known.`;
  yield { kind: 'skipped', record: nameOf('YEAR'), code: 'feed/missing', reason };
}

async function openNamed(files: FeedFiles, name: string): Promise<(NvdFile & AsyncDisposable) | undefined> {
  for (const path of [`${nameOf(name)}.json.gz`, `${nameOf(name)}.json`]) {
    const file = await files.open(path, NVD_FILE);
    if (file === undefined) continue;
    const letGo = async () => await file[Symbol.asyncDispose]();
    return { file, path, metaPath: `${nameOf(name)}.meta`, [Symbol.asyncDispose]: letGo };
  }
  return undefined;
}

function nameOf(part: string): string {
  return `nvdcve-2.0-${part}`;
}
