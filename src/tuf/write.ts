// Metadata that is made here: its signed part, and signatures added to it one by one, by several persons.
import { isoTime } from '../lib/time.ts';
import { prettyJson } from '../lib/json.ts';
import { canonicalBytes } from './canonical.ts';
import { keyMember, type TufKey } from './key.ts';
import type { FileMeasure } from './listing.ts';
import type { Kind, TufSignature } from './metadata.ts';
import { TOP_ROLES, type TopRole } from './root.ts';
import type { Role } from './role.ts';

/** The version of the specification that is followed. */
const SPECIFICATION = '1.0.31';

/** The signed part, as JSON has it. */
export type Signed = Readonly<Record<string, unknown>>;

interface Head {
  readonly version: number;
  /** Seconds since 1970. */
  readonly expires: number;
}

function head(kind: Kind, { version, expires }: Head): Signed {
  return { _type: kind, spec_version: SPECIFICATION, version, expires: isoTime(expires) };
}

export interface RootParts extends Head {
  readonly keys: readonly TufKey[];
  readonly roles: Readonly<Record<TopRole, Role>>;
  /** For how many days new metadata of a role counts: who makes it looks it up here. */
  readonly days: Readonly<Record<TopRole, number>>;
}

/** Not of the specification, which lets roles have further members. */
export const DAYS = 'x-temper-days';

/** Root metadata with the keys that any role has, and no others. */
export function rootSigned({ keys, roles, days, ...rest }: RootParts): Signed {
  const used = new Set(TOP_ROLES.flatMap((name) => roles[name].keyIds));
  const members = keys.filter(({ id }) => used.has(id)).map((key) => [key.id, keyMember(key)]);
  return {
    ...head('root', rest),
    consistent_snapshot: true,
    keys: Object.fromEntries(members),
    roles: Object.fromEntries(
      TOP_ROLES.map((name) => [
        name,
        { keyids: roles[name].keyIds, threshold: roles[name].threshold, [DAYS]: days[name] },
      ]),
    ),
  };
}

export interface ListedTarget extends FileMeasure {
  readonly length: number;
}

/** @param before what it replaces: what this program does not know of it, delegations too, stays */
export function targetsSigned(head_: Head, targets: ReadonlyMap<string, unknown>, before: Signed = {}): Signed {
  return { ...before, ...head('targets', head_), targets: Object.fromEntries(targets) };
}

/** How a target stands in metadata. */
export function targetMember({ length, hashes }: ListedTarget): object {
  return { length, hashes: Object.fromEntries(hashes) };
}

/** @param meta versions by file name */
export function snapshotSigned(head_: Head, meta: ReadonlyMap<string, number>): Signed {
  const members = [...meta].map(([name, version]) => [name, { version }]);
  return { ...head('snapshot', head_), meta: Object.fromEntries(members) };
}

export function timestampSigned(head_: Head, snapshot: ListedTarget & { readonly version: number }): Signed {
  const { version } = snapshot;
  return { ...head('timestamp', head_), meta: { 'snapshot.json': { ...targetMember(snapshot), version } } };
}

/** What is to be signed. */
export function signedMessage(signed: Signed): Buffer {
  return canonicalBytes(signed, 'the metadata');
}

/** A file of metadata. */
export function metadataBytes(signed: Signed, signatures: readonly TufSignature[]): Buffer {
  const list = signatures.map(({ keyId, bytes }) => ({ keyid: keyId, sig: bytes.toString('hex') }));
  return Buffer.from(prettyJson({ signatures: list, signed }));
}
