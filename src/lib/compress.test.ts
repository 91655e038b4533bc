import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { type CompressionChoice, Compressor } from './compress.ts';
import { compressionOf, decompress, decompressStream } from './decompress.ts';

async function compressed(content: Buffer, choice: CompressionChoice, step: number): Promise<Buffer> {
  const out: Uint8Array[] = [];
  const compressor = new Compressor(choice, async (chunk) => {
    out.push(Buffer.from(chunk));
    await Promise.resolve();
  });
  for (let at = 0; at < content.length; at += step) await compressor.write(content.subarray(at, at + step));
  await compressor.end();
  return Buffer.concat(out);
}

const text = Buffer.from('the same words over and over, '.repeat(150_000));
const noise = Buffer.concat([randomBytes(2_500_000), text]);

test.each([
  { format: 'gzip', level: 6 },
  { format: 'zstd', level: 3 },
] as const)('$format: the bytes depend on the content, not on how it was cut', async (choice) => {
  const one = await compressed(noise, choice, 1 << 20);
  const other = await compressed(noise, choice, 77_777);
  expect(one.equals(other)).toBe(true);
  const plain = choice.format === 'gzip' ? zlib.gunzipSync(one) : zlib.zstdDecompressSync(one);
  expect(plain.equals(noise)).toBe(true);
});

test('compresses nothing to a valid empty gzip', async () => {
  expect(zlib.gunzipSync(await compressed(Buffer.alloc(0), { format: 'gzip', level: 6 }, 1)).length).toBe(0);
});

test('keeps the window across blocks: repeated text stays small', async () => {
  expect((await compressed(text, { format: 'gzip', level: 6 }, 1 << 20)).length).toBeLessThan(text.length / 100);
});

test('a fault of the sink reaches the writer', async () => {
  const compressor = new Compressor({ format: 'gzip', level: 1 }, async (chunk) => {
    if (chunk.length > 10) throw new Error('disk full');
    await Promise.resolve();
  });
  await compressor.write(randomBytes(100_000));
  await expect(compressor.end()).rejects.toThrow('disk full');
});

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

async function drained(chunks: AsyncIterable<Buffer>): Promise<number> {
  let size = 0;
  for await (const chunk of chunks) size += chunk.length;
  return size;
}

test.each(['gzip', 'zstd'] as const)('%s: stops a stream that grows over its bound', async (format) => {
  const bomb = await compressed(Buffer.alloc(20 << 20), { format, level: 1 }, 1 << 20);
  expect(compressionOf(bomb)).toBe(format);
  await expect(drained(decompressStream(one(bomb), 1 << 20, 'The layer'))).rejects.toThrow(
    'The layer is larger than 1048576 bytes when decompressed.',
  );
  await expect(decompress(bomb, 1 << 20, 'It')).rejects.toThrow('It is larger than');
});

test('says that a truncated stream is damaged', async () => {
  const bytes = await compressed(noise, { format: 'gzip', level: 1 }, 1 << 20);
  await expect(drained(decompressStream(one(bytes.subarray(0, 1_000_000)), 1 << 30, 'The layer'))).rejects.toThrow(
    'The layer cannot be decompressed',
  );
});

test('passes a plain stream through', async () => {
  expect(await drained(decompressStream(one(Buffer.from('plain')), 100, 'x'))).toBe(5);
});

test('a sink that fails on the first bytes fails whoever waits for the end, and nobody who gave up before', async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on('unhandledRejection', hear);
  try {
    const compressor = new Compressor(
      { format: 'gzip', level: 1 },
      async () => await Promise.reject(new Error('full')),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(unheard).toEqual([]);
    await expect(compressor.end()).rejects.toThrow('full');
  } finally {
    process.off('unhandledRejection', hear);
  }
});
