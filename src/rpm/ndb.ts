// rpm's own database format, Packages.db: a table of slots and blobs of 16-byte blocks (rpm, lib/backend/ndb).
import type { RandomAccess } from '../lib/random-access.ts';
import { malformedRpmDatabase } from './fault.ts';

const HEADER = 0x506d7052; // RpmP
const SLOT = 0x746f6c53; // Slot
const BLOB = 0x53626c42; // BlbS
const PAGE = 4096;
const ENTRY = 16;
const BLOCK = 16;
/** Most pages of slots that are read: 255 packages each. */
const PAGES = 4096;

/**
 * The headers in the order of their slots.
 * @throws Fault `rpm/malformed-database`: no such database, slots or blobs outside the file or longer than it together
 */
export function* readNdb(source: RandomAccess): Generator<Buffer> {
  const header = source.read(0, 32);
  if (header.length < 32 || header.readUInt32LE(0) !== HEADER || header.readUInt32LE(4) !== 0) {
    throw malformedRpmDatabase('it does not start as one');
  }
  const pages = header.readUInt32LE(12);
  if (pages > PAGES) throw malformedRpmDatabase('it has too many pages of slots');
  const slots = source.read(0, pages * PAGE);
  if (slots.length < pages * PAGE) throw malformedRpmDatabase('its slots are outside the file');
  let left = source.size;
  // The first two entries' room is the header's.
  for (let at = 2 * ENTRY; at < slots.length; at += ENTRY) {
    if (slots.readUInt32LE(at) !== SLOT) throw malformedRpmDatabase('a slot does not start as one');
    const index = slots.readUInt32LE(at + 4);
    if (index === 0) continue;
    const bytes = readBlob(source, index, slots.readUInt32LE(at + 8) * BLOCK);
    left -= bytes.length;
    if (left < 0) throw malformedRpmDatabase('its packages are longer than the file');
    yield bytes;
  }
}

function readBlob(source: RandomAccess, index: number, offset: number): Buffer {
  const head = source.read(offset, 16);
  if (head.length < 16 || head.readUInt32LE(0) !== BLOB || head.readUInt32LE(4) !== index) {
    throw malformedRpmDatabase('a package is not where its slot says');
  }
  const length = head.readUInt32LE(12);
  const bytes = length > source.size ? undefined : source.read(offset + 16, length);
  if (bytes?.length !== length) throw malformedRpmDatabase('a package is outside the file');
  return bytes;
}
