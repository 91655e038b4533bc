// gzip, zstd and xz, decoded with a bound on what comes out.
import { malformedCompression, tooLarge } from './compression-faults.ts';
import { decode, type Decoder, Peeked } from './decode.ts';
import { Fault } from './faults.ts';
import { decodeXz, xzChunks, xzSize } from './xz.ts';
import { zlib } from './zlib.ts';

export type Compression = 'none' | 'gzip' | 'zstd' | 'xz';

/** What the first bytes say: RFC 1952 2.3.1, RFC 8878 3.1.1 and 3.1.2 (skippable frames), xz format 2.1.1.1. */
export function compressionOf(start: Uint8Array): Compression {
  const at = (i: number) => start[i] ?? -1;
  if (at(0) === 0x1f && at(1) === 0x8b) return 'gzip';
  if (at(0) === 0x28 && at(1) === 0xb5 && at(2) === 0x2f && at(3) === 0xfd) return 'zstd';
  if ((at(0) & 0xf0) === 0x50 && at(1) === 0x2a && at(2) === 0x4d && at(3) === 0x18) return 'zstd';
  if (at(0) === 0xfd && at(1) === 0x37 && at(2) === 0x7a && at(3) === 0x58 && at(4) === 0x5a && at(5) === 0)
    return 'xz';
  return 'none';
}

/**
 * Decompresses what is in memory, off the main thread.
 * @throws Fault `compression/malformed`, `compression/too-large`
 */
export async function decompress(bytes: Buffer, limit: number, what: string, chunk?: number): Promise<Buffer> {
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
        reject(
          'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
            ? tooLarge(what, limit)
            : malformedCompression(what, error),
        );
    };
    // The result is made of whole chunks: a small one needs none of a megabyte.
    const options = {
      maxOutputLength: limit,
      chunkSize: Math.max(64, chunk ?? Math.min(1 << 20, Math.max(1 << 14, bytes.length * 4))),
    };
    if (kind === 'gzip') zlib().gunzip(bytes, options, done);
    else zlib().zstdDecompress(bytes, options, done);
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
 * The content of what is in memory in chunks, also of xz, for who may stop before its end. The caller is done with a chunk
 * when it asks for the next.
 * @param limit of what comes out, in bytes
 * @throws Fault `compression/malformed`, `compression/too-large`
 */
export async function* decompressChunks(bytes: Buffer, limit: number, what: string): AsyncGenerator<Buffer> {
  if (compressionOf(bytes) !== 'xz') {
    yield* decompressStream(once(bytes), limit, what);
    return;
  }
  let size = 0;
  for await (const chunk of xzChunks(bytes, what)) {
    size += chunk.length;
    if (size > limit) throw tooLarge(what, limit);
    yield chunk;
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/**
 * Decompresses a stream of gzip, zstd or plain bytes as it arrives: gzip with several members, zstd with several and
 * skippable frames; after them nothing but zero bytes, which are passed over. The source is read to its end.
 *
 * The caller is done with a chunk when it asks for the next: its memory is then given back. A source may likewise use
 * the memory of a chunk again when it is asked for the next. Memory is a few chunks, and zstd's window of at most 128 MiB.
 * @param limit of the output, in bytes; how often more it is than the input is not bounded: zeros reach any ratio
 * @throws Fault `compression/malformed`, `compression/too-large`, `compression/unsupported` (xz); faults of the source
 * pass through
 * @param decoder what decodes gzip and zstd
 */
export async function* decompressStream(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  what: string,
  decoder: Decoder = decode,
): AsyncGenerator<Buffer> {
  const source = new Peeked(chunks);
  const kind = compressionOf(await source.start());
  if (kind === 'xz')
    throw new Fault(
      'compression/unsupported',
      `${what} is compressed with xz.`,
      'Plain, gzip and zstd are read. Decompress an archive first, with `xz -d`.',
    );
  const decoded = kind === 'none' ? source : decoder(kind, source, what);
  let size = 0;
  for await (const chunk of decoded) {
    size += chunk.length;
    if (size > limit) throw tooLarge(what, limit);
    yield chunk;
  }
}
