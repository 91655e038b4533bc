// Records and variable-length integers of SQLite's database file format (fileformat2, sections 1.6 and 2.1).
import { malformedDatabase } from './fault.ts';

/** Text and blobs as their bytes; integers beyond 2^53 lose their last digits. */
export type SqliteValue = null | number | Buffer;

export interface Varint {
  readonly value: number;
  /** Where the next byte is. */
  readonly next: number;
}

/**
 * A big-endian integer of 1 to 9 bytes, seven bits each.
 * @throws Fault `sqlite/malformed` at the end of the bytes, and for one that is negative or beyond 2^53
 */
export function readVarint(bytes: Buffer, at: number): Varint {
  let value = 0;
  for (let i = 0; i < 9; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) throw malformedDatabase('a number ends too early');
    value = i === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) throw malformedDatabase('a number is too large');
    if (i === 8 || byte < 0x80) return { value, next: at + i + 1 };
  }
  throw malformedDatabase('a number ends too early');
}

/** Most columns of one record that are read. */
const COLUMNS = 2000;

/**
 * The values of one record.
 * @throws Fault `sqlite/malformed`: a value outside the record, an unknown type, more than 2000 columns
 */
export function readRecord(payload: Buffer): SqliteValue[] {
  const header = readVarint(payload, 0);
  const values: SqliteValue[] = [];
  let at = header.next;
  let body = header.value;
  if (body > payload.length || body < at) throw malformedDatabase('a record has a header that is too long');
  while (at < header.value) {
    const type = readVarint(payload, at);
    at = type.next;
    const size = sizeOf(type.value);
    if (body + size > payload.length || values.length >= COLUMNS)
      throw malformedDatabase('a value is outside its record');
    values.push(valueOf(type.value, payload.subarray(body, body + size)));
    body += size;
  }
  return values;
}

const SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function sizeOf(type: number): number {
  const size = type >= 12 ? Math.floor((type - 12) / 2) : SIZES[type];
  if (size === undefined) throw malformedDatabase('a value is of no known type');
  return size;
}

function valueOf(type: number, bytes: Buffer): SqliteValue {
  if (type === 0) return null;
  if (type >= 12) return bytes;
  if (type === 8 || type === 9) return type - 8;
  if (type === 7) return bytes.readDoubleBE(0);
  return type === 6 ? Number(bytes.readBigInt64BE(0)) : bytes.readIntBE(0, bytes.length);
}
