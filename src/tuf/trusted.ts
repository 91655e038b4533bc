// The steps of a client's way through a repository (TUF specification 1.0, 5.3 to 5.6): each takes what is trusted and a file, and
// gives what is trusted then. Pure; expiry is judged apart, in expiry.ts.
import { mismatch, rollback } from './faults.ts';
import {
  type MetaFile,
  parseSnapshot,
  parseTimestamp,
  requireMeasure,
  type Snapshot,
  type Timestamp,
} from './listing.ts';
import type { Metadata } from './metadata.ts';
import { requireSigned } from './role.ts';
import { parseRoot, type Root } from './root.ts';
import { parseTargets, type Targets } from './targets.ts';
import type { TufKey } from './key.ts';
import type { Role } from './role.ts';

/** A root that is trusted because somebody said so: signed by its own keys. @throws Fault `trust/malformed`, `trust/unsigned` */
export function firstRoot(bytes: Buffer, what = 'root.json'): Metadata<Root> {
  const root = parseRoot(bytes, what);
  requireSigned(root, root.body.keys, root.body.roles.root, { what, role: 'root' });
  return root;
}

/** The root after another: signed by the keys of both (5.3). @throws Fault `trust/…` */
export function nextRoot(before: Metadata<Root>, bytes: Buffer): Metadata<Root> {
  const what = `${before.version + 1}.root.json`;
  const root = parseRoot(bytes, what);
  const { keys, roles } = before.body;
  requireSigned(root, keys, roles.root, { what, role: `root of version ${before.version}` });
  requireSigned(root, root.body.keys, root.body.roles.root, { what, role: 'root, its own' });
  if (root.version !== before.version + 1) throw mismatch(what, `it says that it is version ${root.version}`);
  return root;
}

/**
 * A timestamp (5.4).
 * @param before the last one seen
 * @throws Fault `trust/rollback` where it, or the snapshot that it names, is older than before
 */
export function acceptTimestamp(
  root: Metadata<Root>,
  before: Metadata<Timestamp> | undefined,
  bytes: Buffer,
): Metadata<Timestamp> {
  const what = 'timestamp.json';
  const found = parseTimestamp(bytes, what);
  requireSigned(found, root.body.keys, root.body.roles.timestamp, { what, role: 'timestamp' });
  if (before === undefined) return found;
  if (found.version < before.version) throw rollback(what, found.version, before.version);
  const [now, then] = [found.body.snapshot.version, before.body.snapshot.version];
  if (now < then) throw rollback('snapshot.json, as the timestamp names it,', now, then);
  // The same version again says nothing new: what was accepted stays (5.4.3.1).
  return found.version === before.version ? before : found;
}

/**
 * The snapshot that a timestamp names (5.5).
 * @param before the last one seen, in which every file must already have had its version, or an older one
 * @throws Fault `trust/mismatch`, `trust/rollback`, `trust/unsigned`, `trust/malformed`
 */
export function acceptSnapshot(
  root: Metadata<Root>,
  timestamp: Metadata<Timestamp>,
  before: Metadata<Snapshot> | undefined,
  bytes: Buffer,
): Metadata<Snapshot> {
  const what = 'snapshot.json';
  requireMeasure(bytes, timestamp.body.snapshot, what);
  const found = signedSnapshot(root, bytes);
  requireVersion(found, timestamp.body.snapshot, what, 'the timestamp');
  for (const [name, { version }] of before?.body.meta ?? []) {
    const now = found.body.meta.get(name)?.version;
    if (now === undefined) throw mismatch(what, `${name.slice(0, 200)}, which it named before, is not in it any more`);
    if (now < version) throw rollback(`${name.slice(0, 200)}, as the snapshot names it,`, now, version);
  }
  return found;
}

/** A snapshot that the role's keys of today signed, whatever the timestamp says. @throws Fault `trust/unsigned`, `trust/malformed` */
export function signedSnapshot(root: Metadata<Root>, bytes: Buffer): Metadata<Snapshot> {
  const what = 'snapshot.json';
  const found = parseSnapshot(bytes, what);
  requireSigned(found, root.body.keys, root.body.roles.snapshot, { what, role: 'snapshot' });
  return found;
}

/** Who may sign a role's targets: the root for `targets`, for others a role that delegates to it. */
export interface Delegator {
  readonly keys: ReadonlyMap<string, TufKey>;
  readonly role: Role;
}

/** A role's targets, as the snapshot names them (5.6). @throws Fault `trust/…` */
export function acceptTargets(
  delegator: Delegator,
  snapshot: Metadata<Snapshot>,
  name: string,
  bytes: Buffer,
): Metadata<Targets> {
  const what = `${name.slice(0, 200)}.json`;
  const meta = metaOf(snapshot, name);
  requireMeasure(bytes, meta, what);
  const found = parseTargets(bytes, what);
  requireSigned(found, delegator.keys, delegator.role, { what, role: name.slice(0, 200) });
  requireVersion(found, meta, what, 'the snapshot');
  return found;
}

/** What a snapshot says of a role's file. @throws Fault `trust/mismatch` where it does not name it */
export function metaOf(snapshot: Metadata<Snapshot>, role: string): MetaFile {
  const meta = snapshot.body.meta.get(`${role}.json`);
  if (meta === undefined) throw mismatch('snapshot.json', `it does not name ${role.slice(0, 200)}.json`);
  return meta;
}

export function topDelegator({ body: { keys, roles } }: Metadata<Root>): Delegator {
  return { keys, role: roles.targets };
}

function requireVersion({ version }: Metadata<unknown>, wanted: MetaFile, what: string, by: string): void {
  if (version !== wanted.version) throw mismatch(what, `it is version ${version}, and ${by} names ${wanted.version}`);
}
