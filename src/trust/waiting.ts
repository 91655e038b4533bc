// Who signed, and who may still.
import type { TufKey } from '../tuf/key.ts';
import type { Metadata } from '../tuf/metadata.ts';
import { type Role, signersOf } from '../tuf/role.ts';
import type { Root, TopRole } from '../tuf/root.ts';

/** Metadata that fewer holders signed than must. */
export interface Waiting {
  readonly role: TopRole;
  /** Whose keys: those of the root that is published, or of the new one. */
  readonly by: 'published root' | 'new root';
  readonly version: number | undefined;
  readonly signed: number;
  readonly threshold: number;
  /** Ids of keys that may still sign. */
  readonly missing: readonly string[];
}

/** What metadata of a role lacks under a root; empty where enough signed. */
export function waitingFor(
  metadata: Metadata<unknown>,
  root: Metadata<Root>,
  role: TopRole,
  by: Waiting['by'],
): Waiting[] {
  const { keys, roles } = root.body;
  const { threshold, keyIds } = roles[role];
  const signers = signersOf(metadata, keys, roles[role]);
  if (signers.length >= threshold) return [];
  const missing = keyIds.filter((id) => !signers.includes(id));
  return [{ role, by, version: metadata.version, signed: signers.length, threshold, missing }];
}

/** The keys of a role. */
export function keysFor({ body: { keys, roles } }: Metadata<Root>, role: TopRole): TufKey[] {
  const { keyIds }: Role = roles[role];
  return keyIds.flatMap((id) => keys.get(id) ?? []);
}
