// Merkle proofs, checked (RFC 9162, 2.1.3.2 and 2.1.4.2). Sizes and indices up to 2^53 - 1: no bit operators here.
import { isCount } from './decimal.ts';
import { EMPTY_ROOT, nodeHash } from './hashes.ts';

/** Most hashes of a proof: one for each level of the largest tree. */
export const MOST_PROOF_HASHES = 63;

/**
 * The root that an inclusion proof leads to from a leaf's hash; `undefined` when index, size and number of hashes do not
 * fit each other. All hashes are 32 bytes.
 */
export function inclusionRoot(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): Buffer | undefined {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, ...proof])) return undefined;
  let [at, last] = [index, size - 1];
  let root: Buffer = Buffer.from(leaf);
  for (const hash of proof) {
    if (last === 0) return undefined;
    if (isOdd(at) || at === last) {
      root = nodeHash(hash, root);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else root = nodeHash(root, hash);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? root : undefined;
}

/** Whether the proof shows that the tree of this size and root has that leaf at that index. */
export function verifyInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  return inclusionRoot(index, size, leaf, proof)?.equals(root) === true;
}

/** A tree: its number of leaves and its root. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Whether the proof shows that the `newer` tree begins with the leaves of the `older`. From the empty tree, and between trees of one
 * size, the proof is empty.
 */
export function verifyConsistency(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (!isCount(older.size) || !isCount(newer.size) || older.size > newer.size) return false;
  if (!areHashes([older.root, newer.root, ...proof])) return false;
  if (older.size === 0) return proof.length === 0 && EMPTY_ROOT.equals(older.root);
  if (older.size === newer.size) return proof.length === 0 && Buffer.from(older.root).equals(newer.root);
  const path = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof;
  const roots = consistencyRoots(older.size, newer.size, path);
  return roots !== undefined && roots.older.equals(older.root) && roots.newer.equals(newer.root);
}

function consistencyRoots(
  first: number,
  second: number,
  [start, ...rest]: readonly Uint8Array[],
): { older: Buffer; newer: Buffer } | undefined {
  if (start === undefined) return undefined;
  let [at, last] = [first - 1, second - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let [older, newer]: [Buffer, Buffer] = [Buffer.from(start), Buffer.from(start)];
  for (const hash of rest) {
    if (last === 0) return undefined;
    if (isOdd(at) || at === last) {
      [older, newer] = [nodeHash(hash, older), nodeHash(hash, newer)];
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else newer = nodeHash(newer, hash);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? { older, newer } : undefined;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.length <= MOST_PROOF_HASHES + 2 && hashes.every((hash) => hash.length === 32);
}

function isOdd(n: number): boolean {
  return n % 2 === 1;
}

function half(n: number): number {
  return Math.floor(n / 2);
}

// Not by a logarithm: it rounds 2^53 - 1 up.
function isPowerOfTwo(n: number): boolean {
  let rest = n;
  while (rest > 1 && !isOdd(rest)) rest /= 2;
  return rest === 1;
}
