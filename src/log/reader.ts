// Reads a log: checkpoint, entries, proofs. What it gives is checked against the checkpoint that it is given for.
import { parseCheckpoint, type SignedCheckpoint } from '../tlog/checkpoint.ts';
import { BUNDLE_LIMIT, decodeEntries } from '../tlog/entries.ts';
import { HASH_SIZE, leafHash } from '../tlog/hashes.ts';
import { NOTE_LIMIT } from '../tlog/note.ts';
import type { LogProof } from '../tlog/proof.ts';
import { consistencyRanges, inclusionRanges, proofOf, type Range, subtreesOf } from '../tlog/prove.ts';
import { hashInTile, type Tile, TILE_SIZE, TILE_WIDTH, tileAt, tileOf, tilePath } from '../tlog/tiles.ts';
import { type TreeHead, verifyConsistency, verifyInclusion } from '../tlog/verify.ts';
import { alteredTree, missingLog, missingTile, noEntry, tornTile } from './faults.ts';
import type { LogSource } from './storage.ts';

/** Tiles that are kept in memory: 2 MiB. */
const MOST_TILES = 256;

export class LogReader {
  readonly #source: LogSource;
  /** By path: what a path says never changes. */
  readonly #tiles = new Map<string, Buffer>();

  constructor(source: LogSource) {
    this.#source = source;
  }

  get name(): string {
    return this.#source.name;
  }

  /** The latest checkpoint; nobody's signature is checked. @throws Fault `log/missing`, `tlog/malformed` */
  async checkpoint(): Promise<SignedCheckpoint> {
    const bytes = await this.#source.read('checkpoint', NOTE_LIMIT);
    if (bytes === undefined) throw missingLog(this.name);
    return parseCheckpoint(bytes, `the checkpoint of ${this.name}`);
  }

  /** One entry, which the tree of the checkpoint holds there. @throws Fault `log/no-entry`, `log/missing-tile`, `log/torn-tile`, `log/altered-tree` */
  async entry(index: number, checkpoint: SignedCheckpoint): Promise<Buffer> {
    return (await this.entryWithProof(index, checkpoint)).entry;
  }

  /** An entry with the proof that it is there. @throws Fault as {@link entry} */
  async entryWithProof(index: number, checkpoint: SignedCheckpoint): Promise<{ entry: Buffer; proof: LogProof }> {
    const entries = await this.bundle(Math.floor(index / TILE_WIDTH), checkpoint.size);
    const entry = entries[index % TILE_WIDTH];
    if (entry === undefined) throw noEntry(this.name, index, checkpoint.size);
    const hashes = await this.inclusion(index, checkpoint, leafHash(entry));
    return { entry, proof: { index, hashes, checkpoint, extra: undefined } };
  }

  /** The entries of a bundle, not checked; none beyond the tree. @throws Fault `log/missing-tile`, `log/torn-tile` */
  async bundle(index: number, size: number): Promise<Buffer[]> {
    const tile = tileAt('entries', index, size);
    if (tile === undefined) return [];
    const found = await this.#widest(tile, BUNDLE_LIMIT);
    try {
      return decodeEntries(found.bytes, found.width, found.path).slice(0, tile.width);
    } catch {
      throw tornTile(this.name, found.path, `it does not hold ${found.width} entries`);
    }
  }

  /**
   * The hashes of an inclusion proof, which verifies for this leaf.
   * @param leaf the leaf's hash; the one in the log unless given
   * @throws Fault `log/no-entry`, `log/missing-tile`, `log/torn-tile`, `log/altered-tree`
   */
  async inclusion(index: number, head: TreeHead, leaf?: Buffer): Promise<Buffer[]> {
    if (!Number.isSafeInteger(index) || index < 0 || index >= head.size) throw noEntry(this.name, index, head.size);
    const own: Range = { start: index, end: index + 1 };
    const [found, ...proof] = await this.#hashes([own, ...inclusionRanges(index, head.size)], head.size);
    if (found !== undefined && verifyInclusion(index, head.size, leaf ?? found, proof, head.root)) return proof;
    throw alteredTree(this.name, head.size);
  }

  /** The hashes of a consistency proof, which verifies. @throws Fault `log/missing-tile`, `log/torn-tile`, `log/altered-tree` */
  async consistency(older: TreeHead, newer: TreeHead): Promise<Buffer[]> {
    const proof = await this.consistencyHashes(older.size, newer.size);
    if (verifyConsistency(older, newer, proof)) return proof;
    throw alteredTree(this.name, newer.size);
  }

  /** The hashes of a consistency proof, not checked. `first <= second`. @throws Fault `log/missing-tile`, `log/torn-tile` */
  async consistencyHashes(first: number, second: number): Promise<Buffer[]> {
    return await this.#hashes(consistencyRanges(first, second), second);
  }

  /** The hashes of a tile as wide as in a tree of `size`. @throws Fault `log/missing-tile`, `log/torn-tile` */
  async tile(tile: Tile): Promise<Buffer> {
    const path = tilePath(tile);
    const known = this.#tiles.get(path);
    if (known !== undefined) return known;
    const found = await this.#widest(tile, TILE_SIZE);
    if (found.bytes.length !== found.width * HASH_SIZE) {
      throw tornTile(this.name, found.path, `it has ${found.bytes.length} bytes`);
    }
    const bytes = found.bytes.subarray(0, tile.width * HASH_SIZE);
    if (this.#tiles.size >= MOST_TILES) this.#tiles.clear();
    this.#tiles.set(path, bytes);
    return bytes;
  }

  /** A partial tile, or the full one that came after it (Partial Tiles). */
  async #widest(tile: Tile, limit: number): Promise<{ path: string; width: number; bytes: Buffer }> {
    for (const width of new Set([tile.width, TILE_WIDTH])) {
      const path = tilePath({ ...tile, width });
      const bytes = await this.#source.read(path, limit);
      if (bytes !== undefined) return { path, width, bytes };
    }
    throw missingTile(this.name, tilePath(tile));
  }

  async #hashes(ranges: readonly Range[], size: number): Promise<Buffer[]> {
    const places = new Map<string, Tile>();
    for (const subtree of ranges.flatMap(subtreesOf)) {
      const { level, index } = tileOf(subtree);
      const tile = tileAt(level, index, size);
      if (tile !== undefined) places.set(`${level}/${index}`, tile);
    }
    const read = await Promise.all([...places].map(async ([key, tile]) => [key, await this.tile(tile)] as const));
    const tiles = new Map(read);
    return proofOf(ranges, (subtree) => {
      const { level, index } = tileOf(subtree);
      const hash = hashInTile(subtree, tiles.get(`${level}/${index}`) ?? Buffer.alloc(0));
      if (hash === undefined) throw alteredTree(this.name, size);
      return hash;
    });
  }
}
