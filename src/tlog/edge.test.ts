import { expect, test } from 'vitest';
import { EMPTY_EDGE, type Edge, grow, isWhole, rootOf } from './edge.ts';
import { decodeEntries } from './entries.ts';
import { EMPTY_ROOT, leafHash, nodeHash } from './hashes.ts';
import { joinSubtrees, subtreesOf } from './prove.ts';
import { hashInTile, TILE_LEVELS, tileAt, tileOf, tilePath } from './tiles.ts';

const entry = (i: number): Buffer => Buffer.from(`entry ${i}`);
function naive(hashes: readonly Buffer[]): Buffer {
  if (hashes.length <= 1) return hashes[0] ?? EMPTY_ROOT;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(naive(hashes.slice(0, k)), naive(hashes.slice(k)));
}

test('appending gives the root of the definition, in batches of any size', () => {
  const hashes: Buffer[] = [];
  let edge: Edge = EMPTY_EDGE;
  expect(rootOf(edge)).toEqual(EMPTY_ROOT);
  for (const count of [1, 1, 3, 250, 1, 1, 0, 255, 256, 257, 700, 1]) {
    const entries = Array.from({ length: count }, (_, i) => entry(edge.size + i));
    hashes.push(...entries.map(leafHash));
    const grown = grow(edge, entries);
    expect([grown.edge.size, grown.root.toString('hex')]).toEqual([hashes.length, naive(hashes).toString('hex')]);
    expect(isWhole(grown.edge)).toBe(true);
    ({ edge } = grown);
  }
});

test('what it wrote is all that the tree of the last size consists of', () => {
  const stored = new Map<string, Buffer>();
  let edge: Edge = EMPTY_EDGE;
  while (edge.size < 66_000) {
    const count = edge.size < 65_000 ? 13_001 : 199;
    const grown = grow(
      edge,
      Array.from({ length: count }, (_, i) => entry(edge.size + i)),
    );
    for (const { tile, bytes } of grown.written) stored.set(tilePath(tile), bytes);
    ({ edge } = grown);
  }
  const { size } = edge;
  const hashOf = (level: number, index: number): Buffer | undefined => {
    const place = tileOf({ level, index });
    const tile = tileAt(place.level, place.index, size);
    return tile && hashInTile({ level, index }, stored.get(tilePath(tile)) ?? Buffer.alloc(0));
  };
  const roots = subtreesOf({ start: 0, end: size }).map(({ level, index }) => hashOf(level, index) ?? EMPTY_ROOT);
  expect(joinSubtrees(roots)).toEqual(rootOf(edge));
  for (const level of [...Array.from({ length: TILE_LEVELS }, (_, i) => i), 'entries' as const]) {
    for (let index = 0; ; index++) {
      const tile = tileAt(level, index, size);
      if (tile === undefined) break;
      expect([tilePath(tile), stored.has(tilePath(tile))]).toEqual([tilePath(tile), true]);
    }
  }
  const bundle = tileAt('entries', 3, size) ?? { level: 'entries', index: 3, width: 0 };
  expect(decodeEntries(stored.get(tilePath(bundle)) ?? Buffer.alloc(0), 256, 'b')[5]).toEqual(entry(3 * 256 + 5));
});
