// Rows by their number, where those that are asked for together often stand together: what one feed says of one package.
import type { SqlRow } from '../../io/database.ts';

/** Rows that are read at a time where the one before stood near, and how near that is. */
const BLOCK = 32;
const NEAR = 256;
/** Blocks in memory. */
const KEPT = 32;

export class NearbyRows {
  readonly #between: (from: number, to: number) => readonly SqlRow[];
  #last = Number.NEGATIVE_INFINITY;
  readonly #blocks = new Map<number, ReadonlyMap<number, SqlRow>>();

  /** @param between gives rows, their number first, from one to another that is included */
  constructor(between: (from: number, to: number) => readonly SqlRow[]) {
    this.#between = between;
  }

  get(number: number): SqlRow | undefined {
    const block = Math.floor(number / BLOCK);
    const there = this.#blocks.get(block);
    if (there !== undefined) return there.get(number);
    const isNear = Math.abs(number - this.#last) < NEAR;
    this.#last = number;
    if (!isNear) return this.#between(number, number)[0];
    if (this.#blocks.size === KEPT) this.#blocks.clear();
    const read = this.#between(block * BLOCK, block * BLOCK + BLOCK - 1);
    const rows = new Map(read.map((row) => [row[0] as number, row]));
    this.#blocks.set(block, rows);
    return rows.get(number);
  }
}
