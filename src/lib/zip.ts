// Reads ZIP archives at random: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5; what Java archives use of it.
import { inflateRawSync } from 'node:zlib';
import { pathText } from './bytes.ts';
import { Fault, messageOf } from './faults.ts';
import {
  HEADER_LENGTH,
  type RandomAccess,
  malformed,
  safe,
  tooMany,
  zipDirectory,
  zipLimits,
} from './zip-directory.ts';

export interface ZipEntry {
  /** As it stands in the central directory: UTF-8 where valid, else with bytes as `\xNN`. Never a safe path by itself. */
  readonly name: string;
  /** 0 stored, 8 deflated; others cannot be read. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly compressedSize: number;
  /** As the directory states it; reading holds the content to it. */
  readonly size: number;
  /** Of its local header, from the start of the content. */
  readonly offset: number;
  /** CRC-32 of its content, as the directory states it; reading does not check it. */
  readonly crc: number;
}

/** Most bytes that one byte of deflated data stands for (RFC 1951: 258 bytes in two bits), rounded up. */
const DEFLATE_RATIO = 1032;
const WINDOW = 1 << 20;
const HEADER = 0x02014b50;
const LOCAL = 0x04034b50;
const LOCAL_LENGTH = 30;

/**
 * The entries of an archive that `wanted` takes, in the directory's order; names that occur twice are there twice.
 * Bytes before the archive (a script or a program that starts it) are allowed for. Nothing is inflated.
 * @throws Fault `zip/malformed`, `zip/too-large`
 */
export function zipEntries(content: RandomAccess, wanted: (name: string) => boolean): ZipEntry[] {
  return [...walkZip(content, wanted)];
}

/** Like {@link zipEntries}, one after the other: of a directory of any length one window is in memory. */
export function* walkZip(content: RandomAccess, wanted: (name: string) => boolean): Generator<ZipEntry> {
  const { start, end, count, shift } = zipDirectory(content);
  let base = start;
  let window = content.read(base, Math.min(WINDOW, end - base));
  let at = start;
  // Old archivers wrote the count of more than 65,535 entries modulo 65,536: the directory's length decides.
  for (let i = 0; at + HEADER_LENGTH <= end; i++) {
    if (i >= zipLimits.entries) throw tooMany();
    let length = headerLength(window, at - base);
    if (length === 0 && base < at) {
      base = at;
      window = content.read(at, Math.min(WINDOW, end - at));
      length = headerLength(window, 0);
    }
    if (length === undefined && i >= count) break; // APPNOTE 4.3.13: a digital signature
    if (length === undefined || length === 0) throw malformed('its directory is damaged');
    const entry = entryOf(window.subarray(at - base, at - base + length), shift, wanted);
    if (entry !== undefined) yield entry;
    at += length;
  }
}

/** The whole length of the header at `at`; 0 where the window ends before it does, `undefined` where none is there. */
function headerLength(window: Buffer, at: number): number | undefined {
  if (at + HEADER_LENGTH > window.length) return 0;
  if (window.readUInt32LE(at) !== HEADER) return undefined;
  const length =
    HEADER_LENGTH + window.readUInt16LE(at + 28) + window.readUInt16LE(at + 30) + window.readUInt16LE(at + 32);
  return at + length > window.length ? 0 : length;
}

function entryOf(header: Buffer, shift: number, wanted: (name: string) => boolean): ZipEntry | undefined {
  const extraAt = HEADER_LENGTH + header.readUInt16LE(28);
  const raw = header.toString('latin1', HEADER_LENGTH, extraAt);
  if (!wanted(raw)) return undefined;
  let compressedSize = header.readUInt32LE(20);
  let size = header.readUInt32LE(24);
  let offset = header.readUInt32LE(42);
  if (size === 0xffffffff || compressedSize === 0xffffffff || offset === 0xffffffff) {
    const wide = wideFields(header.subarray(extraAt, extraAt + header.readUInt16LE(30)));
    if (size === 0xffffffff) size = wide.next();
    if (compressedSize === 0xffffffff) compressedSize = wide.next();
    if (offset === 0xffffffff) offset = wide.next();
  }
  return {
    name: pathText(raw),
    method: header.readUInt16LE(10),
    encrypted: (header.readUInt16LE(8) & 1) === 1,
    compressedSize,
    size,
    offset: offset + shift,
    crc: header.readUInt32LE(16),
  };
}

// APPNOTE 4.5.3: the fields that did not fit, in this order, only those.
function wideFields(extra: Buffer): { next(): number } {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  let field = at + 4;
  const end = at + 4 <= extra.length ? Math.min(extra.length, field + extra.readUInt16LE(at + 2)) : 0;
  return {
    next() {
      if (field + 8 > end) throw malformed('a size is missing');
      const value = safe(extra.readBigUInt64LE(field));
      field += 8;
      return value;
    },
  };
}

/** Where an entry's bytes lie as stored. @throws Fault `zip/malformed`, `zip/unsupported` */
export function zipRange(content: RandomAccess, entry: ZipEntry): { readonly start: number; readonly length: number } {
  if (entry.encrypted) throw unsupported(entry, 'encrypted');
  if (entry.method !== 0 && entry.method !== 8) throw unsupported(entry, `compressed by method ${entry.method}`);
  const local = content.read(entry.offset, LOCAL_LENGTH);
  if (local.length < LOCAL_LENGTH || local.readUInt32LE(0) !== LOCAL)
    throw malformed('an entry is not where it should be');
  const start = entry.offset + LOCAL_LENGTH + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (start + entry.compressedSize > content.size) throw malformed('an entry goes beyond its end');
  if (entry.method === 0 && entry.size !== entry.compressedSize) throw malformed('an entry has two sizes');
  return { start, length: entry.compressedSize };
}

/**
 * An entry's content; of a stored one a view of the archive's bytes where these are in memory.
 * @param limit on its size, in bytes
 * @throws Fault `zip/malformed`, `zip/too-large`, `zip/unsupported`
 */
export function readZipEntry(content: RandomAccess, entry: ZipEntry, limit: number): Buffer {
  if (entry.size > limit) {
    throw new Fault(
      'zip/too-large',
      `An entry has ${entry.size} bytes, more than the ${limit} that are read.`,
      'Check that it is the right file; it may be made to exhaust memory.',
    );
  }
  const { start, length } = zipRange(content, entry);
  if (entry.method === 8 && entry.size > length * DEFLATE_RATIO) throw malformed('an entry states an impossible size');
  const stored = content.read(start, length);
  if (entry.method === 0) return stored;
  return inflated(stored, entry.size);
}

function inflated(stored: Buffer, size: number): Buffer {
  let out: Buffer;
  try {
    // One byte more than is needed: then it comes in one piece.
    out = inflateRawSync(stored, { maxOutputLength: size + 1, chunkSize: Math.max(64, size + 1) });
  } catch (cause) {
    throw malformed(`an entry cannot be inflated: ${messageOf(cause)}`, cause);
  }
  if (out.length !== size) throw malformed('an entry has another size than its directory states');
  return out;
}

function unsupported({ name }: ZipEntry, how: string): Fault {
  return new Fault(
    'zip/unsupported',
    `The entry ${JSON.stringify(name.slice(0, 200))} is ${how}.`,
    'Only entries that are stored or deflated, and not encrypted, can be read.',
  );
}
