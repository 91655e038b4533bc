// What holders change in a repository: each gives the metadata that they then have to sign.
import { sha256Hex } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { spkiOf, type TufKey } from '../tuf/key.ts';
import type { FileMeasure } from '../tuf/listing.ts';
import type { Metadata } from '../tuf/metadata.ts';
import { type Root, parseRoot, TOP_ROLES, type TopRole } from '../tuf/root.ts';
import { type Role, signersOf } from '../tuf/role.ts';
import type { TargetFile } from '../tuf/targets.ts';
import { rootSigned, targetMember, targetsSigned } from '../tuf/write.ts';
import { type Draft, draftBytes, draftOf, newDraft } from './draft.ts';
import { expiryAfter, type Periods, periodsOf } from './periods.ts';
import type { Pending, Published } from './repository.ts';

/** The first root: holders sign root and targets, what runs by itself signs snapshot and timestamp. */
export interface FirstRoot {
  readonly holders: readonly TufKey[];
  readonly threshold: number;
  readonly online: readonly TufKey[];
  readonly periods: Periods;
}

/** @throws Fault `trust/threshold`, `trust/keys` */
export function firstDrafts({ holders, threshold, online, periods }: FirstRoot, now: number): Pending {
  requireDistinct(holders, threshold);
  requireDistinct(online, 1);
  const keys = [...holders, ...online.filter(({ id }) => !holders.some((one) => one.id === id))];
  const held: Role = { keyIds: holders.map(({ id }) => id), threshold };
  const running: Role = { keyIds: online.map(({ id }) => id), threshold: 1 };
  const roles = { root: held, targets: held, snapshot: running, timestamp: running };
  const expires = expiryAfter(periods.root, now);
  return {
    root: newDraft('root', 1, rootSigned({ version: 1, expires, keys, roles, days: periods })),
    targets: newDraft(
      'targets',
      1,
      targetsSigned({ version: 1, expires: expiryAfter(periods.targets, now) }, new Map()),
    ),
  };
}

export interface RootChange {
  /** Whose keys change. */
  readonly roles: readonly TopRole[];
  readonly add: readonly TufKey[];
  readonly remove: readonly TufKey[];
  readonly threshold: number | undefined;
  readonly periods: Partial<Periods>;
}

/** The next root. @throws Fault `trust/threshold`, `trust/keys` */
export function nextRootDraft(before: Metadata<Root>, change: RootChange, now: number): Draft {
  const { keys: known, roles: old } = before.body;
  const changed = (name: TopRole): Role => {
    const { keyIds, threshold } = old[name];
    if (!change.roles.includes(name)) return old[name];
    const left = keyIds.filter((id) => !change.remove.some((key) => key.id === id));
    const ids = [...left, ...change.add.map(({ id }) => id).filter((id) => !left.includes(id))];
    const wanted = change.threshold ?? threshold;
    const keys = ids.flatMap((id) => known.get(id) ?? change.add.find((key) => key.id === id) ?? []);
    requireDistinct(keys, wanted);
    return { keyIds: ids, threshold: wanted };
  };
  const [root, targets, snapshot, timestamp] = TOP_ROLES.map(changed) as [Role, Role, Role, Role];
  const days = { ...periodsOf(before), ...change.periods };
  const version = before.version + 1;
  const keys = [...known.values(), ...change.add.filter(({ id }) => !known.has(id))];
  const roles = { root, targets, snapshot, timestamp };
  return newDraft('root', version, rootSigned({ version, expires: expiryAfter(days.root, now), keys, roles, days }));
}

/**
 * The targets that a change begins with: those that wait, else those that are published.
 * @param change gets the targets' members by name
 */
export function nextTargetsDraft(
  { published, pending }: { readonly published: Published | undefined; readonly pending: Pending },
  now: number,
  change: (targets: Map<string, unknown>) => void,
): Draft {
  const before = pending.targets ?? (published && draftOf(published.targets.bytes, 'targets.json'));
  const targets = new Map(Object.entries(before?.signed['targets'] ?? {}));
  change(targets);
  const version = (published?.targets.version ?? 0) + 1;
  const root = pending.root === undefined ? published?.root : parseRoot(draftBytes(pending.root));
  const days = root === undefined ? 1 : periodsOf(root).targets;
  const signed = targetsSigned({ version, expires: expiryAfter(days, now) }, targets, before?.signed);
  return newDraft('targets', version, signed);
}

export function targetMemberOf(content: Buffer): { readonly file: TargetFile; readonly member: object } {
  const hashes: FileMeasure['hashes'] = new Map([['sha256', sha256Hex(content)]]);
  const file = { length: content.length, hashes };
  return { file, member: targetMember(file) };
}

/** Whether the targets that are published still have enough signatures under a root. */
export function stillSigned({ targets }: Published, root: Metadata<Root>): boolean {
  const { keys, roles } = root.body;
  return signersOf(targets, keys, roles.targets).length >= roles.targets.threshold;
}

function requireDistinct(keys: readonly TufKey[], threshold: number): void {
  const distinct = new Set(keys.map((key) => sha256Hex(spkiOf(key) ?? key.id))).size;
  if (distinct < keys.length) {
    throw new Fault('trust/keys', 'The same key is named twice.', 'Name each key once: a key counts once.');
  }
  if (threshold >= 1 && threshold <= distinct) return;
  throw new Fault(
    'trust/threshold',
    `A threshold of ${threshold} does not go with ${distinct} keys.`,
    'Choose from 1 to the number of keys.',
  );
}
