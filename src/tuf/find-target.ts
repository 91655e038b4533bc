// Looking for a target through delegations (TUF specification 1.0, 5.6.7 and 5.7).
import { Fault } from '../lib/faults.ts';
import { rolesFor } from './delegation.ts';
import { missing, tooLarge } from './faults.ts';
import { requireMeasure } from './listing.ts';
import type { Metadata } from './metadata.ts';
import type { Refreshed } from './refresh.ts';
import { roleTargets, withTargets } from './refresh.ts';
import type { Root } from './root.ts';
import type { TufState } from './state.ts';
import { NAME_LIMIT, type TargetFile, type Targets } from './targets.ts';
import type { Delegator } from './trusted.ts';
import { read, segment, type Walk } from './walk.ts';

/** Roles that are asked for one target at most. */
export const MOST_ROLES = 32;

export interface FoundTarget {
  readonly name: string;
  readonly file: TargetFile;
  /** The role that vouches for it. */
  readonly role: string;
}

interface Pending {
  readonly name: string;
  readonly delegator: Delegator;
}

/**
 * Looks for a target, depth first, in the order of the delegations; a role that was asked once is not asked again, and behind a
 * terminating one nobody is.
 * @returns with what is trusted then: the roles that were asked are kept
 * @throws Fault `trust/…`, `trust/target-name`
 */
export function* findTarget(
  { state: before, ...set }: Refreshed,
  name: string,
  now: number,
): Walk<{ readonly found: FoundTarget | undefined; readonly state: TufState }> {
  requireTargetName(name);
  let state = before;
  const asked = new Set(['targets']);
  const here = set.targets.body.targets.get(name);
  if (here !== undefined) return { found: { name, file: here, role: 'targets' }, state };
  const open: Pending[] = [];
  putDelegated(open, set.targets, name);
  while (open.length > 0 && asked.size <= MOST_ROLES) {
    const role = open.pop() as Pending;
    if (asked.has(role.name)) continue;
    asked.add(role.name);
    const targets = yield* roleTargets(role.delegator, { ...set, state }, role.name, now);
    yield { kind: 'reached', state: (state = withTargets(state, role.name, targets)) };
    const file = targets.body.targets.get(name);
    if (file !== undefined) return { found: { name, file, role: role.name }, state };
    putDelegated(open, targets, name);
  }
  return { found: undefined, state };
}

/** Puts the roles that a role delegates a name to before those that wait, the first at the end; a terminating one is the last of all. */
function putDelegated(open: Pending[], { body }: Metadata<Targets>, name: string): void {
  const { delegations } = body;
  if (delegations === undefined) return;
  const roles = rolesFor(delegations, name);
  const end = roles.findIndex(({ terminating }) => terminating);
  if (end >= 0) open.length = 0;
  const first = (end < 0 ? roles : roles.slice(0, end + 1)).slice(0, MOST_ROLES + 1);
  const { keys } = delegations;
  open.push(...first.map((role) => ({ name: role.name, delegator: { keys, role } })).toReversed());
}

/** The largest target that is read, in bytes. */
export const TARGET_LIMIT = 64 << 20;

/** The bytes of a target. @throws Fault `trust/missing`, `trust/mismatch`, `trust/too-large` */
export function* readTarget(root: Metadata<Root>, { name, file }: Omit<FoundTarget, 'role'>): Walk<Buffer> {
  if (file.length > TARGET_LIMIT) throw tooLarge(`The target ${name}`, TARGET_LIMIT);
  const bytes = yield* read('targets', targetPath(name, file, root.body.consistentSnapshot), file.length);
  if (bytes === undefined) throw missing(`target ${name}`);
  requireMeasure(bytes, file, `The target ${name}`);
  return bytes;
}

/** Where a target stands, relative and encoded for an address. @throws Fault `trust/target-name` */
export function targetPath(name: string, file: TargetFile, consistent: boolean): string {
  return targetFile(name, file, consistent).split('/').map(segment).join('/');
}

/** Where a target stands in a folder. @throws Fault `trust/target-name` */
export function targetFile(name: string, { hashes }: TargetFile, consistent: boolean): string {
  requireTargetName(name);
  const hash = hashes.get('sha256') ?? hashes.get('sha512') ?? '';
  const last = name.lastIndexOf('/') + 1;
  return consistent ? `${name.slice(0, last)}${hash}.${name.slice(last)}` : name;
}

/** @throws Fault `trust/target-name` for a name that could lead out of the folder of targets */
export function requireTargetName(name: string): void {
  const segments = name.split('/');
  const bad = segments.some((one) => one === '' || one === '.' || one === '..' || /[\\\u0000-\u001f\u007f]/.test(one));
  if (!bad && name.length <= NAME_LIMIT && name.isWellFormed()) return;
  throw new Fault(
    'trust/target-name',
    `"${name.slice(0, 100)}" cannot be the name of a target.`,
    'A name is relative, with single slashes, without . and .. between them.',
  );
}
