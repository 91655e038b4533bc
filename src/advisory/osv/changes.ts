// What changed in one ecosystem since it was last read, as the bucket's list or archive tells.
import { Fault } from '../../lib/faults.ts';
import { inParallel } from '../../lib/parallel.ts';
import { sortableTime } from '../../osv/time.ts';
import type { FeedFile, FeedRecord } from '../feed.ts';
import { type ArchivedRecord, archivedRecords, recordOf } from './archive.ts';
import { archivePath, missing } from './folders.ts';
import type { GivenFolder, Reading } from './giving.ts';
import { osvLimits } from './limits.ts';
import { modifiedSince } from './modified.ts';
import type { FolderState } from './state.ts';

/** Records that are fetched one by one without looking at what the archive would cost. */
const FEW = 100;
/** Records that are fetched one by one at most. */
const MOST = 5000;
/** What fetching one record costs, in bytes of an archive: a request takes as long as these. */
const REQUEST = 40_000;
/** Requests at once, and in one go. */
const WIDTH = 8;
const GO = 64;

/** How a folder that was read before is read again. */
export type FolderPlan =
  /** The copy has no list, and its archive is the one that was read. */
  | { readonly kind: 'same' }
  /** The copy has no list, and its archive is another one, or none: what it lost, only a whole reading tells. */
  | { readonly kind: 'another' }
  /** Ids that the list has anew, at most one more than are fetched. */
  | { readonly kind: 'changes'; readonly ids: readonly string[] };

/** @throws Fault `feed/…` */
export async function folderPlan({ files }: Reading, name: string, since: FolderState): Promise<FolderPlan> {
  const path = `${name}/modified_id.csv`;
  await using list = await files.open(path, osvLimits.modified);
  if (list !== undefined) {
    return { kind: 'changes', ids: await modifiedSince(list, since.seen, { base: files.base, path, most: MOST }) };
  }
  await using archive = await files.open(archivePath(name), osvLimits.archive);
  return { kind: archive?.tag !== undefined && archive.tag === since.tag ? 'same' : 'another' };
}

/** What the list has anew. @throws Fault `feed/…` */
export async function* changedRecords(
  reading: Reading,
  folder: GivenFolder,
  { ids, since }: { readonly ids: readonly string[]; readonly since: FolderState },
): AsyncGenerator<FeedRecord, FolderState> {
  const { files, request } = reading;
  if (ids.length > FEW) {
    await using archive = await files.open(archivePath(folder.name), osvLimits.archive);
    if (archive !== undefined && (ids.length > MOST || (archive.size ?? Infinity) < ids.length * REQUEST)) {
      request.progress?.(`${folder.name}: ${amount(ids.length)} changed, which the whole archive brings sooner`);
      return yield* newerInArchive(reading, folder, { archive, since });
    }
  }
  const lost = yield* oneByOne(reading, folder, ids);
  if (lost.size > 0) yield* fromArchive(reading, folder, lost);
  request.progress?.(`${folder.name}: ${amount(ids.length)} changed`);
  return { seen: folder.newest.seen, tag: since.tag };
}

function amount(count: number): string {
  return count > MOST ? `more than ${MOST} records` : `${count} records`;
}

async function* newerInArchive(
  { files, giving }: Reading,
  folder: GivenFolder,
  { archive, since }: { readonly archive: FeedFile; readonly since: FolderState },
): AsyncGenerator<FeedRecord, FolderState> {
  const path = archivePath(folder.name);
  for await (const found of archivedRecords(await archive.random(), { base: files.base, path })) {
    if (isNewer(found, since)) yield* giving.give(found, `${path}#${found.name}`, folder);
  }
  return { seen: folder.newest.seen, tag: archive.tag };
}

function isNewer(found: ArchivedRecord, { seen }: FolderState): boolean {
  if ('fault' in found) return true;
  const time = sortableTime(found.record.modifiedText ?? '');
  return time === undefined || time > seen.time || (time === seen.time && !seen.ids.includes(found.record.id));
}

/** Fetches records. @returns the ids of those that are not there */
async function* oneByOne(
  { files, request, giving }: Reading,
  folder: GivenFolder,
  ids: readonly string[],
): AsyncGenerator<FeedRecord, ReadonlySet<string>> {
  const lost = new Set<string>();
  for (let at = 0; at < ids.length; at += GO) {
    const some = ids.slice(at, at + GO);
    const fetch = async (id: string): Promise<ArchivedRecord | undefined> => await fetched(reading(id), id);
    const reading = (id: string) => files.open(`${folder.name}/${id}.json`, osvLimits.record);
    const found = await inParallel(some, WIDTH, fetch, request.signal);
    for (const [i, record] of found.entries()) {
      if (record === undefined) lost.add(some[i] ?? '');
      else yield* giving.give(record, `${folder.name}/${record.name}`, folder);
    }
  }
  return lost;
}

async function fetched(opening: Promise<FeedFile | undefined>, id: string): Promise<ArchivedRecord | undefined> {
  const name = `${id}.json`;
  try {
    await using file = await opening;
    return file === undefined ? undefined : { name, ...recordOf(await file.all(), id) };
  } catch (error) {
    if (error instanceof Fault && error.code === 'feed/too-large') return { name, fault: error };
    throw error;
  }
}

/** Records that are listed and have no file: the archive's word counts. Those that it does not have either are gone. */
async function* fromArchive(
  { files, giving }: Reading,
  folder: GivenFolder,
  ids: ReadonlySet<string>,
): AsyncGenerator<FeedRecord> {
  const path = archivePath(folder.name);
  await using archive = await files.open(path, osvLimits.archive);
  if (archive === undefined) throw missing(files.base, path, `no ${[...ids][0]}.json, which is on its list`);
  const left = new Set(ids);
  const isMeant = (name: string): boolean => name.endsWith('.json') && ids.has(name.slice(0, -5));
  for await (const found of archivedRecords(await archive.random(), { base: files.base, path, isMeant })) {
    left.delete(found.name.slice(0, -5));
    yield* giving.give(found, `${path}#${found.name}`, folder);
  }
  for (const id of left) yield { kind: 'gone', id };
}
