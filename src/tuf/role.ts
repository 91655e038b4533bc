// Who may sign what, and whether they did (TUF specification 1.0, 4.3 and 5.3.4).
import { sha256Hex } from '../lib/digest.ts';
import type { Fields } from '../lib/fields.ts';
import { malformed, unsigned } from './faults.ts';
import { isKeySignature, spkiOf, type TufKey } from './key.ts';
import { integerOf, textsOf } from './members.ts';
import type { Metadata } from './metadata.ts';

export interface Role {
  readonly keyIds: readonly string[];
  /** How many distinct keys must sign. */
  readonly threshold: number;
}

const MOST_KEYS = 1000;

/** @throws Fault `trust/malformed` */
export function roleOf(fields: Fields, what: string, name: string): Role {
  const keyIds = textsOf(fields['keyids'], what, `keyids of the role ${name}`);
  if (keyIds.length > MOST_KEYS) throw malformed(what, `the role ${name} has more than ${MOST_KEYS} keys`);
  if (new Set(keyIds).size < keyIds.length) throw malformed(what, `the role ${name} names a key twice`);
  return { keyIds, threshold: integerOf(fields['threshold'], what, `threshold of the role ${name}`, 1) };
}

/**
 * The ids of distinct keys of a role that signed, as many as there are up to the threshold. A key counts once, under however many ids
 * it stands and however often it signed.
 */
export function signersOf(metadata: Metadata<unknown>, keys: ReadonlyMap<string, TufKey>, role: Role): string[] {
  const counted = new Map<string, string>();
  for (const id of role.keyIds) {
    if (counted.size >= role.threshold) break;
    const key = keys.get(id);
    const theirs = metadata.signatures.filter(({ keyId, bytes }) => keyId === id && bytes.length > 0);
    if (key === undefined || !theirs.some(({ bytes }) => isKeySignature(key, metadata.message, bytes))) continue;
    const identity = sha256Hex(spkiOf(key) ?? id);
    if (!counted.has(identity)) counted.set(identity, id);
  }
  return [...counted.values()];
}

/** @throws Fault `trust/unsigned` unless enough keys of the role signed */
export function requireSigned(
  metadata: Metadata<unknown>,
  keys: ReadonlyMap<string, TufKey>,
  role: Role,
  names: { readonly what: string; readonly role: string },
): void {
  const valid = signersOf(metadata, keys, role).length;
  if (valid < role.threshold) throw unsigned(names.what, valid, role.threshold, names.role);
}
