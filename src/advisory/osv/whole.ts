// All records of one ecosystem.
import type { FeedFile, FeedRecord } from '../feed.ts';
import { archivedRecords } from './archive.ts';
import { archivePath } from './folders.ts';
import type { GivenFolder, Reading } from './giving.ts';
import { osvLimits } from './limits.ts';
import type { FolderState } from './state.ts';

/** @returns `undefined` where the bucket has no archive of it @throws Fault `feed/…` */
export async function* wholeFolder(
  reading: Reading,
  folder: GivenFolder,
): AsyncGenerator<FeedRecord, FolderState | undefined> {
  await using archive = await reading.files.open(archivePath(folder.name), osvLimits.archive);
  return archive === undefined ? undefined : yield* wholeArchive(reading, folder, archive);
}

/** All records of its archive. @throws Fault `feed/…` */
async function* wholeArchive(
  { files, request, giving }: Reading,
  folder: GivenFolder,
  archive: FeedFile,
): AsyncGenerator<FeedRecord, FolderState> {
  const path = archivePath(folder.name);
  const content = await archive.random();
  let count = 0;
  for await (const found of archivedRecords(content, { base: files.base, path })) {
    request.signal?.throwIfAborted();
    count++;
    yield* giving.give(found, `${path}#${found.name}`, folder);
  }
  request.progress?.(`${folder.name}: ${count} records`);
  return { seen: folder.newest.seen, tag: archive.tag };
}
