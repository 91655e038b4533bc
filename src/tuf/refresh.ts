// Bringing what is trusted up to date (TUF specification 1.0, 5.2 to 5.6).
import { Fault } from '../lib/faults.ts';
import { requireFresh } from './expiry.ts';
import { missing } from './faults.ts';
import { SNAPSHOT_LIMIT, type Snapshot, type Timestamp, TIMESTAMP_LIMIT } from './listing.ts';
import type { Metadata } from './metadata.ts';
import { type Root, ROOT_LIMIT } from './root.ts';
import type { TrustedSet, TufState } from './state.ts';
import { TARGETS_LIMIT, type Targets } from './targets.ts';
import {
  acceptSnapshot,
  acceptTargets,
  acceptTimestamp,
  type Delegator,
  firstRoot,
  metaOf,
  nextRoot,
  signedSnapshot,
  topDelegator,
} from './trusted.ts';
import { read, segment, type Walk } from './walk.ts';

/** Roots that one update goes through at most. */
export const MOST_ROOTS = 256;

export interface Refreshed extends TrustedSet {
  readonly state: TufState;
}

/**
 * Goes through a repository from what was trusted before. What it reached it says on its way: a newer root also counts when the rest
 * fails, for it may take keys away.
 * @param now seconds since 1970, the same for all of it
 * @throws Fault `trust/…`
 */
export function* refresh(before: TufState, now: number): Walk<Refreshed> {
  const root = yield* newestRoot(before);
  let state: TufState = { ...before, root: root.bytes };
  requireFresh(root, 'root', now);
  const timestamp = yield* newestTimestamp(root, state, now);
  yield { kind: 'reached', state: (state = { ...state, timestamp: timestamp.bytes }) };
  const snapshot = yield* newestSnapshot(root, timestamp, state, now);
  yield { kind: 'reached', state: (state = { ...state, snapshot: snapshot.bytes }) };
  const targets = yield* roleTargets(topDelegator(root), { root, snapshot, state }, 'targets', now);
  yield { kind: 'reached', state: (state = withTargets(state, 'targets', targets)) };
  return { root, timestamp, snapshot, targets, state };
}

export function withTargets(state: TufState, role: string, { bytes }: Metadata<Targets>): TufState {
  return { ...state, targets: new Map([...state.targets, [role, bytes]]) };
}

function* newestRoot(before: TufState): Walk<Metadata<Root>> {
  let root = firstRoot(before.root);
  for (let i = 0; i < MOST_ROOTS; i++) {
    const bytes = yield* read('metadata', `${root.version + 1}.root.json`, ROOT_LIMIT);
    if (bytes === undefined) return root;
    root = nextRoot(root, bytes);
    yield { kind: 'reached', state: { ...before, root: bytes } };
  }
  return root;
}

function* newestTimestamp(root: Metadata<Root>, state: TufState, now: number): Walk<Metadata<Timestamp>> {
  const before = timestampBefore(root, state);
  const bytes = yield* read('metadata', 'timestamp.json', TIMESTAMP_LIMIT);
  if (bytes === undefined) throw missing('timestamp.json');
  const timestamp = acceptTimestamp(root, before, bytes);
  requireFresh(timestamp, 'timestamp', now);
  return timestamp;
}

/** What the role's keys of today did not sign is forgotten with its version: its old key may have been stolen (5.3.11). */
function timestampBefore(root: Metadata<Root>, { timestamp }: TufState): Metadata<Timestamp> | undefined {
  return kept(timestamp, (bytes) => acceptTimestamp(root, undefined, bytes));
}

function* newestSnapshot(
  root: Metadata<Root>,
  timestamp: Metadata<Timestamp>,
  state: TufState,
  now: number,
): Walk<Metadata<Snapshot>> {
  const before = snapshotBefore(root, state);
  const { snapshot: meta } = timestamp.body;
  let snapshot = kept(state.snapshot, (bytes) => acceptSnapshot(root, timestamp, before, bytes));
  if (snapshot === undefined) {
    const path = root.body.consistentSnapshot ? `${meta.version}.snapshot.json` : 'snapshot.json';
    const bytes = yield* read('metadata', path, meta.length ?? SNAPSHOT_LIMIT);
    if (bytes === undefined) throw missing(path);
    snapshot = acceptSnapshot(root, timestamp, before, bytes);
  }
  requireFresh(snapshot, 'snapshot', now);
  return snapshot;
}

function snapshotBefore(root: Metadata<Root>, { snapshot }: TufState): Metadata<Snapshot> | undefined {
  return kept(snapshot, (bytes) => signedSnapshot(root, bytes));
}

/** The targets of a role, those kept where they are still the ones. @throws Fault `trust/…` */
export function* roleTargets(
  delegator: Delegator,
  { root, snapshot, state }: { root: Metadata<Root>; snapshot: Metadata<Snapshot>; state: TufState },
  name: string,
  now: number,
): Walk<Metadata<Targets>> {
  const meta = metaOf(snapshot, name);
  let targets = kept(state.targets.get(name), (bytes) => acceptTargets(delegator, snapshot, name, bytes));
  if (targets === undefined) {
    const path = `${root.body.consistentSnapshot ? `${meta.version}.` : ''}${segment(name)}.json`;
    const bytes = yield* read('metadata', path, meta.length ?? TARGETS_LIMIT);
    if (bytes === undefined) throw missing(path);
    targets = acceptTargets(delegator, snapshot, name, bytes);
  }
  requireFresh(targets, name, now);
  return targets;
}

/** What was kept, where it is still acceptable. */
function kept<T>(bytes: Buffer | undefined, accept: (bytes: Buffer) => T): T | undefined {
  if (bytes === undefined) return undefined;
  try {
    return accept(bytes);
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}
