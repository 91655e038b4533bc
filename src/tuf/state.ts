// What a client keeps of a repository, and what it makes of it without asking anybody.
import type { Snapshot, Timestamp } from './listing.ts';
import type { Metadata } from './metadata.ts';
import type { Root } from './root.ts';
import type { Targets } from './targets.ts';
import { acceptSnapshot, acceptTargets, acceptTimestamp, firstRoot, topDelegator } from './trusted.ts';
import { requireFresh } from './expiry.ts';

/** Files of metadata as they came, each verified when it did. */
export interface TufState {
  readonly root: Buffer;
  readonly timestamp?: Buffer | undefined;
  readonly snapshot?: Buffer | undefined;
  /** By role: `targets`, and those that it delegates to. */
  readonly targets: ReadonlyMap<string, Buffer>;
}

/** A whole state, read and verified. */
export interface TrustedSet {
  readonly root: Metadata<Root>;
  readonly timestamp: Metadata<Timestamp>;
  readonly snapshot: Metadata<Snapshot>;
  readonly targets: Metadata<Targets>;
}

/**
 * Verifies a state from its root. Nothing is judged by the time.
 * @returns `undefined` where it is not whole: it was never brought up to date
 * @throws Fault `trust/…`: it was altered, or a newer root took keys away that it stands on
 */
export function openState(state: TufState): TrustedSet | undefined {
  const targetsBytes = state.targets.get('targets');
  const { timestamp: timestampBytes, snapshot: snapshotBytes } = state;
  if (timestampBytes === undefined || snapshotBytes === undefined || targetsBytes === undefined) return undefined;
  const root = firstRoot(state.root);
  const timestamp = acceptTimestamp(root, undefined, timestampBytes);
  const snapshot = acceptSnapshot(root, timestamp, undefined, snapshotBytes);
  return { root, timestamp, snapshot, targets: acceptTargets(topDelegator(root), snapshot, 'targets', targetsBytes) };
}

/** @param now seconds since 1970 @param how as of {@link requireFresh} @throws Fault `trust/expired` naming the first role that is */
export function requireFreshSet(set: TrustedSet, now: number, how?: string): void {
  for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const) requireFresh(set[role], role, now, how);
}
