// Reads a bbolt database (go.etcd.io/bbolt, file format version 2): a B+ tree of pages, copied when written.
import type { RandomFile } from '../io/random-file.ts';
import { Fault } from '../lib/faults.ts';

const MAGIC = 0xed0cdaed;
const VERSION = 2;
/** Bytes of a page's header: id, flags, count, overflow. */
const HEADER = 16;
/** Where the fields of a meta page's checksum end. */
const META = 64;
const BRANCH = 0x01;
const LEAF = 0x02;
const META_FLAG = 0x04;
/** A leaf's element that is a bucket. */
const BUCKET = 0x01;
/** Bytes of an element in a page's table. */
const ELEMENT = 16;
/** Pages that one search reads; a database of images is small. */
const MOST_PAGES = 100_000;
const MOST_LEVELS = 32;
/** Elements that all searches come upon. */
const MOST_ITEMS = 5_000_000;
/** Bytes of one page with its overflow. */
const LARGEST_PAGE = 64 << 20;

export interface BoltItem {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly bucket: boolean;
}

interface Meta {
  readonly pageSize: number;
  readonly root: number;
  readonly transaction: bigint;
}

/**
 * A database as it was at one transaction. Nothing is locked: what is read counts only if {@link isCurrent} holds
 * afterwards, since pages that the newest transaction reaches are not written to before the next one is there.
 * @throws Fault `bolt/malformed`, `file/…` from every function
 */
export class Bolt {
  readonly #file: RandomFile;
  readonly #meta: Meta;
  #pages = 0;
  #count = 0;

  private constructor(file: RandomFile, meta: Meta) {
    this.#file = file;
    this.#meta = meta;
  }

  static async open(file: RandomFile): Promise<Bolt> {
    return new Bolt(file, await newest(file));
  }

  /** Whether nothing was written since this was opened. */
  async isCurrent(): Promise<boolean> {
    return (await newest(this.#file)).transaction === this.#meta.transaction;
  }

  /** What is in a bucket, sorted by key; `undefined` where there is no such bucket. */
  async bucket(path: readonly string[]): Promise<readonly BoltItem[] | undefined> {
    let items = await this.#items(await this.#page(this.#meta.root), 0);
    for (const name of path) {
      const found = items.find(({ key, bucket }) => bucket && key.equals(Buffer.from(name, 'utf8')));
      if (found === undefined) return undefined;
      if (found.value.length < HEADER) throw broken('a bucket is too short');
      const root = integer(found.value, 0);
      // A small bucket lies in its element, after its header, as a page of its own.
      const page = root === 0 ? found.value.subarray(HEADER) : await this.#page(root);
      items = await this.#items(page, 0);
    }
    return items;
  }

  async #items(page: Buffer, level: number): Promise<BoltItem[]> {
    if (page.length < HEADER) throw broken('a page is too short');
    if (level > MOST_LEVELS) throw broken('its tree is too deep');
    const flags = page.readUInt16LE(8);
    const count = page.readUInt16LE(10);
    if (HEADER + count * ELEMENT > page.length) throw broken("a page's table goes beyond it");
    this.#count += count;
    if (this.#count > MOST_ITEMS) throw broken('it has too many elements');
    const items: BoltItem[] = [];
    for (let i = 0; i < count; i++) {
      const at = HEADER + i * ELEMENT;
      if (flags === LEAF) items.push(leaf(page, at));
      else if (flags === BRANCH) {
        for (const item of await this.#items(await this.#page(integer(page, at + 8)), level + 1)) items.push(item);
      } else throw broken('a page is of no known kind');
    }
    return items;
  }

  async #page(id: number): Promise<Buffer> {
    if (++this.#pages > MOST_PAGES) throw broken('it has too many pages');
    const { pageSize } = this.#meta;
    const first = await this.#file.read(id * pageSize, pageSize);
    if (first.length < pageSize || integer(first, 0) !== id) throw broken('a page is not where it should be');
    const size = (first.readUInt32LE(12) + 1) * pageSize;
    if (size > LARGEST_PAGE) throw broken('a page is too large');
    return size === pageSize ? first : await this.#file.read(id * pageSize, size);
  }
}

function leaf(page: Buffer, at: number): BoltItem {
  const start = at + page.readUInt32LE(at + 4);
  const middle = start + page.readUInt32LE(at + 8);
  const end = middle + page.readUInt32LE(at + 12);
  if (end > page.length) throw broken('an element goes beyond its page');
  const bucket = (page.readUInt32LE(at) & BUCKET) !== 0;
  return { key: page.subarray(start, middle), value: page.subarray(middle, end), bucket };
}

/** The valid one of both meta pages with the higher transaction. */
async function newest(file: RandomFile): Promise<Meta> {
  const first = metaOf(await file.read(0, HEADER + META));
  // The second stands on page 1, whose place the first tells; a broken first one leaves the usual sizes.
  const sizes = first === undefined ? [4096, 8192, 16384, 65536] : [first.pageSize];
  const found = [first];
  for (const size of sizes) found.push(metaOf(await file.read(size, HEADER + META)));
  const [best] = found.filter((meta) => meta !== undefined).sort((a, b) => (a.transaction < b.transaction ? 1 : -1));
  if (best === undefined) throw broken('it has no valid beginning');
  return best;
}

function metaOf(page: Buffer): Meta | undefined {
  if (page.length < HEADER + META || (page.readUInt16LE(8) & META_FLAG) === 0) return undefined;
  const meta = page.subarray(HEADER);
  if (meta.readUInt32LE(0) !== MAGIC || meta.readUInt32LE(4) !== VERSION) return undefined;
  if (meta.readBigUInt64LE(56) !== fnv1a(meta.subarray(0, 56))) return undefined;
  const pageSize = meta.readUInt32LE(8);
  if (pageSize < 1024 || pageSize > 1 << 20) return undefined;
  return { pageSize, root: integer(meta, 16), transaction: meta.readBigUInt64LE(48) };
}

/** FNV-1a of 64 bits. */
function fnv1a(bytes: Buffer): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

function integer(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > 0xffffffffffn) throw broken('a page number is too large');
  return Number(value);
}

function broken(why: string): Fault {
  return new Fault(
    'bolt/malformed',
    `The database cannot be read: ${why}.`,
    'Run the command again; if that does not help, the database is damaged.',
  );
}
