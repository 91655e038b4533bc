// The right edge of a tree: all that it takes to append to it, and what appending writes (C2SP tlog-tiles, Merkle Tree).
import { encodeEntries } from './entries.ts';
import { completeRoot, EMPTY_ROOT, HASH_SIZE, leafHash } from './hashes.ts';
import { joinSubtrees, subtreesOf } from './prove.ts';
import { hashInTile, hashesAt, type Tile, TILE_SIZE, TILE_WIDTH, tileOf } from './tiles.ts';

export interface Edge {
  /** Leaves of the tree. */
  readonly size: number;
  /** The hashes of each level's partial tile, none where the last tile is full; shorter than seven where the tree is low. */
  readonly tiles: readonly Buffer[];
  /** The entries of the partial bundle: as many as hashes in the first tile. */
  readonly entries: readonly Uint8Array[];
}

/** A tile or bundle with what is in it. */
export interface TileContent {
  readonly tile: Tile;
  readonly bytes: Buffer;
}

export interface Grown {
  readonly edge: Edge;
  /** The root of the tree that it is now. */
  readonly root: Buffer;
  /** The tiles and bundles that became full or wider, the full ones of a level first. */
  readonly written: readonly TileContent[];
}

/** The edge of the empty tree. */
export const EMPTY_EDGE: Edge = { size: 0, tiles: [], entries: [] };

/** Appends entries. @throws Fault `tlog/entry-too-long` */
export function grow(edge: Edge, entries: readonly Uint8Array[]): Grown {
  const size = edge.size + entries.length;
  const written: TileContent[] = [...bundles(edge, entries)];
  const tiles: Buffer[] = [];
  let added: Buffer = Buffer.concat(entries.map(leafHash));
  for (let level = 0; level < edge.tiles.length || added.length > 0; level++) {
    const before = edge.tiles[level] ?? Buffer.alloc(0);
    const row = Buffer.concat([before, added]);
    const first = Math.floor(hashesAt(level, edge.size) / TILE_WIDTH);
    const full = cut(row, level, first);
    written.push(...full);
    const rest = row.subarray(full.length * TILE_SIZE);
    const width = rest.length / HASH_SIZE;
    if (added.length > 0 && width > 0)
      written.push({ tile: { level, index: first + full.length, width }, bytes: rest });
    tiles.push(rest);
    added = Buffer.concat(full.map(({ bytes }) => completeRoot(bytes)));
  }
  const all = [...edge.entries, ...entries];
  const grown: Edge = { size, tiles, entries: all.slice(all.length - (size % TILE_WIDTH)) };
  return { edge: grown, root: rootOf(grown), written };
}

/** The root of the tree. */
export function rootOf({ size, tiles }: Pick<Edge, 'size' | 'tiles'>): Buffer {
  if (size === 0) return EMPTY_ROOT;
  const hashes = subtreesOf({ start: 0, end: size }).map((subtree) => {
    const hash = hashInTile(subtree, tiles[tileOf(subtree).level] ?? Buffer.alloc(0));
    if (hash === undefined) throw new RangeError('the edge does not hold what its size says');
    return hash;
  });
  return joinSubtrees(hashes);
}

/** Whether every level's partial tile is as wide as the size says. */
export function isWhole({ size, tiles, entries }: Edge): boolean {
  for (let level = 0; level < tiles.length || hashesAt(level, size) > 0; level++) {
    if ((tiles[level]?.length ?? 0) !== (hashesAt(level, size) % TILE_WIDTH) * HASH_SIZE) return false;
  }
  return entries.length === size % TILE_WIDTH;
}

function cut(row: Buffer, level: number, first: number): TileContent[] {
  return Array.from({ length: Math.floor(row.length / TILE_SIZE) }, (_, i) => ({
    tile: { level, index: first + i, width: TILE_WIDTH },
    bytes: row.subarray(i * TILE_SIZE, (i + 1) * TILE_SIZE),
  }));
}

function* bundles(edge: Edge, added: readonly Uint8Array[]): Generator<TileContent> {
  if (added.length === 0) return;
  const entries = [...edge.entries, ...added];
  const first = Math.floor(edge.size / TILE_WIDTH);
  for (let at = 0; at < entries.length; at += TILE_WIDTH) {
    const some = entries.slice(at, at + TILE_WIDTH);
    const tile: Tile = { level: 'entries', index: first + at / TILE_WIDTH, width: some.length };
    yield { tile, bytes: encodeEntries(some) };
  }
}
