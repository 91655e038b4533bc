// Tables of an SQLite database, read only and without its write-ahead log (SQLite, "Database File Format").
import type { RandomAccess } from '../lib/random-access.ts';
import { malformedDatabase } from './fault.ts';
import { readRecord, readVarint, type SqliteValue } from './record.ts';

export interface SqliteRow {
  readonly rowid: number;
  /** As the table's columns; an INTEGER PRIMARY KEY is `null` here, it is the rowid. */
  readonly values: readonly SqliteValue[];
}

const MAGIC = 'SQLite format 3\0';
const LEAF = 0x0d;
const INTERIOR = 0x05;
/** Deepest tree that is read; with 512-byte pages ten levels hold more than a file can. */
const DEPTH = 20;

/** One database. Nothing of it is kept but the schema: rows are read as they are asked for. */
export class SqliteDatabase {
  readonly #source: RandomAccess;
  readonly #pageSize: number;
  /** What of a page is used: some bytes at its end may be reserved. */
  readonly #usable: number;
  readonly #roots = new Map<string, number>();

  /** @throws Fault `sqlite/malformed`: no database, an impossible page size, a broken schema */
  constructor(source: RandomAccess) {
    this.#source = source;
    const header = source.read(0, 100);
    if (header.length < 100 || header.toString('latin1', 0, 16) !== MAGIC)
      throw malformedDatabase('it does not start as one');
    const size = header.readUInt16BE(16);
    this.#pageSize = size === 1 ? 65_536 : size;
    this.#usable = this.#pageSize - (header[20] ?? 0);
    const isPower = this.#pageSize >= 512 && (this.#pageSize & (this.#pageSize - 1)) === 0;
    if (!isPower || this.#usable < 480) throw malformedDatabase('its page size is impossible');
    for (const { values } of this.#rows(1)) {
      const [type, name, , root] = values;
      if (!Buffer.isBuffer(type) || !Buffer.isBuffer(name) || typeof root !== 'number') continue;
      if (type.toString('latin1') === 'table') this.#roots.set(name.toString('utf8'), root);
    }
  }

  /**
   * The rows of a table in the order of their rowids; none for a table that is not there.
   * @throws Fault `sqlite/malformed` when it comes to what is broken; pages and bytes are each read once at most
   */
  *rows(table: string): Generator<SqliteRow> {
    const root = this.#roots.get(table);
    if (root !== undefined) yield* this.#rows(root);
  }

  *#rows(root: number): Generator<SqliteRow> {
    const seen = new Set<number>();
    // A hostile file would have many cells share one chain of pages.
    const budget = { bytes: this.#source.size };
    yield* this.#tree(root, 0, seen, budget);
  }

  *#tree(number: number, depth: number, seen: Set<number>, budget: { bytes: number }): Generator<SqliteRow> {
    if (seen.has(number) || depth > DEPTH) throw malformedDatabase('its pages form no tree');
    seen.add(number);
    const page = this.#page(number);
    const start = number === 1 ? 100 : 0;
    const type = page[start];
    const cells = page.readUInt16BE(start + 3);
    const pointers = start + (type === INTERIOR ? 12 : 8);
    if (pointers + 2 * cells > page.length) throw malformedDatabase('a page has more cells than room');
    for (let i = 0; i < cells; i++) {
      const at = page.readUInt16BE(pointers + 2 * i);
      if (type === LEAF) yield this.#row(page, at, budget);
      else if (type === INTERIOR) yield* this.#tree(pageNumber(page, at), depth + 1, seen, budget);
      else throw malformedDatabase('a page is none of a table');
    }
    if (type === INTERIOR) yield* this.#tree(pageNumber(page, start + 8), depth + 1, seen, budget);
  }

  #row(page: Buffer, at: number, budget: { bytes: number }): SqliteRow {
    const length = readVarint(page, at);
    const rowid = readVarint(page, length.next);
    budget.bytes -= length.value;
    if (budget.bytes < 0) throw malformedDatabase('its rows are longer than the file');
    return { rowid: rowid.value, values: readRecord(this.#payload(page, rowid.next, length.value)) };
  }

  // Section 1.6: what does not fit into the page goes on in a chain of overflow pages.
  #payload(page: Buffer, at: number, length: number): Buffer {
    const most = this.#usable - 35;
    const least = Math.floor(((this.#usable - 12) * 32) / 255) - 23;
    const fitting = least + ((length - least) % (this.#usable - 4));
    const local = length <= most ? length : fitting <= most ? fitting : least;
    if (at + local > page.length) throw malformedDatabase('a row is outside its page');
    const first = page.subarray(at, at + local);
    if (local === length) return first;
    const parts = [first];
    let next = pageNumber(page, at + local);
    for (let left = length - local; left > 0; ) {
      const overflow = this.#page(next);
      const part = overflow.subarray(4, Math.min(this.#usable, 4 + left));
      parts.push(part);
      left -= part.length;
      next = overflow.readUInt32BE(0);
    }
    return Buffer.concat(parts, length);
  }

  #page(number: number): Buffer {
    const page = number < 1 ? undefined : this.#source.read((number - 1) * this.#pageSize, this.#pageSize);
    if (page?.length !== this.#pageSize) throw malformedDatabase('a page is outside the file');
    return page;
  }
}

function pageNumber(page: Buffer, at: number): number {
  if (at + 4 > page.length) throw malformedDatabase('a cell is outside its page');
  return page.readUInt32BE(at);
}
