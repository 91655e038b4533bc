import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { xz } from '@napi-rs/lzma';
import { expect, test } from 'vitest';
import { compressionOf, decompressChunks, decompressStream } from './decompress.ts';

async function* source(bytes: Buffer, step: number): AsyncGenerator<Buffer> {
  // One piece of memory, used again and again, as a source may.
  const memory = Buffer.alloc(Math.min(step, bytes.length));
  for (let at = 0; at < bytes.length; at += step) {
    await Promise.resolve();
    const part = memory.subarray(0, bytes.copy(memory, 0, at, at + step));
    yield part;
    memory.fill(0xff);
  }
}

async function content(bytes: Buffer, step = 1000, limit = 1 << 30): Promise<Buffer> {
  const out: Buffer[] = [];
  for await (const chunk of decompressStream(source(bytes, step), limit, 'It')) out.push(Buffer.from(chunk));
  return Buffer.concat(out);
}

const gz = (text: Buffer | string) => zlib.gzipSync(text);
const zs = (text: Buffer | string) =>
  zlib.zstdCompressSync(text, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } });
const skippable = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0]), Buffer.from('skip')]);
const zeros = Buffer.alloc(3000);
const steps = [1, 7, 1 << 20];

test.each([
  ['gzip members', [gz('one, '), gz(''), gz('two')]],
  ['gzip and zero bytes', [gz('one, two'), zeros]],
  ['zstd frames', [zs('one, '), zs(''), zs('two')]],
  ['zstd frames, skippable ones among them', [skippable, zs('one, '), skippable, zs('two'), skippable]],
  ['zstd and zero bytes', [zs('one, two'), zeros]],
])('reads %s, however they are cut', async (_, parts) => {
  for (const step of steps) expect((await content(Buffer.concat(parts), step)).toString()).toBe('one, two');
});

function flipped(bytes: Buffer, fromEnd: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - fromEnd] = (copy[copy.length - fromEnd] ?? 0) ^ 1;
  return copy;
}

test.each([
  ['gzip, a wrong CRC', flipped(gz('content'), 8)],
  ['gzip, a wrong size', flipped(gz('content'), 1)],
  ['gzip, a wrong CRC in the first member', Buffer.concat([flipped(gz('content'), 8), gz('more')])],
  ['gzip, cut off', gz('content').subarray(0, -1)],
  ['gzip, the second member cut off', Buffer.concat([gz('content'), gz('content').subarray(0, 12)])],
  ['gzip, garbage after it', Buffer.concat([gz('content'), Buffer.from('garbage')])],
  ['gzip, a member after zero bytes', Buffer.concat([gz('content'), zeros, gz('hidden')])],
  ['zstd, a wrong checksum', flipped(zs('content'), 1)],
  ['zstd, cut off', zs('content').subarray(0, -1)],
  ['zstd, the second frame cut off', Buffer.concat([zs('content'), zs('content').subarray(0, 9)])],
  ['zstd, garbage after it', Buffer.concat([zs('content'), Buffer.from('garbage')])],
  ['zstd, a frame after zero bytes', Buffer.concat([zs('content'), zeros, zs('hidden')])],
])('refuses %s, however it is cut', async (_, bytes) => {
  for (const step of steps) {
    await expect(content(bytes, step)).rejects.toThrow(expect.objectContaining({ code: 'compression/malformed' }));
  }
});

test('refuses a zstd frame that asks for a window of two gigabytes', async () => {
  // RFC 8878, 3.1.1: no content size, no checksum; window descriptor 21 << 3: 2^(10 + 21) bytes; an empty last block.
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 0x01, 0x00, 0x00]);
  await expect(content(frame)).rejects.toThrow('cannot be decompressed');
});

test('refuses xz, of which no layer is made', async () => {
  await expect(content(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))).rejects.toThrow('is compressed with xz');
});

test('takes a skippable frame for zstd', () => {
  expect(compressionOf(skippable)).toBe('zstd');
  expect(compressionOf(Buffer.from('P'))).toBe('none');
});

test.each([
  ['gzip', gz],
  ['zstd', zs],
  ['none', (bytes: Buffer) => bytes],
] as const)('%s: gives large content whole, and the memory of each chunk back', async (kind, compress) => {
  const plain = Buffer.concat([randomBytes(1_500_000), Buffer.alloc(1_500_000, 'words ')]);
  expect((await content(compress(plain), 100_000)).equals(plain)).toBe(true);
  const kept: Buffer[] = [];
  for await (const chunk of decompressStream(source(compress(plain), 100_000), 1 << 30, 'It')) kept.push(chunk);
  expect(kept.filter((chunk) => chunk.length === 0).length > 5).toBe(kind !== 'none');
});

