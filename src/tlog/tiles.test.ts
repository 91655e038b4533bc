import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEntries, encodeEntries } from './entries.ts';
import { completeRoot, leafHash } from './hashes.ts';
import {
  hashInTile,
  hashesAt,
  lastTile,
  parseTilePath,
  type Tile,
  TILE_WIDTH,
  tileAt,
  tileOf,
  tilePath,
} from './tiles.ts';

test('paths are those of the specification', () => {
  expect(tilePath({ level: 0, index: 0, width: 256 })).toBe('tile/0/000');
  expect(tilePath({ level: 3, index: 1_234_067, width: 256 })).toBe('tile/3/x001/x234/067');
  expect(tilePath({ level: 'entries', index: 999, width: 12 })).toBe('tile/entries/999.p/12');
  expect(tilePath({ level: 63, index: 1000, width: 255 })).toBe('tile/63/x001/000.p/255');
});

test('a path has one form, and no other is read', () => {
  const tiles = fc.record<Tile>({
    level: fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 })),
    index: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
    width: fc.integer({ min: 1, max: 256 }),
  });
  const property = fc.property(tiles, (tile) => {
    const read = parseTilePath(tilePath(tile));
    return read?.level === tile.level && read.index === tile.index && read.width === tile.width;
  });
  expect(fc.check(property)).toMatchObject({ failed: false });
  const others = [
    'tile/64/000',
    'tile/00/000',
    'tile/0/00',
    'tile/0/0000',
    'tile/0/x000/000',
    'tile/0/001/002',
    'tile/0/x001/x002',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/../000',
    'tile/entries/x000/001',
    'tile/data/000',
    'tile/-1/000',
    'tile/0/x999/x999/x999/x999/x999/999',
    'checkpoint',
    '',
  ];
  expect(others.filter((path) => parseTilePath(path) !== undefined)).toEqual([]);
});

test('a tree of 70,000 leaves has the tiles that the specification counts', () => {
  expect(hashesAt(0, 70_000)).toBe(70_000);
  expect(lastTile(0, 70_000)).toEqual({ level: 0, index: 273, width: 112 });
  expect(tileAt(1, 0, 70_000)).toEqual({ level: 1, index: 0, width: 256 });
  expect(lastTile(1, 70_000)).toEqual({ level: 1, index: 1, width: 17 });
  expect(lastTile(2, 70_000)).toEqual({ level: 2, index: 0, width: 1 });
  expect(lastTile(3, 70_000)).toBeUndefined();
  expect([lastTile(0, 256), lastTile(1, 256), lastTile(0, 0)]).toEqual([
    { level: 0, index: 0, width: 256 },
    { level: 1, index: 0, width: 1 },
    undefined,
  ]);
});

test('a subtree is found in its tile, and not in one that is too narrow', () => {
  const hashes = Array.from({ length: TILE_WIDTH }, (_, i) => leafHash(Buffer.from([i])));
  const tile = Buffer.concat(hashes);
  expect(tileOf({ level: 3, index: 33 })).toEqual({ level: 0, index: 1 });
  expect(tileOf({ level: 8, index: 256 })).toEqual({ level: 1, index: 1 });
  expect(hashInTile({ level: 3, index: 33 }, tile)).toEqual(completeRoot(Buffer.concat(hashes.slice(8, 16))));
  expect(hashInTile({ level: 8, index: 7 }, tile)).toEqual(hashes[7]);
  expect(hashInTile({ level: 3, index: 33 }, tile.subarray(0, 15 * 32))).toBeUndefined();
});

test('bundles hold what was put into them, and nothing else is read as one', () => {
  const entries = [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(65_535, 7)];
  const bundle = encodeEntries(entries);
  expect(decodeEntries(bundle, 3, 'b')).toEqual(entries);
  for (const [bytes, count] of [
    [bundle, 2],
    [bundle, 4],
    [bundle.subarray(0, -1), 3],
    [Buffer.alloc(1), 0],
    [Buffer.alloc(0), 1],
  ] as const) {
    expect(() => decodeEntries(bytes, count, 'b')).toThrow(expect.objectContaining({ code: 'tlog/malformed' }));
  }
  expect(() => encodeEntries([Buffer.alloc(65_536)])).toThrow(expect.objectContaining({ code: 'tlog/entry-too-long' }));
});
