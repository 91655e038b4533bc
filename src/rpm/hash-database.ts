// Berkeley DB hash databases, as rpm's Packages is one: pages with pairs of keys and values (Berkeley DB, db_page.h).
import type { RandomAccess } from '../lib/random-access.ts';
import { malformedRpmDatabase } from './fault.ts';

const MAGIC = 0x061561;
const PAGE_HEADER = 26;
/** Types of pages. */
const HASH_UNSORTED = 2;
const OVERFLOW = 7;
const HASH = 13;
/** Types of items. */
const INLINE = 1;
const OFF_PAGE = 3;

interface Layout {
  readonly source: RandomAccess;
  readonly pageSize: number;
  readonly little: boolean;
  /** Bytes of values that may still be read: all of them are in the file once. */
  left: number;
  /** Pages of values that may still be read: each is of one value. */
  pages: number;
}

/**
 * The values of all pairs whose key is four bytes and not zero: rpm's headers by their numbers. Either byte order.
 * @throws Fault `rpm/malformed-database`: no such database, an encrypted one, items outside their pages, chains of pages
 * that do not end
 */
export function* readHashDatabase(source: RandomAccess): Generator<Buffer> {
  const meta = source.read(0, 512);
  if (meta.length < 512) throw malformedRpmDatabase('it is too short');
  const little = meta.readUInt32LE(12) === MAGIC;
  if (!little && meta.readUInt32BE(12) !== MAGIC) throw malformedRpmDatabase('it does not start as one');
  const pageSize = uint32(meta, 20, little);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0 || meta[24] !== 0) {
    throw malformedRpmDatabase('its page size is impossible, or it is encrypted');
  }
  const layout: Layout = { source, pageSize, little, left: source.size, pages: Math.ceil(source.size / pageSize) };
  const last = uint32(meta, 32, little);
  for (let number = 1; number <= last; number++) {
    const page = source.read(number * pageSize, pageSize);
    if (page.length < pageSize) return;
    if (page[25] === HASH || page[25] === HASH_UNSORTED) yield* valuesOf(page, layout);
  }
}

function* valuesOf(page: Buffer, layout: Layout): Generator<Buffer> {
  const entries = uint16(page, 20, layout.little);
  if (PAGE_HEADER + 2 * entries > page.length) throw malformedRpmDatabase('a page has more items than room');
  for (let i = 0; i + 1 < entries; i += 2) {
    const key = itemOf(page, i, layout.little);
    if (key[0] !== INLINE || key.length !== 5) throw malformedRpmDatabase('a key is no number');
    // The number 0 is where rpm counts.
    if (key.readUInt32BE(1) === 0) continue;
    const value = itemOf(page, i + 1, layout.little);
    if (value[0] === INLINE) yield taken(value.subarray(1), layout);
    else if (value[0] === OFF_PAGE && value.length >= 12) yield overflowOf(value, layout);
  }
}

/** An item with its type; items fill a page from its end, the first one last. */
function itemOf(page: Buffer, index: number, little: boolean): Buffer {
  const start = uint16(page, PAGE_HEADER + 2 * index, little);
  const end = index === 0 ? page.length : uint16(page, PAGE_HEADER + 2 * (index - 1), little);
  if (start < PAGE_HEADER || end <= start || end > page.length)
    throw malformedRpmDatabase('an item is outside its page');
  return page.subarray(start, end);
}

function overflowOf(item: Buffer, layout: Layout): Buffer {
  const { source, pageSize, little } = layout;
  const length = uint32(item, 8, little);
  if (length > layout.left) throw malformedRpmDatabase('its packages are longer than the file');
  const parts: Buffer[] = [];
  let number = uint32(item, 4, little);
  for (let left = length; left > 0; ) {
    const page = source.read(number * pageSize, pageSize);
    layout.pages--;
    const size = page.length < pageSize || layout.pages < 0 ? 0 : uint16(page, 22, little);
    if (page[25] !== OVERFLOW || size === 0 || size > pageSize - PAGE_HEADER) {
      throw malformedRpmDatabase('the pages of a package are not there');
    }
    const part = page.subarray(PAGE_HEADER, PAGE_HEADER + Math.min(size, left));
    parts.push(part);
    left -= part.length;
    number = uint32(page, 16, little);
  }
  return taken(Buffer.concat(parts, length), layout);
}

function taken(value: Buffer, layout: Layout): Buffer {
  layout.left -= value.length;
  if (layout.left < 0) throw malformedRpmDatabase('its packages are longer than the file');
  return value;
}

function uint32(bytes: Buffer, at: number, little: boolean): number {
  return little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

function uint16(bytes: Buffer, at: number, little: boolean): number {
  return little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}