test('gives small content in small chunks', async () => {
  for await (const chunk of decompressStream(source(gz(Buffer.alloc(100_000)), 10), 1 << 30, 'It')) {
    expect(chunk.buffer.byteLength).toBeLessThan(100 << 10);
  }
});

/** A source that says what became of it. */
function watched(bytes: Buffer, fault?: Error): { chunks: AsyncIterable<Buffer>; ended: () => string } {
  let ended = 'no';
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      yield* source(bytes, 50_000);
      if (fault !== undefined) throw fault;
      ended = 'read to its end';
    } finally {
      if (ended === 'no') ended = 'left';
    }
  }
  return { chunks: chunks(), ended: () => ended };
}

test('reads the source to its end, that who gave it can hold it against a digest', async () => {
  const { chunks, ended } = watched(Buffer.concat([gz('content'), Buffer.alloc(400_000)]));
  for await (const _ of decompressStream(chunks, 1 << 20, 'It'));
  expect(ended()).toBe('read to its end');
});

test('leaves the source when nobody wants more', async () => {
  const { chunks, ended } = watched(gz(randomBytes(3_000_000)));
  for await (const _ of decompressStream(chunks, 1 << 30, 'It')) break;
  await expect.poll(ended).toBe('left');
});

test.each([
  ['gzip', gz],
  ['zstd', zs],
  ['none', (bytes: Buffer) => bytes],
] as const)('%s: a fault of the source passes', async (_, compress) => {
  const { chunks } = watched(compress(randomBytes(300_000)), new Error('the line is dead'));
  const read = async () => {
    for await (const chunk of decompressStream(chunks, 1 << 30, 'It')) expect(chunk.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toThrow('the line is dead');
});

const compressors = [
  ['gzip', gz],
  ['zstd', zs],
  ['xz', (bytes: Buffer) => xz.compressSync(bytes)],
  ['none', (bytes: Buffer) => bytes],
] as const;

test.each(compressors)('%s in memory: gives content in chunks, and no more than is asked for', async (_, compress) => {
  const plain = Buffer.concat([randomBytes(200_000), Buffer.alloc(400_000, 'words ')]);
  const packed = compress(plain);
  const parts: Buffer[] = [];
  for await (const chunk of decompressChunks(packed, plain.length, 'It')) parts.push(Buffer.from(chunk));
  expect(Buffer.concat(parts).equals(plain)).toBe(true);
  let size = 0;
  for await (const chunk of decompressChunks(packed, plain.length, 'It')) {
    size += chunk.length;
    break;
  }
  expect(size).toBeGreaterThan(0);
});

test.each(compressors)('%s in memory: refuses what is too large', async (_, compress) => {
  const read = async () => {
    for await (const chunk of decompressChunks(compress(Buffer.alloc(300_000)), 299_999, 'It')) {
      expect(chunk.length).toBeGreaterThan(0);
    }
  };
  await expect(read()).rejects.toMatchObject({ code: 'compression/too-large', message: expect.stringContaining('It') });
});

test('refuses xz that is damaged or cut off', async () => {
  const whole = xz.compressSync(randomBytes(300_000));
  const damaged = Buffer.from(whole);
  damaged.fill(0, 1000, 2000);
  for (const bytes of [damaged, whole.subarray(0, 100_000)]) {
    const read = async () => {
      for await (const chunk of decompressChunks(bytes, 1 << 20, 'It')) expect(chunk.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toMatchObject({ code: 'compression/malformed' });
  }
});

test('ends a gzip bomb of a hundred gigabytes of zeros at its limit', async () => {
  // A member of 16 MiB, again and again.
  const member = gz(Buffer.alloc(16 << 20));
  async function* bomb(): AsyncGenerator<Buffer> {
    for (let size = 0; size < 100 * 2 ** 30; size += 16 << 20) yield member;
  }
  const limit = 256 << 20;
  let seen = 0;
  const read = async () => {
    for await (const chunk of decompressStream(bomb(), limit, 'The layer')) seen += chunk.length;
  };
  await expect(read()).rejects.toMatchObject({
    code: 'compression/too-large',
    message: expect.stringContaining('The layer') as string,
  });
  expect(seen).toBeLessThanOrEqual(limit);
});
