// Drives zlib's and zstd's decoders over a stream, with little memory.
import type { TransformOptions } from 'node:stream';
import type { Gunzip, ZstdDecompress } from 'node:zlib';
import { malformedCompression } from './compression-faults.ts';
import { Fault } from './faults.ts';
import { zlib } from './zlib.ts';

/** Bytes of output that are decoded at once: each turn of the decoder waits for the reader's thread once. */
const CHUNK = 512 << 10;
/** Chunks that are decoded ahead of the reader: what takes it long now and then does not stop the decoder. */
const AHEAD = 4;
/** An input that is no longer than this is decoded in small pieces. */
const SMALL = 16 << 10;
/** zstd frames may ask for a window of this many bytes' logarithm (RFC 8878, 3.1.1.1.2), which is held in memory. */
const ZSTD_WINDOW = 27;

/** Gives the content of a stream; see `decompressStream` for what it promises. */
export type Decoder = (kind: Decoded, source: Peeked, what: string) => AsyncGenerator<Buffer>;

export type Decoded = 'gzip' | 'zstd';

/**
 * A {@link Decoder}.
 * @param size bytes of a chunk, but for small inputs; a chunk may also be a part of one, the next ones then follow it in memory
 */
export async function* decode(
  kind: Decoded,
  source: Peeked,
  what: string,
  size: number = CHUNK,
): AsyncGenerator<Buffer> {
  const chunkSize = source.isSmall ? SMALL : size;
  // Chunks are objects: what waits is given one by one, not copied together.
  const decoder = decoderOf(kind, { chunkSize, readableObjectMode: true, readableHighWaterMark: AHEAD });
  const feeding = feed(source, decoder, what);
  // A failure is seen below.
  feeding.catch(() => undefined);
  let failed = true;
  try {
    for await (const chunk of decoder) {
      yield chunk as Buffer;
      release(chunk as Buffer, chunkSize);
    }
    failed = false;
  } catch (cause) {
    throw cause instanceof Fault || source.failed ? cause : malformedCompression(what, cause);
  } finally {
    source.stopped = failed;
    decoder.destroy();
  }
  await feeding;
}

/** Node's decoder. */
export function decoderOf(
  kind: Decoded,
  options: Pick<TransformOptions, 'readableObjectMode' | 'readableHighWaterMark'> & { readonly chunkSize?: number },
): Gunzip | ZstdDecompress {
  const { constants, createGunzip, createZstdDecompress } = zlib();
  return kind === 'gzip'
    ? createGunzip(options)
    : createZstdDecompress({ ...options, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW } });
}

/** Writes what the source gives to the decoder, a chunk at a time; what that leaves, at its end, must be zeros. */
async function feed(source: Peeked, decoder: Gunzip | ZstdDecompress, what: string): Promise<void> {
  let wake: () => void = () => undefined;
  decoder.once('close', () => wake());
  let fed = 0;
  let ended = false;
  try {
    for await (const chunk of source) {
      if (!ended && !decoder.destroyed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          decoder.write(chunk, () => resolve());
        });
      }
      if (source.stopped) return;
      const taken: number = ended ? 0 : Math.max(0, decoder.bytesWritten - fed);
      ended ||= taken < chunk.length;
      if (!isZero(chunk, taken)) throw malformedCompression(what, new Error('something follows its end'));
      fed += chunk.length;
    }
    decoder.end();
  } catch (error) {
    decoder.destroy(error as Error);
    throw error;
  }
}

/** Gives a decoder's buffer back when its last part was used: the decoder has gone on to another one. */
function release({ buffer, byteOffset, byteLength }: Buffer, size: number): void {
  const last = buffer.byteLength === size && byteOffset + byteLength === size;
  if (last && size !== SMALL && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** Whether nothing but zeros stands there, from `start` on. */
export function isZero(bytes: Uint8Array, start: number): boolean {
  for (let i = start; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** A stream whose first bytes can be looked at before it is read. */
export class Peeked implements AsyncIterable<Buffer> {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #head: Buffer = Buffer.alloc(0);
  /** The whole input is at hand, and small. */
  isSmall = false;
  /** The source threw. */
  failed = false;
  /** Nobody wants the rest. */
  stopped = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  async start(): Promise<Buffer> {
    while (this.#head.length < SMALL) {
      const next = await this.#iterator.next();
      if (next.done === true) {
        this.isSmall = true;
        break;
      }
      this.#head =
        this.#head.length === 0 && next.value.length >= SMALL
          ? asBuffer(next.value)
          : Buffer.concat([this.#head, next.value]);
    }
    return this.#head;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      if (this.#head.length > 0) yield this.#head;
      this.#head = Buffer.alloc(0);
      while (!this.isSmall) {
        const next = await this.#next();
        if (next.done === true) return;
        yield asBuffer(next.value);
      }
    } finally {
      await this.#iterator.return?.();
    }
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#iterator.next();
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
