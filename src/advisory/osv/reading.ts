// A reading of a bucket: whole, or what changed since the last one.
import { osvTime } from '../../osv/time.ts';
import type { FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import { changedRecords } from './changes.ts';
import { archivePath, foldersOf, missing } from './folders.ts';
import { Giving, type Reading } from './giving.ts';
import { Newest } from './modified.ts';
import { readState, writeState, type FolderState, type OsvState } from './state.ts';
import { Wanted } from './wanted.ts';
import { wholeFolder } from './whole.ts';

/** Seconds after which everything is read anew: records that vanish from the bucket are on no list. */
const WHOLE_AFTER = 30 * 86_400;

/**
 * The records of a bucket. What an earlier reading was asked for stays wanted. An ecosystem or release that is new is
 * read whole.
 * @throws Fault `feed/…`
 */
export async function* readOsv(files: FeedFiles, request: FeedRequest): AsyncGenerator<FeedRecord> {
  const before = request.since === undefined ? undefined : readState(request.since);
  const asked = new Wanted(request.ecosystems);
  const wanted = before === undefined ? asked : asked.with(before.wanted);
  const isChange = before !== undefined && before.base === files.base && request.now - before.whole < WHOLE_AFTER;
  const reading: Reading = { files, request, giving: new Giving(wanted) };
  const folders = new Map<string, FolderState>();
  const names = wanted.folders ?? (await foldersOf(files));
  for (const name of names) {
    const known = before?.folders.get(name);
    const since = isChange && known !== undefined && wanted.isWithin(before.wanted, name) ? known : undefined;
    const state = yield* folder(reading, name, { since, isAgain: isChange });
    if (state !== undefined) folders.set(name, state);
    else if (known !== undefined) throw missing(files.base, archivePath(name), 'it had one before');
    else request.progress?.(`${name}: not there`);
  }
  const first = names[0];
  if (folders.size === 0 && first !== undefined)
    throw missing(files.base, archivePath(first), 'nothing else that is wanted');
  yield* reading.giving.coverage();
  const whole = isChange ? before.whole : request.now;
  yield end({ base: files.base, whole, wanted, folders }, isChange);
}

async function* folder(
  reading: Reading,
  name: string,
  { since, isAgain }: { readonly since: FolderState | undefined; readonly isAgain: boolean },
): AsyncGenerator<FeedRecord, FolderState | undefined> {
  const given = { name, isAgain, newest: new Newest(since?.seen, reading.request.now) };
  if (since === undefined) return yield* wholeFolder(reading, given);
  return yield* changedRecords(reading, given, since);
}

function end(state: OsvState, isChange: boolean): FeedRecord {
  const times = [...state.folders.values()].map(({ seen }) => osvTime(`${seen.time}Z`)).filter((t) => t !== undefined);
  return {
    kind: 'end',
    mode: isChange ? 'changes' : 'whole',
    state: writeState(state),
    modified: times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b)),
  };
}
