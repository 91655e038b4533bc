// Writes ZIP archives, honest ones and ones that lie.
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  readonly name: string | Buffer;
  readonly content: Buffer | string;
  /** 8 unless given; others than 0 and 8 are only stated. */
  readonly method?: number;
  /** What the directory says instead of the truth. */
  readonly size?: number;
  readonly compressedSize?: number;
  readonly offset?: number;
  readonly flags?: number;
  readonly crc?: number;
}

export interface ZipShape {
  readonly prefix?: Buffer;
  /** Whether the offsets count the prefix. */
  readonly counted?: boolean;
  /** Sizes and offsets in zip64 fields and records. */
  readonly wide?: boolean;
  readonly comment?: string;
  /** What the end record says instead of the truth. */
  readonly count?: number;
  readonly directorySize?: number;
}

export function zipOf(parts: readonly ZipPart[], shape: ZipShape = {}): Buffer {
  const { prefix = Buffer.alloc(0), counted = false, wide = false } = shape;
  const out: Buffer[] = [prefix];
  let at = counted ? prefix.length : 0;
  const headers: Buffer[] = [];
  for (const part of parts) {
    const method = part.method ?? 8;
    const plain = Buffer.from(part.content as string);
    const stored = method === 8 ? deflateRawSync(plain) : plain;
    const name = Buffer.from(part.name as string);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    headers.push(header({ crc: crc32(plain), ...part }, name, method, plain.length, stored.length, at, wide));
    out.push(local, name, stored);
    at += 30 + name.length + stored.length;
  }
  const directory = Buffer.concat(headers);
  const size = shape.directorySize ?? directory.length;
  const count = shape.count ?? parts.length;
  out.push(
    directory,
    ...(wide ? wideEnd(count, size, at, directory.length) : []),
    end(count, size, at, wide, shape.comment),
  );
  return Buffer.concat(out);
}

function header(part: ZipPart, name: Buffer, method: number, plain: number, stored: number, at: number, wide: boolean) {
  const fixed = Buffer.alloc(46);
  const sizes = [part.size ?? plain, part.compressedSize ?? stored, part.offset ?? at] as const;
  const extra = Buffer.alloc(wide ? 28 : 0);
  if (wide) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    for (const [i, size] of sizes.entries()) extra.writeBigUInt64LE(BigInt(size), 4 + 8 * i);
  }
  fixed.writeUInt32LE(0x02014b50, 0);
  fixed.writeUInt16LE(part.flags ?? 0, 8);
  fixed.writeUInt16LE(method, 10);
  fixed.writeUInt32LE(part.crc ?? 0, 16);
  fixed.writeUInt32LE(wide ? 0xffffffff : sizes[1], 20);
  fixed.writeUInt32LE(wide ? 0xffffffff : sizes[0], 24);
  fixed.writeUInt16LE(name.length, 28);
  fixed.writeUInt16LE(extra.length, 30);
  fixed.writeUInt32LE(wide ? 0xffffffff : sizes[2], 42);
  return Buffer.concat([fixed, name, extra]);
}

function wideEnd(count: number, size: number, at: number, length: number): Buffer[] {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at + length), 8);
  return [record, locator];
}

function end(count: number, size: number, at: number, wide: boolean, comment = ''): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(wide ? 0xffff : count % 65_536, 8);
  record.writeUInt16LE(wide ? 0xffff : count % 65_536, 10);
  record.writeUInt32LE(wide ? 0xffffffff : size, 12);
  record.writeUInt32LE(wide ? 0xffffffff : at, 16);
  record.writeUInt16LE(comment.length, 20);
  return Buffer.concat([record, Buffer.from(comment, 'latin1')]);
}
