// Takes up a log where it ends, after a look at all that the next entries stand on.
import { type Edge, isWhole, rootOf } from '../tlog/edge.ts';
import { completeRoot, HASH_SIZE, leafHash } from '../tlog/hashes.ts';
import { hashesAt, lastTile, type Tile, TILE_LEVELS, TILE_WIDTH, tileAt, tilePath } from '../tlog/tiles.ts';
import type { TreeHead } from '../tlog/verify.ts';
import { alteredTile, alteredTree } from './faults.ts';
import type { LogReader } from './reader.ts';

/**
 * The right edge of the tree: read from its tiles, which make the checkpoint's root, and from its bundle, which makes the tiles.
 * The last full tile of every level and the last full bundle are looked at, too; the whole log is what an audit is for.
 * @throws Fault `log/missing-tile`, `log/torn-tile`, `log/altered-tile`, `log/altered-tree`
 */
export async function readEdge(reader: LogReader, head: TreeHead): Promise<Edge> {
  const { size } = head;
  const tiles = await Promise.all(levels(size).map(async (level) => await partialTile(reader, level, size)));
  const partial = await reader.bundle(Math.floor(size / TILE_WIDTH), size);
  const edge: Edge = { size, tiles, entries: partial };
  if (!isWhole(edge) || !rootOf(edge).equals(head.root)) throw alteredTree(reader.name, size);
  checkBundle(reader, Math.floor(size / TILE_WIDTH), size, partial, tiles[0] ?? Buffer.alloc(0));
  for (const level of levels(size)) await checkLastFull(reader, level, size, tiles[level + 1]);
  return edge;
}

/** The levels of a tree that have hashes. */
function levels(size: number): number[] {
  return Array.from({ length: TILE_LEVELS }, (_, level) => level).filter((level) => hashesAt(level, size) > 0);
}

async function partialTile(reader: LogReader, level: number, size: number): Promise<Buffer> {
  const last = lastTile(level, size);
  return last === undefined || last.width === TILE_WIDTH ? Buffer.alloc(0) : await reader.tile(last);
}

// Where the level above ends with a full tile, that one is looked at for itself.
async function checkLastFull(reader: LogReader, level: number, size: number, above?: Buffer): Promise<void> {
  const index = Math.floor(hashesAt(level, size) / TILE_WIDTH) - 1;
  if (index < 0) return;
  const tile: Tile = { level, index, width: TILE_WIDTH };
  const hashes = await reader.tile(tile);
  const said = above?.subarray(-HASH_SIZE);
  if (said?.length === HASH_SIZE && !completeRoot(hashes).equals(said)) throw alteredTile(reader.name, tilePath(tile));
  if (level === 0) checkBundle(reader, index, size, await reader.bundle(index, size), hashes);
}

function checkBundle(reader: LogReader, index: number, size: number, entries: readonly Buffer[], hashes: Buffer): void {
  if (Buffer.concat(entries.map(leafHash)).equals(hashes)) return;
  const tile = tileAt('entries', index, size);
  throw alteredTile(reader.name, tile === undefined ? 'tile/entries' : tilePath(tile));
}
