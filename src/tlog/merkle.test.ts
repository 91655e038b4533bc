import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeRoot, EMPTY_ROOT, leafHash, nodeHash } from './hashes.ts';
import {
  consistencyRanges,
  inclusionRanges,
  joinSubtrees,
  proofOf,
  type Range,
  type Subtree,
  subtreesOf,
} from './prove.ts';
import { inclusionRoot, verifyConsistency, verifyInclusion } from './verify.ts';

const MOST = 130;
const leaves = Array.from({ length: MOST }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));

// The definition itself (RFC 6962, 2.1), remembered.
const known = new Map<string, Buffer>();
function naive(start: number, end: number): Buffer {
  if (start === end) return EMPTY_ROOT;
  if (end - start === 1) return leaves[start] ?? EMPTY_ROOT;
  const key = `${start}-${end}`;
  let hash = known.get(key);
  if (hash === undefined) {
    let k = 1;
    while (k * 2 < end - start) k *= 2;
    hash = nodeHash(naive(start, start + k), naive(start + k, end));
    known.set(key, hash);
  }
  return hash;
}
const hashOf = ({ level, index }: Subtree): Buffer => naive(index * 2 ** level, (index + 1) * 2 ** level);
const head = (size: number) => ({ size, root: naive(0, size) });
const flipped = (hash: Uint8Array): Buffer => {
  const other = Buffer.from(hash);
  other.writeUInt8(other.readUInt8(7) ^ 1, 7);
  return other;
};

