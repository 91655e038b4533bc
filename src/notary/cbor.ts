// CBOR (RFC 8949), as much as COSE_Sign1 messages of Notary Project signatures have: no floats, nothing of indefinite length.
import { malformed } from './types.ts';

/** A data item. Keys of maps are integers and texts, as COSE has them. */
export type Cbor = number | string | boolean | null | Uint8Array | CborTag | readonly Cbor[] | CborMap;
export type CborMap = ReadonlyMap<number | string, Cbor>;

/** A tagged item (3.4). */
export class CborTag {
  readonly tag: number;
  readonly value: Cbor;

  constructor(tag: number, value: Cbor) {
    this.tag = tag;
    this.value = value;
  }
}

/** Deepest nesting, and most items of one message. */
const DEPTH = 8;
const MOST_ITEMS = 10_000;

interface Cursor {
  readonly bytes: Buffer;
  at: number;
  items: number;
}

/**
 * The one item that the bytes are. Byte strings are views of them.
 * @throws Fault `notary/malformed` for what is cut short or followed by more, for heads that are longer than they need be, for
 * maps with a key twice, for integers beyond 2^53, and beyond the bounds of this subset
 */
export function readCbor(bytes: Uint8Array): Cbor {
  const cursor = { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0, items: 0 };
  const item = readItem(cursor, 0);
  if (cursor.at !== bytes.length) throw malformed('something follows the end of its CBOR');
  return item;
}

function readItem(cursor: Cursor, depth: number): Cbor {
  if (depth > DEPTH) throw malformed(`its CBOR nests deeper than ${DEPTH}`);
  if (++cursor.items > MOST_ITEMS) throw malformed(`its CBOR has more than ${MOST_ITEMS} items`);
  const first = cursor.bytes[cursor.at++];
  if (first === undefined) throw malformed('its CBOR is cut short');
  const [major, info] = [first >> 5, first & 31];
  if (major === 7) return simple(info);
  const argument = readArgument(cursor, info);
  switch (major) {
    case 0:
      return argument;
    case 1:
      return -1 - argument;
    case 2:
      return take(cursor, argument);
    case 3:
      return textOf(take(cursor, argument));
    case 4:
      return readArray(cursor, argument, depth);
    case 5:
      return readMap(cursor, argument, depth);
    default:
      return new CborTag(argument, readItem(cursor, depth + 1));
  }
}

function simple(info: number): boolean | null {
  if (info === 20 || info === 21) return info === 21;
  if (info === 22) return null;
  throw malformed('its CBOR has a float, or a simple value that is none of true, false and null');
}

function readArgument(cursor: Cursor, info: number): number {
  if (info < 24) return info;
  if (info > 27) throw malformed('its CBOR has an item of indefinite length');
  const length = 1 << (info - 24);
  const bytes = take(cursor, length);
  const value = length === 8 ? bytes.readUInt32BE(0) * 2 ** 32 + bytes.readUInt32BE(4) : bytes.readUIntBE(0, length);
  if (value >= Number.MAX_SAFE_INTEGER) throw malformed('its CBOR has a number beyond 2^53');
  if (value < (length === 1 ? 24 : 2 ** (length * 4))) {
    throw malformed('its CBOR has a number or length that is not as short as it can be');
  }
  return value;
}

function take(cursor: Cursor, length: number): Buffer {
  if (length > cursor.bytes.length - cursor.at) throw malformed('its CBOR is cut short');
  cursor.at += length;
  return cursor.bytes.subarray(cursor.at - length, cursor.at);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed('its CBOR has a text that is not UTF-8');
  }
}

function readArray(cursor: Cursor, length: number, depth: number): readonly Cbor[] {
  const items: Cbor[] = [];
  for (let index = 0; index < length; index++) items.push(readItem(cursor, depth + 1));
  return items;
}

function readMap(cursor: Cursor, length: number, depth: number): CborMap {
  const map = new Map<number | string, Cbor>();
  for (let index = 0; index < length; index++) {
    const key = readItem(cursor, depth + 1);
    if (typeof key !== 'number' && typeof key !== 'string')
      throw malformed('a key of its CBOR is no number and no text');
    if (map.has(key)) throw malformed(`the header ${key} stands there twice`);
    map.set(key, readItem(cursor, depth + 1));
  }
  return map;
}

/** The one deterministic encoding (4.2.1): heads as short as they can be, keys in the order of their encoded bytes. */
export function writeCbor(item: Cbor): Buffer {
  if (typeof item === 'number') return item < 0 ? head(1, -1 - item) : head(0, item);
  if (typeof item === 'string') return Buffer.concat([head(3, Buffer.byteLength(item)), Buffer.from(item)]);
  if (typeof item === 'boolean') return Buffer.from([item ? 0xf5 : 0xf4]);
  if (item === null) return Buffer.from([0xf6]);
  if (item instanceof Uint8Array) return Buffer.concat([head(2, item.length), item]);
  if (item instanceof CborTag) return Buffer.concat([head(6, item.tag), writeCbor(item.value)]);
  if (isMap(item)) {
    const members = [...item].map(([key, value]) => [writeCbor(key), writeCbor(value)] as const);
    members.sort(([a], [b]) => Buffer.compare(a, b));
    return Buffer.concat([head(5, members.length), ...members.flat()]);
  }
  return Buffer.concat([head(4, item.length), ...item.map(writeCbor)]);
}

function isMap(item: readonly Cbor[] | CborMap): item is CborMap {
  return item instanceof Map;
}

function head(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument]);
  const size = argument < 2 ** 8 ? 1 : argument < 2 ** 16 ? 2 : argument < 2 ** 32 ? 4 : 8;
  const bytes = Buffer.alloc(1 + size);
  bytes.writeUInt8((major << 5) | (24 + Math.log2(size)));
  if (size === 8) {
    bytes.writeUInt32BE(Math.floor(argument / 2 ** 32), 1);
    bytes.writeUInt32BE(argument % 2 ** 32, 5);
  } else bytes.writeUIntBE(argument, 1, size);
  return bytes;
}
