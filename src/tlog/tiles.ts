// Tiles of a Merkle tree (C2SP tlog-tiles): which there are, where they are, which hashes they hold.
import { isCount, parseDecimal } from './decimal.ts';
import { completeRoot, HASH_SIZE } from './hashes.ts';
import type { Subtree } from './prove.ts';

/** Hashes of a full tile, and entries of a full bundle. */
export const TILE_WIDTH = 256;
/** Bytes of a full tile. */
export const TILE_SIZE = TILE_WIDTH * HASH_SIZE;
/** Levels of tiles that a tree of up to 2^53 - 1 leaves has. */
export const TILE_LEVELS = 7;

export interface Tile {
  /** 0 to 63; `entries` for a bundle of entries. */
  readonly level: number | 'entries';
  readonly index: number;
  /** Hashes or entries in it: 256, or 1 to 255 for a partial one. */
  readonly width: number;
}

/** `tile/<L>/<N>[.p/<W>]`, the index in groups of three digits (Merkle Tree; Log entries). */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/\d{3}/g) ?? [];
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/;

/** The tile of a path in its one form; `undefined` for anything else. */
export function parseTilePath(path: string): Tile | undefined {
  const [, level = '', digits = '', partial] = PATH.exec(path) ?? [];
  const index = parseDecimal(digits.replace(/[x/]/g, '').replace(/^0+(?=\d)/, ''));
  const width = partial === undefined ? TILE_WIDTH : parseDecimal(partial);
  if (index === undefined || width === undefined) return undefined;
  const tile: Tile = { level: level === 'entries' ? level : Number(level), index, width };
  const isThere = (tile.level === 'entries' || tile.level <= 63) && tilePath(tile) === path;
  return isThere && width >= 1 && (partial === undefined || width < TILE_WIDTH) ? tile : undefined;
}

/** How many hashes all tiles of a level hold together, in a tree of `size` leaves. Bundles count as level 0. */
export function hashesAt(level: Tile['level'], size: number): number {
  return level === 'entries' ? size : Math.floor(size / TILE_WIDTH ** level);
}

/** A tile as wide as it is in a tree of `size` leaves; `undefined` where it would be empty. */
export function tileAt(level: Tile['level'], index: number, size: number): Tile | undefined {
  const width = Math.min(TILE_WIDTH, hashesAt(level, size) - index * TILE_WIDTH);
  return isCount(index) && width > 0 ? { level, index, width } : undefined;
}

/** The last tile of a level, full or partial; `undefined` where the level is empty. */
export function lastTile(level: Tile['level'], size: number): Tile | undefined {
  return tileAt(level, Math.max(0, Math.ceil(hashesAt(level, size) / TILE_WIDTH) - 1), size);
}

/** The tile of a subtree's hash: the one at the next lower multiple of eight levels. */
export function tileOf({ level, index }: Subtree): { readonly level: number; readonly index: number } {
  const above = level % 8;
  return { level: (level - above) / 8, index: Math.floor((index * 2 ** above) / TILE_WIDTH) };
}

/** A subtree's hash from the bytes of its tile; `undefined` where the tile is not wide enough. */
export function hashInTile({ level, index }: Subtree, tile: Uint8Array): Buffer | undefined {
  const count = 2 ** (level % 8);
  const first = (index * count) % TILE_WIDTH;
  if ((first + count) * HASH_SIZE > tile.length) return undefined;
  return completeRoot(tile.subarray(first * HASH_SIZE, (first + count) * HASH_SIZE));
}
