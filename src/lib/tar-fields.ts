// The fields of a tar header, read in place, and what is thrown about an archive that is no good.
import { Fault } from './faults.ts';
import { BLOCK } from './tar.ts';

/** `tar/malformed` */
export function malformedTar(problem: string): Fault {
  return new Fault(
    'tar/malformed',
    `The tar archive is malformed: ${problem}.`,
    'The archive is damaged or was altered; fetch or make it again.',
  );
}

/** The bytes of a field up to its first zero byte, as `latin1`. */
export function textField(bytes: Buffer, at: number, length: number): string {
  const stop = at + length;
  let end = at;
  while (end < stop && bytes[end] !== 0) end++;
  return end === at ? '' : bytes.toString('latin1', at, end);
}

/**
 * A number: octal digits among spaces and zero bytes, or base-256, big-endian two's complement behind a first bit that
 * is set. May be negative or beyond what a double holds exactly: the caller bounds it.
 * @throws Fault `tar/malformed` for anything else
 */
export function numberField(bytes: Buffer, at: number, length: number): number {
  const first = bytes[at] as number;
  if (first >= 0x80) return base256(bytes, at, length);
  const stop = at + length;
  let i = at;
  let c = first;
  while (c === 0x20 || c === 0) {
    if (++i === stop) return 0;
    c = bytes[i] as number;
  }
  let value = 0;
  while (c >= 0x30 && c <= 0x37) {
    value = value * 8 + (c - 0x30);
    if (++i === stop) return value;
    c = bytes[i] as number;
  }
  if (c !== 0x20 && c !== 0) throw malformedTar('a number is not octal');
  return value;
}

function base256(bytes: Buffer, at: number, length: number): number {
  const negative = ((bytes[at] as number) & 0x40) !== 0;
  const flip = negative ? 0xff : 0;
  let value = ((bytes[at] as number) ^ flip) & 0x3f;
  for (let i = at + 1; i < at + length; i++) value = value * 256 + ((bytes[i] as number) ^ flip);
  return negative ? -value - 1 : value;
}

/**
 * The decimal number that fills a range, rounded down; NaN when it is none.
 * @param options.fraction digits may follow a point; `lenient`: a sign may stand before it, and digits without end
 */
export function decimal(
  bytes: Buffer,
  from: number,
  to: number,
  { fraction, lenient }: { readonly fraction: boolean; readonly lenient: boolean },
): number {
  const negative = bytes[from] === 0x2d;
  const digits = lenient && (negative || bytes[from] === 0x2b) ? from + 1 : from;
  let value = 0;
  let at = digits;
  for (; at < to; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (at === digits || (!lenient && at - digits > 16)) return Number.NaN;
  let rest = false;
  if (at < to) {
    if (!fraction || bytes[at] !== 0x2e || (!lenient && (to - at < 2 || to - at > 21))) return Number.NaN;
    while (++at < to) {
      const digit = (bytes[at] as number) - 0x30;
      if (digit < 0 || digit > 9) return Number.NaN;
      if (digit > 0) rest = true;
    }
  }
  return negative ? -value - (rest ? 1 : 0) : value;
}

const CHECKSUM = 148;

/** The sum of the bytes of the block that starts at a word, four bytes at a time; 0 only of a block of zero bytes. */
export function blockSum(words: Int32Array, first: number): number {
  // Two sums of 16 bits each, of 256 bytes at most.
  let sums = 0;
  for (let i = first; i < first + BLOCK / 4; i += 2) {
    const a = words[i] as number;
    const b = words[i + 1] as number;
    if ((a | b) === 0) continue;
    sums = (sums + (a & 0xff00ff) + ((a >>> 8) & 0xff00ff) + (b & 0xff00ff) + ((b >>> 8) & 0xff00ff)) | 0;
  }
  return (sums & 0xffff) + (sums >>> 16);
}

/**
 * @param sum of all the header's bytes
 * @param lenient a sum of signed bytes will do, as some writers made it
 */
export function hasChecksum(bytes: Buffer, at: number, sum: number, lenient: boolean): boolean {
  const stated = numberField(bytes, at + CHECKSUM, 8);
  let own = 0;
  for (let i = at + CHECKSUM; i < at + CHECKSUM + 8; i++) own += bytes[i] as number;
  if (stated === sum - own + 8 * 0x20) return true;
  if (!lenient) return false;
  let high = 0;
  for (let i = at; i < at + BLOCK; i++) {
    if ((bytes[i] as number) >= 0x80 && (i < at + CHECKSUM || i >= at + CHECKSUM + 8)) high++;
  }
  return stated === sum - own + 8 * 0x20 - 256 * high;
}
