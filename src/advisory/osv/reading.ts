// A reading of a bucket: whole, or what changed since the last one.
import { osvTime } from '../../osv/time.ts';
import type { FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import { changedRecords, type FolderPlan, folderPlan } from './changes.ts';
import { archivePath, foldersOf, missing, nothingWanted } from './folders.ts';
import { Giving, type Reading } from './giving.ts';
import { Newest } from './modified.ts';
import { readState, writeState, type FolderState, type OsvState } from './state.ts';
import { Wanted } from './wanted.ts';
import { wholeFolder } from './whole.ts';

/** Seconds after which everything is read anew: records that vanish from the bucket are on no list. */
const WHOLE_AFTER = 30 * 86_400;

/**
 * The records of a bucket. What an earlier reading was asked for stays wanted. An ecosystem or release that is new is
 * read whole; so is everything where a copy without lists has another archive.
 * @throws Fault `feed/…`
 */
export async function* readOsv(files: FeedFiles, request: FeedRequest): AsyncGenerator<FeedRecord> {
  const before = request.since === undefined ? undefined : readState(request.since);
  const asked = new Wanted(request.ecosystems);
  const wanted = before === undefined ? asked : asked.with(before.wanted);
  const reading: Reading = { files, request, giving: new Giving(wanted) };
  const names = wanted.folders ?? (await foldersOf(files));
  const isResumed = before !== undefined && before.base === files.base && request.now - before.whole < WHOLE_AFTER;
  const planned = isResumed ? await plans(reading, names, before, wanted) : undefined;
  const folders = new Map<string, FolderState>();
  for (const name of names) {
    const state = yield* folder(reading, name, planned);
    if (state !== undefined) folders.set(name, state);
    else if (before?.folders.has(name) === true) throw missing(files.base, archivePath(name), 'it had one before');
    else request.progress?.(`${name}: not there`);
  }
  const first = names[0];
  if (folders.size === 0 && first !== undefined) throw await nothingWanted(files, first);
  yield* reading.giving.coverage();
  const isChange = before !== undefined && planned !== undefined;
  const whole = isChange ? before.whole : request.now;
  yield end({ base: files.base, whole, wanted, folders }, isChange);
}

/** Of folders that were read before; the others are read whole. */
type Plans = ReadonlyMap<string, { readonly plan: FolderPlan; readonly since: FolderState }>;

/** `undefined`: everything is read whole. */
async function plans(
  reading: Reading,
  names: readonly string[],
  before: OsvState,
  wanted: Wanted,
): Promise<Plans | undefined> {
  const found = new Map<string, { plan: FolderPlan; since: FolderState }>();
  for (const name of names) {
    const since = before.folders.get(name);
    if (since === undefined || !wanted.isWithin(before.wanted, name)) continue;
    const plan = await folderPlan(reading, name, since);
    if (plan.kind === 'another') return undefined;
    found.set(name, { plan, since });
  }
  return found;
}

async function* folder(
  reading: Reading,
  name: string,
  planned: Plans | undefined,
): AsyncGenerator<FeedRecord, FolderState | undefined> {
  const { plan, since } = planned?.get(name) ?? {};
  const newest = new Newest(since?.seen, reading.request.now);
  const given = { name, isAgain: planned !== undefined, newest };
  if (plan?.kind === 'same') return since;
  if (plan?.kind !== 'changes' || since === undefined) return yield* wholeFolder(reading, given);
  return yield* changedRecords(reading, given, { ids: plan.ids, since });
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
