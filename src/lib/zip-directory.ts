// Finds the central directory of a ZIP archive: PKWARE APPNOTE 6.3.10, sections 4.3.14 to 4.3.16.
import { Fault } from './faults.ts';

/** Bytes that can be read anywhere, in memory or on disk. */
export interface RandomAccess {
  readonly size: number;
  /** `length` bytes from `offset`, fewer at the end; empty beyond it. */
  read(offset: number, length: number): Buffer;
}

/** Bounds on one archive, each far above the largest honest one seen. */
export const zipLimits = {
  /** Entries of a central directory, a count. */
  entries: 1_000_000,
  /** A central directory, in bytes. */
  directory: 256 << 20,
} as const;

const END = 0x06054b50;
const END_LENGTH = 22;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
/** Of a header in the directory without its name, extra fields and comment. */
export const HEADER_LENGTH = 46;

export interface ZipDirectory {
  readonly start: number;
  readonly end: number;
  readonly count: number;
  /** Length of what stands before the archive and is not counted in its offsets. */
  readonly shift: number;
}

/** @throws Fault `zip/malformed`, `zip/too-large` */
export function zipDirectory(content: RandomAccess): ZipDirectory {
  const tailAt = Math.max(0, content.size - END_LENGTH - 0xffff);
  const tail = content.read(tailAt, content.size - tailAt);
  const at = endRecord(tail);
  const record = at < 0 ? undefined : (wideEnd(content, tail, at, tailAt) ?? narrowEnd(tail, at, tailAt));
  if (record === undefined) throw malformed('it has no directory');
  const { end, size, count, offset } = record;
  if (count > zipLimits.entries || size > zipLimits.directory) throw tooMany();
  if (size > end || (count > 0 && size < HEADER_LENGTH)) throw malformed('its directory does not fit');
  const start = end - size;
  const shift = start - offset;
  const asStated = count > 0 && shift > 0 && content.read(offset, 4).equals(HEADER_BYTES);
  if (asStated && !content.read(start, 4).equals(HEADER_BYTES)) return { start: offset, end, count, shift: 0 };
  if (shift < 0) throw malformed('its directory starts after its end');
  return { start, end, count, shift };
}

const HEADER_BYTES = Buffer.from([0x50, 0x4b, 0x01, 0x02]);

interface EndRecord {
  /** Where the directory ends at the latest. */
  readonly end: number;
  readonly size: number;
  readonly count: number;
  readonly offset: number;
}

function endRecord(tail: Buffer): number {
  for (let at = tail.length - END_LENGTH; at >= 0; at--) {
    if (
      tail[at] === 0x50 &&
      tail.readUInt32LE(at) === END &&
      at + END_LENGTH + tail.readUInt16LE(at + 20) <= tail.length
    )
      return at;
  }
  return -1;
}

function narrowEnd(tail: Buffer, at: number, tailAt: number): EndRecord {
  return {
    end: tailAt + at,
    count: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
}

// APPNOTE 4.3.14 and 4.3.15. The locator's offset is off by what stands before the archive: then the record is just before it.
function wideEnd(content: RandomAccess, tail: Buffer, at: number, tailAt: number): EndRecord | undefined {
  if (at < 20 || tail.readUInt32LE(at - 20) !== LOCATOR64) return undefined;
  const stated = safe(tail.readBigUInt64LE(at - 12));
  for (const place of [tailAt + at - 20 - 56, stated]) {
    const record = place < 0 ? undefined : content.read(place, 56);
    if (record?.length === 56 && record.readUInt32LE(0) === END64) {
      return {
        end: place,
        count: safe(record.readBigUInt64LE(32)),
        size: safe(record.readBigUInt64LE(40)),
        offset: safe(record.readBigUInt64LE(48)),
      };
    }
  }
  return undefined;
}

export function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('a size is impossible');
  return Number(value);
}

export function malformed(why: string, cause?: unknown): Fault {
  return new Fault(
    'zip/malformed',
    `The archive is no valid ZIP file: ${why}.`,
    'It is damaged or was altered; fetch or make it again.',
    { cause },
  );
}

export function tooMany(): Fault {
  return new Fault(
    'zip/too-large',
    "The archive's directory is larger than is read.",
    `At most ${zipLimits.entries} entries in ${zipLimits.directory} bytes; it may be made to exhaust memory.`,
  );
}
