// The hashes of a Merkle tree (RFC 6962, 2.1; RFC 9162, 2.1.1), SHA-256.
import { hash } from 'node:crypto';

/** Bytes of a hash. */
export const HASH_SIZE = 32;

/** The root of the empty tree: the hash of nothing. */
export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer');

const LEAF = Buffer.from([0x00]);
const node = Buffer.alloc(1 + 2 * HASH_SIZE, 0x01);

/** The hash of a leaf: SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([LEAF, entry]), 'buffer');
}

/** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right). Both are 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  node.set(left, 1);
  node.set(right, 1 + HASH_SIZE);
  return hash('sha256', node, 'buffer');
}

/** The root of a complete subtree over hashes that lie one after the other, a power of two of them (at most 256). */
export function completeRoot(hashes: Uint8Array): Buffer {
  let row = hashes;
  if (row.length === HASH_SIZE) return Buffer.from(row);
  while (row.length > HASH_SIZE) {
    const above = Buffer.allocUnsafe(row.length / 2);
    for (let at = 0; at < above.length; at += HASH_SIZE) {
      node.set(row.subarray(2 * at, 2 * at + 2 * HASH_SIZE), 1);
      above.set(hash('sha256', node, 'buffer'), at);
    }
    row = above;
  }
  return row as Buffer;
}
