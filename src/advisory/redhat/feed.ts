// Red Hat's VEX documents: one for each CVE, in CSAF.
import type { Feed, FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import { missingFile } from '../file-faults.ts';
import { archivedDocuments } from './archive.ts';
import { idOfPath, readArchiveName, readIndex, readTimes, type Times } from './lists.ts';
import { Documents } from './reading.ts';
import { type RedHatState, readState, wantedOf, writeState } from './state.ts';

/** The archive; it had 300 MB in 2025. */
const ARCHIVE = 16 * 2 ** 30;
/** More changed documents than these are not asked for one by one: the archive is read anew. */
const CHANGES = 5000;
const DAY = 86_400;

/**
 * Packages by their binary names, sources beside them, in ecosystems such as `Red Hat:enterprise_linux:9` and
 * `Red Hat:rhel_eus:9.2`. At first the archive (a folder without one: its documents), with what `changes.csv` says changed
 * since; then the changes. A document that cannot be read is skipped.
 * @throws Fault `feed/missing`, `feed/malformed`, and those of the files
 */
export const redhatFeed: Feed = {
  id: 'redhat',
  title: 'Red Hat VEX',
  address: 'https://security.access.redhat.com/data/csaf/v2/vex',
  licence: 'CC-BY-4.0',
  serves: (ecosystem) => ecosystem === 'Red Hat' || ecosystem.startsWith('Red Hat:'),
  read,
};

async function* read(files: FeedFiles, request: FeedRequest): AsyncGenerator<FeedRecord> {
  const ecosystems = wantedOf(request.ecosystems);
  const documents = new Documents(ecosystems);
  const changes = (await readTimes(files, 'changes.csv')) ?? new Map<string, number>();
  const deletions = (await readTimes(files, 'deletions.csv')) ?? new Map<string, number>();
  const lists = { changes: without(changes, deletions), deletions };
  const since = readState(request.since);
  const recent = since && isSame(since.ecosystems, ecosystems) ? newer(lists.changes, since.at) : undefined;
  const incremental = since !== undefined && recent !== undefined && recent.length <= CHANGES && changes.size > 0;
  if (incremental) {
    const gone = newer(deletions, since.at).filter((path) => !lists.changes.has(path));
    const told = { documents, paths: recent, gone };
    yield* readChanges(files, request, told);
  } else yield* readWhole(files, request, documents, lists);
  yield* documents.covered();
  const at = Math.max(since?.at ?? 0, newest(changes), newest(deletions));
  const mode = incremental ? 'changes' : 'whole';
  yield { kind: 'end', mode, state: writeState({ at, ecosystems }), modified: at === 0 ? undefined : at };
}

async function* readChanges(
  files: FeedFiles,
  request: FeedRequest,
  { documents, paths, gone }: { documents: Documents; paths: readonly string[]; gone: readonly string[] },
): AsyncGenerator<FeedRecord> {
  const given = yield* documents.each(files, request, paths, true);
  yield* notThere(paths, given);
  for (const path of gone) yield { kind: 'gone', id: idOfPath(path) };
}

interface Lists {
  /** Without the deleted ones. */
  readonly changes: Times;
  readonly deletions: Times;
}

async function* readWhole(
  files: FeedFiles,
  request: FeedRequest,
  documents: Documents,
  { changes, deletions }: Lists,
): AsyncGenerator<FeedRecord> {
  const name = await readArchiveName(files);
  if (name === undefined) {
    yield* readFolder(files, request, documents, changes);
    return;
  }
  await using file = await files.open(name.path, ARCHIVE);
  if (file === undefined) throw missingFile(files.base, name.path);
  // A copy has the time of its copying: then the archive's day counts.
  const { modified = name.day } = file;
  const made = modified >= name.day && modified < name.day + DAY ? modified : name.day;
  const given = yield* documents.each(files, request, newer(changes, made), false);
  const skips = (path: string) => given.has(path) || (deletions.has(path) && !changes.has(path));
  let count = 0;
  for await (const { path, bytes } of archivedDocuments(file, { base: files.base, path: name.path }, skips)) {
    request.signal?.throwIfAborted();
    yield* documents.records(path, bytes, false);
    if (++count % 5000 === 0) request.progress?.(`Red Hat: ${count} documents`);
  }
}

/** Without an archive: every document that the lists name, of a folder, not of a server. */
async function* readFolder(
  files: FeedFiles,
  request: FeedRequest,
  documents: Documents,
  changes: Times,
): AsyncGenerator<FeedRecord> {
  const paths = [...new Set([...((await readIndex(files)) ?? []), ...changes.keys()])].sort();
  if (files.list === undefined || paths.length === 0) throw missingFile(files.base, 'archive_latest.txt');
  const given = yield* documents.each(files, request, paths, false);
  yield* notThere(paths, given);
}

function* notThere(paths: readonly string[], given: ReadonlySet<string>): Generator<FeedRecord> {
  for (const path of paths) {
    if (given.has(path)) continue;
    yield { kind: 'skipped', record: path, code: 'feed/missing', reason: 'It is listed, but not there.' };
  }
}

/** Without what was deleted after its last change. */
function without(changes: Times, deletions: Times): Times {
  return new Map([...changes].filter(([path, time]) => (deletions.get(path) ?? Number.NEGATIVE_INFINITY) < time));
}

/** Paths that changed at that time or later, sorted: several may change in one second. */
function newer(times: Times, at: number): string[] {
  const paths: string[] = [];
  for (const [path, time] of times) if (time >= at) paths.push(path);
  return paths.sort();
}

/** 0 where there is none. */
function newest(times: Times): number {
  let max = 0;
  for (const time of times.values()) max = Math.max(max, time);
  return max;
}

function isSame(a: RedHatState['ecosystems'], b: RedHatState['ecosystems']): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
