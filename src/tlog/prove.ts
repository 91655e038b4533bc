// Merkle proofs, made (RFC 6962, 2.1.1 and 2.1.2): first which complete subtrees they need, then their hashes from these.
import { nodeHash } from './hashes.ts';

/** The complete subtree over the leaves from `index * 2^level` to before `(index + 1) * 2^level`. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** The leaves from `start` to before `end`, one node of a tree: `start` is a multiple of the least power of two that holds them all. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The nodes of an inclusion proof, the leaf's neighbour first. `index < size`, both up to 2^53 - 1. */
export function inclusionRanges(index: number, size: number): Range[] {
  const ranges: Range[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/** The nodes of a consistency proof from the smaller to the larger size; none from the empty tree or between trees of one size. */
export function consistencyRanges(first: number, second: number): Range[] {
  if (!(first > 0 && first < second)) return [];
  const ranges: Range[] = [];
  let [start, end] = [0, second];
  while (first !== end) {
    const middle = start + largestPowerBelow(end - start);
    if (first <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // The verifier has the root of the older tree: as a node of its own it is left out.
  if (start !== 0) ranges.push({ start, end });
  return ranges.reverse();
}

/** The complete subtrees that a node consists of, from left to right, each smaller than the one before; at most 53. */
export function subtreesOf({ start, end }: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  let at = start;
  for (let level = 52, width = 2 ** 52; level >= 0; level--, width /= 2) {
    if (end - at < width) continue;
    subtrees.push({ level, index: at / width });
    at += width;
  }
  return subtrees;
}

/** The hash of a node from those of {@link subtreesOf}, in their order. @param hashes at least one */
export function joinSubtrees(hashes: readonly Uint8Array[]): Buffer {
  const [last, ...before] = [...hashes].reverse();
  if (last === undefined) throw new RangeError('a node has at least one subtree');
  return before.reduce<Buffer>((right, left) => nodeHash(left, right), Buffer.from(last));
}

/** A proof's hashes. @param hashOf the hash of a complete subtree */
export function proofOf(ranges: readonly Range[], hashOf: (subtree: Subtree) => Uint8Array): Buffer[] {
  return ranges.map((range) => joinSubtrees(subtreesOf(range).map(hashOf)));
}

/** The largest power of two smaller than `n`, which is at least 2. */
function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}
