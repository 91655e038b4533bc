// Root metadata (TUF specification 1.0, 4.3): the keys of all roles.
import { malformed } from './faults.ts';
import { keysOf, type TufKey } from './key.ts';
import { objectOf } from './members.ts';
import { type Metadata, parseMetadata } from './metadata.ts';
import { type Role, roleOf } from './role.ts';

export interface Root {
  /** Files of metadata and targets have their version or hash in their names. */
  readonly consistentSnapshot: boolean;
  readonly keys: ReadonlyMap<string, TufKey>;
  readonly roles: Readonly<Record<TopRole, Role>>;
}

export const TOP_ROLES = ['root', 'targets', 'snapshot', 'timestamp'] as const;
export type TopRole = (typeof TOP_ROLES)[number];

/** The largest root that is read, in bytes. */
export const ROOT_LIMIT = 512_000;

/** @throws Fault `trust/malformed`, `json/malformed` */
export function parseRoot(bytes: Buffer, what = 'root.json'): Metadata<Root> {
  return parseMetadata(bytes, 'root', what, (signed) => {
    const consistent = signed['consistent_snapshot'] ?? false;
    if (typeof consistent !== 'boolean') throw malformed(what, 'consistent_snapshot is neither true nor false');
    const roles = objectOf(signed['roles'], what, 'roles');
    const role = (name: TopRole): Role => roleOf(objectOf(roles[name], what, `the role ${name}`), what, name);
    return {
      consistentSnapshot: consistent,
      keys: keysOf(signed['keys'], what),
      roles: {
        root: role('root'),
        targets: role('targets'),
        snapshot: role('snapshot'),
        timestamp: role('timestamp'),
      },
    };
  });
}
