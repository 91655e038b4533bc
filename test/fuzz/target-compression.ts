// gzip and zstd, in pieces and at once.
import { createHash } from 'node:crypto';
import { decompress, decompressStream } from '../../src/lib/decompress.ts';
import { Fault } from '../../src/lib/faults.ts';
import { broken } from './mutate.ts';
import { brokenCompressed } from './mutate-compressed.ts';
import type { Seeds } from './seeds.ts';
import type { Target } from './targets.ts';

const LIMIT = 8 << 20;

export function compressionTarget({ tars, documents }: Seeds): Target {
  const contents = [...documents, ...tars.map((tar) => tar.subarray(0, 64 << 10))];
  return {
    name: 'compression',
    weight: 8,
    make(random) {
      const content = random.pick(contents);
      return { bytes: brokenCompressed(random.once(2) ? content : broken(content, random), random) };
    },
    async run({ bytes }, random) {
      const whole = await outcome(bytes, bytes.length);
      const pieces = await outcome(bytes, 1 + random.below(Math.max(64, bytes.length)));
      const same = whole instanceof Fault ? pieces instanceof Fault : whole === pieces;
      if (!same) throw new Error(`whole: ${String(whole)}, in pieces: ${String(pieces)}`);
      await decompress(bytes, LIMIT, 'It');
      if (whole instanceof Fault) throw whole;
    },
  };
}

async function outcome(bytes: Buffer, step: number): Promise<string | Fault> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of decompressStream(source(bytes, step), LIMIT, 'It')) {
      hash.update(chunk);
      size += chunk.length;
      if (size > LIMIT) throw new Error('more than the limit');
    }
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

async function* source(bytes: Buffer, step: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}
