// gzip, zstd and xz, decoded with a bound on what comes out.
import { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { Fault } from './faults.ts';
import { broken, decodeXz, xzSize } from './xz.ts';

/** Bytes at a time: small enough for memory that an allocator keeps for the next ones. */
const CHUNK = 1 << 19;

export type Compression = 'none' | 'gzip' | 'zstd' | 'xz';

function tooLarge(what: string, limit: number): Fault {
  return new Fault(
    'compression/too-large',
    `${what} is larger than ${limit} bytes when decompressed.`,
    'Check that it is the right file; it may be made to exhaust memory.',
  );
}

/** What the first bytes say: RFC 1952 2.3.1, RFC 8878 3.1.1, xz format 2.1.1.1. */
export function compressionOf(start: Uint8Array): Compression {
  const at = (i: number) => start[i] ?? -1;
  if (at(0) === 0x1f && at(1) === 0x8b) return 'gzip';
  if (at(0) === 0x28 && at(1) === 0xb5 && at(2) === 0x2f && at(3) === 0xfd) return 'zstd';
  if (at(0) === 0xfd && at(1) === 0x37 && at(2) === 0x7a && at(3) === 0x58 && at(4) === 0x5a && at(5) === 0)
    return 'xz';
  return 'none';
}

/**
 * Decompresses what is in memory, off the main thread.
 * @param chunk bytes of gzip and zstd that are decoded at a time
 * @throws Fault `compression/malformed`, `compression/too-large`
 */
export async function decompress(bytes: Buffer, limit: number, what: string, chunk = 1 << 20): Promise<Buffer> {
  const kind = compressionOf(bytes);
  if (kind === 'none') return bytes;
  if (kind === 'xz') {
    const size = xzSize(bytes, what);
    if (size > limit) throw tooLarge(what, limit);
    return await decodeXz(bytes, size, what);
  }
  return await new Promise((resolve, reject) => {
    const done = (error: Error | null, out: Buffer) => {
      if (error === null) resolve(out);
      else
        reject('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(what, limit) : broken(what, error));
    };
    const options = { maxOutputLength: limit, chunkSize: Math.max(chunk, 64) };
    if (kind === 'gzip') zlib.gunzip(bytes, options, done);
    else zlib.zstdDecompress(bytes, options, done);
  });
}

/**
 * Like {@link decompress} for content whose size is known, without holding it twice on the way.
 * @param size of the content; more is a Fault `compression/too-large`, less is left to the caller
 */
export async function decompressSized(bytes: Buffer, size: number, what: string): Promise<Buffer> {
  // One more byte than needed: a decoder that fills its buffer asks for another before it sees the end.
  return await decompress(bytes, size, what, size + 1);
}

/**
 * Decompresses a stream of gzip, zstd or plain bytes as it arrives.
 * @throws Fault `compression/malformed`, `compression/too-large`; faults of the source pass through.
 */
export async function* decompressStream(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  what: string,
): AsyncGenerator<Buffer> {
  const source = peeked(chunks);
  const kind = compressionOf(await source.start());
  if (kind === 'xz')
    throw new Fault('compression/unsupported', `${what} is compressed with xz.`, 'Layers are plain, gzip or zstd.');
  let size = 0;
  const count = (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) throw tooLarge(what, limit);
    return chunk;
  };
  if (kind === 'none') {
    for await (const chunk of source.all()) yield count(chunk);
    return;
  }
  let sourceFault: unknown;
  const input = Readable.from(
    (async function* () {
      try {
        yield* source.all();
      } catch (error) {
        sourceFault = error;
        throw error;
      }
    })(),
    { objectMode: false, highWaterMark: CHUNK },
  );
  const decoder =
    kind === 'gzip' ? zlib.createGunzip({ chunkSize: CHUNK }) : zlib.createZstdDecompress({ chunkSize: CHUNK });
  input.on('error', (error) => decoder.destroy(error));
  input.pipe(decoder);
  try {
    for await (const chunk of decoder) yield count(chunk as Buffer);
  } catch (cause) {
    if (sourceFault !== undefined) throw sourceFault;
    throw cause instanceof Fault ? cause : broken(what, cause);
  } finally {
    input.destroy();
    decoder.destroy();
  }
}

// Lets the first bytes be looked at before the stream is read.
function peeked(chunks: AsyncIterable<Uint8Array>): { start(): Promise<Buffer>; all(): AsyncGenerator<Buffer> } {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  return {
    async start() {
      while (head.length < 6) {
        const next = await iterator.next();
        if (next.done === true) break;
        head = Buffer.concat([head, next.value]);
      }
      return head;
    },
    async *all() {
      try {
        if (head.length > 0) yield head;
        for (;;) {
          const next = await iterator.next();
          if (next.done === true) return;
          const { value } = next;
          yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
        }
      } finally {
        await iterator.return?.();
      }
    },
  };
}
