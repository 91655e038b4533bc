// Damage to bytes of any kind.
import type { Random } from './random.ts';

/** Larger inputs are cut. */
const MOST = 8 << 20;
/** What fields for lengths, counts and offsets are hurt by. */
const NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const DECIMALS = [
  '0',
  '-1',
  '1e9',
  '4294967296',
  '9223372036854775807',
  '99999999999999999999999',
  '00000000007',
  '1.5',
];

type Damage = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const damages: readonly Damage[] = [
  (bytes, random) => changed(bytes, random, (at) => (bytes[at] as number) ^ (1 << random.below(8))),
  (bytes, random) => changed(bytes, random, () => random.pick([0, 1, 0x0a, 0x20, 0x2f, 0x7f, 0x80, 0xff])),
  (bytes, random) => changed(bytes, random, () => random.below(256)),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random.small(bytes.length)),
  number,
  number,
  decimal,
  // A part is left out, said again, or put elsewhere.
  (bytes, random) => {
    const { from, to } = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const { from, to } = range(bytes, random);
    const times = random.once(20) ? 1000 : 1 + random.below(4);
    const part = bytes.subarray(from, Math.min(to, from + Math.floor(MOST / 8 / times)));
    return Buffer.concat([bytes.subarray(0, to), ...Array.from({ length: times }, () => part), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const { from, to } = range(bytes, random);
    const copy = Buffer.from(bytes);
    bytes.copy(copy, random.below(bytes.length), from, to);
    return copy;
  },
  // The start of one and the end of another.
  (bytes, random, others) => {
    const other = random.pick(others);
    return Buffer.concat([
      bytes.subarray(0, random.below(bytes.length + 1)),
      other.subarray(random.below(other.length)),
    ]);
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(random.small(64)), bytes.subarray(at)]);
  },
];

/** One to a few damages. @param others of the same kind, to splice with */
export function brokenBytes(bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  let out = bytes;
  for (let i = 0; i <= random.small(6); i++) out = random.pick(damages)(out, random, others);
  return out.length > MOST ? out.subarray(0, MOST) : out;
}

function changed(bytes: Buffer, random: Random, to: (at: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i <= random.small(8); i++) {
    const at = place(bytes, random);
    if (at < copy.length) copy[at] = to(at);
  }
  return copy;
}

// Headers are at the start or the end more often than not.
function place(bytes: Buffer, random: Random): number {
  const near = random.below(Math.min(bytes.length, 512));
  return random.pick([random.below(bytes.length), near, Math.max(0, bytes.length - 1 - near)]);
}

function number(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  const width = random.pick([1, 2, 4]);
  const at = place(bytes, random);
  if (at + width > copy.length) return copy;
  const old = random.once(2) ? copy.readUIntLE(at, width) : copy.readUIntBE(at, width);
  const value = random.once(2) ? old + random.pick([-1, 1, 8]) : random.pick(NUMBERS);
  const kept = ((value % 2 ** (8 * width)) + 2 ** (8 * width)) % 2 ** (8 * width);
  if (random.once(2)) copy.writeUIntLE(kept, at, width);
  else copy.writeUIntBE(kept, at, width);
  return copy;
}

function decimal(bytes: Buffer, random: Random): Buffer {
  const from = random.below(bytes.length);
  for (let at = from; at < bytes.length; at++) {
    if (!isDigit(bytes[at])) continue;
    let end = at;
    while (isDigit(bytes[end])) end++;
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(DECIMALS)), bytes.subarray(end)]);
  }
  return bytes;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function range(bytes: Buffer, random: Random): { from: number; to: number } {
  const from = random.below(bytes.length);
  return { from, to: Math.min(bytes.length, from + 1 + random.small(Math.min(bytes.length, 4096))) };
}