test('the hashes are those of the known answers of RFC 6962 logs', () => {
  expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(leafHash(Buffer.alloc(0)).toString('hex')).toBe(
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
  // Certificate Transparency's test vectors: the tree over these eight leaves.
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const hashes = inputs.map((hex) => leafHash(Buffer.from(hex, 'hex')));
  expect(completeRoot(Buffer.concat(hashes)).toString('hex')).toBe(
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  );
});

describe('for every size up to 130', () => {
  const sizes = Array.from({ length: MOST }, (_, i) => i + 1);

  test('the subtrees of a tree make its root', () => {
    for (const size of sizes) {
      expect(joinSubtrees(subtreesOf({ start: 0, end: size }).map(hashOf)).equals(naive(0, size))).toBe(true);
    }
  });

  test('every leaf has an inclusion proof, that leads nowhere else', () => {
    const wrong: unknown[] = [];
    for (const size of sizes) {
      for (let index = 0; index < size; index++) {
        const proof = proofOf(inclusionRanges(index, size), hashOf);
        const leaf = leaves[index] ?? EMPTY_ROOT;
        const root = naive(0, size);
        if (!verifyInclusion(index, size, leaf, proof, root)) wrong.push([index, size]);
        if (size > 40 && size % 32 > 1) continue;
        const seen = [
          verifyInclusion(index, size, flipped(leaf), proof, root),
          size > 1 && verifyInclusion((index + 1) % size, size, leaf, proof, root),
          verifyInclusion(index, size, leaf, [...proof, leaf], root),
          proof.length > 0 && verifyInclusion(index, size, leaf, proof.slice(1), root),
          proof.length > 0 && verifyInclusion(index, size, leaf, proof.slice(0, -1), root),
          proof.length > 0 && verifyInclusion(index, size, leaf, [flipped(proof[0] ?? leaf), ...proof.slice(1)], root),
        ];
        if (seen.join() !== 'false,false,false,false,false,false') wrong.push([index, size, seen]);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('every older tree has a consistency proof, that fits no other tree', () => {
    const wrong: unknown[] = [];
    for (const second of sizes) {
      for (let first = 0; first <= second; first++) {
        const proof = proofOf(consistencyRanges(first, second), hashOf);
        const [older, newer] = [head(first), head(second)];
        if (!verifyConsistency(older, newer, proof)) wrong.push([first, second]);
        if (second > 40 && second % 32 > 1) continue;
        const seen = [
          verifyConsistency({ ...older, root: flipped(older.root) }, newer, proof),
          first > 0 && verifyConsistency(older, { ...newer, root: flipped(newer.root) }, proof),
          verifyConsistency(older, newer, [...proof, older.root]),
          proof.length > 0 && verifyConsistency(older, newer, proof.slice(1)),
          proof.length > 0 && verifyConsistency(older, newer, proof.slice(0, -1)),
          first < second && verifyConsistency(newer, older, proof),
        ];
        if (seen.join() !== 'false,false,false,false,false,false') wrong.push([first, second, seen]);
      }
    }
    expect(wrong).toEqual([]);
  });
});

// A tree of any size whose every leaf is the same: then a complete subtree's hash depends on its level alone.
const uniform: Buffer[] = [leafHash(Buffer.from('x'))];
for (let level = 1; level < 54; level++)
  uniform.push(nodeHash(uniform[level - 1] ?? EMPTY_ROOT, uniform[level - 1] ?? EMPTY_ROOT));
const uniformHash = ({ level }: Subtree): Buffer => uniform[level] ?? EMPTY_ROOT;
const rootOf = (size: number): Buffer => joinSubtrees(subtreesOf({ start: 0, end: size }).map(uniformHash));
const sizes = fc.oneof(
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  fc.tuple(fc.integer({ min: 0, max: 52 }), fc.integer({ min: -2, max: 2 })).map(([e, d]) => Math.max(1, 2 ** e + d)),
  fc.constant(Number.MAX_SAFE_INTEGER),
);

test('proofs of trees up to 2^53 - 1 are made and verify', () => {
  const property = fc.property(sizes, sizes, (a, b) => {
    const [first, second] = [Math.min(a, b), Math.max(a, b)];
    const proof = proofOf(consistencyRanges(first, second), uniformHash);
    const heads = [first, second].map((size) => ({ size, root: rootOf(size) }));
    if (heads[0] === undefined || heads[1] === undefined) return false;
    const inclusion = proofOf(inclusionRanges(first - 1, second), uniformHash);
    return (
      verifyConsistency(heads[0], heads[1], proof) &&
      verifyInclusion(first - 1, second, uniform[0] ?? EMPTY_ROOT, inclusion, heads[1].root)
    );
  });
  expect(fc.check(property, { numRuns: 500 })).toMatchObject({ failed: false });
});

test('the ranges of a node are aligned and cover it once', () => {
  const property = fc.property(sizes, sizes, (a, b) => {
    const [index, size] = [Math.min(a, b) - 1, Math.max(a, b)];
    const covered = [{ start: index, end: index + 1 }, ...inclusionRanges(index, size)].sort(
      (x, y) => x.start - y.start,
    );
    const gaps = covered.filter((range, i) => range.start !== (covered[i - 1]?.end ?? 0));
    const whole = (range: Range) =>
      subtreesOf(range).reduce((sum, { level }) => sum + 2 ** level, 0) === range.end - range.start;
    return gaps.length === 0 && covered.at(-1)?.end === size && covered.every(whole);
  });
  expect(fc.check(property)).toMatchObject({ failed: false });
});

test('nonsense is no proof and no crash', () => {
  const [leaf, root] = [leaves[0] ?? EMPTY_ROOT, naive(0, 2)];
  for (const [index, size] of [
    [-1, 2],
    [0.5, 2],
    [2, 2],
    [0, 2 ** 53],
    [Number.NaN, 2],
    [0, Number.POSITIVE_INFINITY],
  ] as const) {
    expect(inclusionRoot(index, size, leaf, [leaf])).toBeUndefined();
  }
  expect(inclusionRoot(0, 2, leaf.subarray(1), [leaf])).toBeUndefined();
  expect(inclusionRoot(0, 2, leaf, [leaf.subarray(1)])).toBeUndefined();
  expect(
    inclusionRoot(
      0,
      2,
      leaf,
      Array.from({ length: 100_000 }, () => leaf),
    ),
  ).toBeUndefined();
  for (const [first, second] of [
    [9, 2],
    [-1, 2],
    [Number.NaN, 2],
    [2, Number.NaN],
  ] as const) {
    expect(consistencyRanges(first, second)).toEqual([]);
  }
  expect(verifyConsistency({ size: -1, root }, { size: 2, root }, [])).toBe(false);
  expect(verifyConsistency({ size: 0, root }, { size: 2, root }, [])).toBe(false);
  expect(verifyConsistency({ size: 2, root }, { size: 2, root: EMPTY_ROOT }, [])).toBe(false);
  expect(verifyConsistency({ size: 1, root }, { size: 2, root }, [])).toBe(false);
});
