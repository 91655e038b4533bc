// Targets metadata (TUF specification 1.0, 4.5): files with their hashes, and who may say so for which names.
import type { Fields } from '../lib/fields.ts';
import { malformed } from './faults.ts';
import { keysOf, type TufKey } from './key.ts';
import { type FileMeasure, hashesOf } from './listing.ts';
import { integerOf, membersOf, objectOf, textOf, textsOf } from './members.ts';
import { type Metadata, parseMetadata } from './metadata.ts';
import { type Role, roleOf } from './role.ts';

export interface TargetFile extends FileMeasure {
  readonly length: number;
}

export interface DelegatedRole extends Role {
  readonly name: string;
  /** What it does not know, nobody behind it is asked. */
  readonly terminating: boolean;
  /** Shell patterns of names, or the first hexadecimal digits of the names' SHA-256. */
  readonly names: { readonly patterns: readonly string[] } | { readonly hashPrefixes: readonly string[] };
}

/** Names divided among 2^bits roles by the first bits of their SHA-256 (4.5, `succinct_roles`). */
export interface SuccinctRoles extends Role {
  readonly bits: number;
  readonly prefix: string;
}

export interface Delegations {
  readonly keys: ReadonlyMap<string, TufKey>;
  readonly roles: readonly DelegatedRole[] | SuccinctRoles;
}

export interface Targets {
  readonly targets: ReadonlyMap<string, TargetFile>;
  readonly delegations: Delegations | undefined;
}

/** The largest targets metadata whose length the snapshot does not say. */
export const TARGETS_LIMIT = 5_000_000;
/** The longest name of a target, and the longest pattern, in characters. */
export const NAME_LIMIT = 1024;
const TOP: ReadonlySet<string> = new Set(['root', 'timestamp', 'snapshot', 'targets']);

/** @throws Fault `trust/malformed`, `json/malformed` */
export function parseTargets(bytes: Buffer, what = 'targets.json'): Metadata<Targets> {
  return parseMetadata(bytes, 'targets', what, (signed) => ({
    targets: new Map(
      membersOf(signed['targets'], what, 'targets').map(([name, value]) => [name, targetFile(value, what, name)]),
    ),
    delegations: signed['delegations'] === undefined ? undefined : delegationsOf(signed['delegations'], what),
  }));
}

function targetFile(value: unknown, what: string, name: string): TargetFile {
  const where = `the target ${name.slice(0, 200)}`;
  const fields = objectOf(value, what, where);
  const length = integerOf(fields['length'], what, `length of ${where}`, 0);
  return { length, hashes: hashesOf(fields['hashes'], what, where) };
}

function delegationsOf(value: unknown, what: string): Delegations {
  const fields = objectOf(value, what, 'delegations');
  const { roles, succinct_roles: succinct } = fields;
  if ((roles === undefined) === (succinct === undefined)) {
    throw malformed(what, 'delegations needs either roles or succinct_roles');
  }
  const keys = keysOf(fields['keys'], what);
  if (succinct !== undefined) return { keys, roles: succinctRoles(objectOf(succinct, what, 'succinct_roles'), what) };
  if (!Array.isArray(roles)) throw malformed(what, 'roles is no list');
  const list = roles.map((role) => delegatedRole(objectOf(role, what, 'a role'), what));
  if (new Set(list.map(({ name }) => name)).size < list.length) throw malformed(what, 'it delegates to a role twice');
  return { keys, roles: list };
}

function delegatedRole(fields: Fields, what: string): DelegatedRole {
  const name = textOf(fields['name'], what, 'name of a role');
  if (name === '' || name.length > NAME_LIMIT || TOP.has(name)) {
    throw malformed(what, `"${name.slice(0, 40)}" is no name of a delegated role`);
  }
  const { terminating, paths, path_hash_prefixes: prefixes } = fields;
  if (typeof terminating !== 'boolean') throw malformed(what, `the role ${name} does not say whether it terminates`);
  if ((paths === undefined) === (prefixes === undefined)) {
    throw malformed(what, `the role ${name} needs either paths or path_hash_prefixes`);
  }
  const list = textsOf(paths ?? prefixes, what, `names of the role ${name}`);
  if (list.some((item) => item.length > NAME_LIMIT)) throw malformed(what, `the role ${name} has too long a pattern`);
  const names = paths === undefined ? { hashPrefixes: list } : { patterns: list };
  return { ...roleOf(fields, what, name), name, terminating, names };
}

function succinctRoles(fields: Fields, what: string): SuccinctRoles {
  const bits = integerOf(fields['bit_length'], what, 'bit_length', 1);
  if (bits > 32) throw malformed(what, 'bit_length is more than 32');
  const prefix = textOf(fields['name_prefix'], what, 'name_prefix');
  if (prefix === '' || prefix.length > NAME_LIMIT) throw malformed(what, 'name_prefix is no name');
  return { ...roleOf(fields, what, prefix), bits, prefix };
}
