// Damage to gzip and zstd: to the content before it is compressed, to what came of it, and to the order of members.
import zlib from 'node:zlib';
import { brokenBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

export type Format = 'gzip' | 'zstd';

export function compressed(bytes: Buffer, format: Format): Buffer {
  if (format === 'gzip') return zlib.gzipSync(bytes, { level: 1 });
  return zlib.zstdCompressSync(bytes, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } });
}

/** @param content what is compressed, damaged already */
export function brokenCompressed(content: Buffer, random: Random): Buffer {
  const format = random.pick(['gzip', 'zstd'] as const);
  const cut = random.below(content.length + 1);
  const whole = compressed(content, format);
  const halves = () => [compressed(content.subarray(0, cut), format), compressed(content.subarray(cut), format)];
  switch (random.below(6)) {
    case 0:
      return whole;
    case 1:
      return Buffer.concat(halves());
    case 2:
      return Buffer.concat([...halves(), Buffer.alloc(random.below(5000)), random.bytes(random.small(30))]);
    case 3: {
      const skippable = Buffer.from([0x50 + random.below(16), 0x2a, 0x4d, 0x18, random.below(40), 0, 0, 0]);
      return Buffer.concat([skippable, random.bytes(random.below(40)), whole]);
    }
    case 4:
      return bomb(format, random);
    default:
      return brokenBytes(whole, random, [whole]);
  }
}

const bombs: Partial<Record<Format, Buffer>> = {};

function bomb(format: Format, random: Random): Buffer {
  const one = (bombs[format] ??= compressed(Buffer.alloc(16 << 20), format));
  return Buffer.concat(Array.from({ length: 1 + random.below(3) }, () => one));
}
