import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decode, type Decoder } from '../lib/decode.ts';
import { decompressStream } from '../lib/decompress.ts';
import { Fault } from '../lib/faults.ts';
import { DecodingThread } from './decoding.ts';

let kept: DecodingThread;
beforeAll(() => {
  kept = DecodingThread.start() as DecodingThread;
});
afterAll(() => kept[Symbol.dispose]());

/** One piece of memory, used again and again, as a source may; says what became of it. */
class Source implements AsyncIterable<Buffer> {
  became = 'untouched';
  readonly #bytes: Buffer;
  readonly #step: number;
  readonly #fault: Error | undefined;

  constructor(bytes: Buffer, step = 50_000, fault?: Error) {
    this.#bytes = bytes;
    this.#step = step;
    this.#fault = fault;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    this.became = 'left';
    const memory = Buffer.alloc(this.#step);
    for (let at = 0; at < this.#bytes.length; at += this.#step) {
      await Promise.resolve();
      yield memory.subarray(0, this.#bytes.copy(memory, 0, at, at + this.#step));
      memory.fill(0xff);
    }
    if (this.#fault !== undefined) throw this.#fault;
    this.became = 'read to its end';
  }
}

async function content(source: Source, decoder: Decoder, limit = 1 << 30): Promise<Buffer> {
  const out: Buffer[] = [];
  for await (const chunk of decompressStream(source, limit, 'It', decoder)) out.push(Buffer.from(chunk));
  return Buffer.concat(out);
}

const gz = (bytes: Buffer) => zlib.gzipSync(bytes);
const zs = (bytes: Buffer) => zlib.zstdCompressSync(bytes);
const mixed = Buffer.concat([randomBytes(3_300_000), Buffer.alloc(20_000_000, 'words '), randomBytes(100_000)]);

test.each([
  ['gzip', gz(mixed)],
  [
    'gzip of several members, with zero bytes after it',
    Buffer.concat([gz(mixed.subarray(0, 9_000_000)), gz(mixed.subarray(9_000_000)), Buffer.alloc(70_000)]),
  ],
  ['zstd', zs(mixed)],
])('gives the content of %s, and the next stream its own', async (_, bytes) => {
  for (const step of [70_001, 3 << 20]) {
    const source = new Source(bytes, step);
    expect((await content(source, kept.decode)).equals(mixed)).toBe(true);
    expect(source.became).toBe('read to its end');
  }
});

test('decodes several streams at once, and small ones', async () => {
  const sources = [gz(mixed), zs(mixed), gz(mixed)].map((bytes) => new Source(bytes));
  const all = await Promise.all(sources.map(async (source) => await content(source, kept.decode)));
  expect(all.map((one) => one.equals(mixed))).toEqual([true, true, true]);
  expect((await content(new Source(gz(Buffer.from('content'))), kept.decode)).toString()).toBe('content');
});

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8((copy.at(-8) ?? 0) ^ 1, copy.length - 8);
  return copy;
}

const large = gz(randomBytes(2_000_000));

test.each([
  ['a wrong checksum', damaged(large)],
  ['an end before its time', large.subarray(0, -1)],
  ['garbage after it', Buffer.concat([large, Buffer.from('garbage')])],
  ['a member after zero bytes', Buffer.concat([large, Buffer.alloc(3000), large])],
])('refuses %s as is done without the thread, and decodes on without it', async (_, bytes) => {
  using thread = DecodingThread.start() as DecodingThread;
  const fault = await content(new Source(bytes), thread.decode).catch((error: unknown) => error);
  const other = (await content(new Source(bytes), decode).catch((error: unknown) => error)) as Fault;
  expect(fault).toBeInstanceOf(Fault);
  expect(fault).toMatchObject({ code: 'compression/malformed', message: other.message, hint: other.hint });
  expect((await content(new Source(gz(mixed)), thread.decode)).equals(mixed)).toBe(true);
});

test('a fault of the source passes', async () => {
  using thread = DecodingThread.start() as DecodingThread;
  const source = new Source(large, 50_000, new Error('the line is dead'));
  await expect(content(source, thread.decode)).rejects.toThrow('the line is dead');
  expect(source.became).toBe('left');
});

test('leaves the source when nobody wants more, or it is too large', async () => {
  using thread = DecodingThread.start() as DecodingThread;
  const endless = new Source(gz(Buffer.alloc(300_000_000)), 1000);
  await expect(content(endless, thread.decode, 5_000_000)).rejects.toMatchObject({ code: 'compression/too-large' });
  await expect.poll(() => endless.became).toBe('left');
  using other = DecodingThread.start() as DecodingThread;
  const left = new Source(gz(mixed));
  for await (const _ of decompressStream(left, 1 << 30, 'It', other.decode)) break;
  await expect.poll(() => left.became).toBe('left');
});

test('decodes no further ahead of the reader than a few chunks', async () => {
  using thread = DecodingThread.start() as DecodingThread;
  const source = new Source(zlib.gzipSync(randomBytes(60_000_000), { level: 0 }), 1 << 20);
  let most = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      most += chunk.length;
      yield chunk;
    }
  };
  for await (const _ of decompressStream(counted(), 1 << 30, 'It', thread.decode)) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    break;
  }
  expect(most).toBeLessThan(20_000_000);
});
