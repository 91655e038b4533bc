// Compression on all cores whose bytes depend only on the content, the level and the library's version.
import zlib from 'node:zlib';
import { POOLED } from './bytes.ts';

export type CompressionChoice =
  | { readonly format: 'gzip'; readonly level: number }
  | { readonly format: 'zstd'; readonly level: number };

/** What wrote the bytes: the compressed digest holds only for the same. */
export function compressorName(choice: CompressionChoice): string {
  const library =
    choice.format === 'gzip' ? `zlib ${process.versions.zlib}` : `zstd ${process.versions.zstd ?? 'unknown'}`;
  const block = choice.format === 'gzip' ? GZIP_BLOCK : ZSTD_BLOCK;
  return `${choice.format} level ${choice.level}, blocks of ${block} bytes, ${library}`;
}

const GZIP_BLOCK = 1 << 20;
const ZSTD_BLOCK = 16 << 20;
const WINDOW = 32 << 10;
/** Blocks that are compressed at once, over all the layers of a build. */
const AT_ONCE = 4;

type Sink = (chunk: Uint8Array) => Promise<void>;

/**
 * Cuts the content into blocks of fixed size, compresses them on the thread pool and hands the results to `sink` in
 * order. gzip: one member whose blocks are deflated with the preceding 32 KiB as dictionary and joined at byte
 * boundaries (RFC 1951, 3.2.4); zstd: one frame a block (RFC 8878, 3.1: frames are independent and may be concatenated).
 */
export class Compressor {
  readonly #choice: CompressionChoice;
  readonly #sink: Sink;
  readonly #content: (block: Buffer) => void;
  #block: Buffer;
  #fill = 0;
  #dictionary: Buffer | undefined;
  #crc = 0;
  #size = 0;
  #tail: Promise<void>;
  readonly #pending: Promise<unknown>[] = [];
  /** Blocks that were compressed, for the next ones: a gigabyte of short-lived memory would keep the collector busy. */
  readonly #free: Buffer[] = [];

  /**
   * @param sink receives what is compressed; a chunk is only valid until its promise resolves
   * @param content is shown each block before it is compressed: large ones, however the content was written
   */
  constructor(choice: CompressionChoice, sink: Sink, content: (block: Buffer) => void = () => undefined) {
    this.#choice = choice;
    this.#sink = sink;
    this.#content = content;
    this.#block = Buffer.allocUnsafe(this.#blockSize());
    // RFC 1952, 2.3: deflate, no flags, no time, XFL 0, OS 255 (unknown).
    this.#tail =
      choice.format === 'gzip' ? sink(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])) : Promise.resolve();
    // Who ends it hears of it; who gives up before does not ask.
    this.#tail.catch(() => undefined);
  }

  #blockSize(): number {
    return this.#choice.format === 'gzip' ? GZIP_BLOCK : ZSTD_BLOCK;
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      const take = Math.min(this.#block.length - this.#fill, chunk.length - at);
      this.#block.set(chunk.subarray(at, at + take), this.#fill);
      this.#fill += take;
      at += take;
      if (this.#fill === this.#block.length) await this.#flush(false);
    }
  }

  /** Resolves when everything has reached the sink. */
  async end(): Promise<void> {
    await this.#flush(true);
    await this.#tail;
    if (this.#choice.format === 'gzip') {
      const trailer = Buffer.alloc(8);
      trailer.writeUInt32LE(this.#crc >>> 0, 0);
      trailer.writeUInt32LE(this.#size % 2 ** 32, 4);
      await this.#sink(trailer);
    }
  }

  async #flush(last: boolean): Promise<void> {
    const whole = this.#block;
    const block = whole.subarray(0, this.#fill);
    if (block.length > 0 || last) {
      this.#content(block);
      const result = this.#choice.format === 'gzip' ? this.#deflate(block, last) : this.#zstd(block);
      // A rejection is seen by the chain below; this marks it as handled should an earlier block fail first.
      result.then(
        () => this.#free.push(whole),
        () => undefined,
      );
      this.#tail = this.#tail.then(async () => {
        const out = await result;
        await this.#sink(out);
        giveBackChunk(out);
      });
      this.#tail.catch(() => undefined);
      this.#pending.push(this.#tail);
      if (this.#pending.length >= AT_ONCE) await this.#pending.shift();
    }
    if (!last) this.#block = this.#free.pop() ?? Buffer.allocUnsafe(this.#blockSize());
    this.#fill = 0;
  }

  async #deflate(block: Buffer, last: boolean): Promise<Buffer> {
    const dictionary = this.#dictionary;
    this.#crc = zlib.crc32(block, this.#crc);
    this.#size += block.length;
    // A copy: the block's memory is used again.
    this.#dictionary = Buffer.from(block.subarray(Math.max(0, block.length - WINDOW)));
    const options: zlib.ZlibOptions = {
      level: this.#choice.level,
      memLevel: 9,
      chunkSize: GZIP_BLOCK >> 1, // Seldom more than one round trip to the thread pool a block.
      finishFlush: last ? zlib.constants.Z_FINISH : zlib.constants.Z_SYNC_FLUSH,
      ...(dictionary === undefined || dictionary.length === 0 ? {} : { dictionary }),
    };
    return await new Promise((resolve, reject) => {
      zlib.deflateRaw(block, options, (error, out) => (error === null ? resolve(out) : reject(error)));
    });
  }

  async #zstd(block: Buffer): Promise<Buffer> {
    const params = {
      [zlib.constants.ZSTD_c_compressionLevel]: this.#choice.level,
      [zlib.constants.ZSTD_c_checksumFlag]: 1,
    };
    return await new Promise((resolve, reject) => {
      zlib.zstdCompress(block, { params }, (error, out) => (error === null ? resolve(out) : reject(error)));
    });
  }
}

// What zlib gives lies at the start of a chunk of memory of its own, unless it is small.
function giveBackChunk({ buffer, byteOffset, byteLength }: Buffer): void {
  if (byteOffset === 0 && byteLength >= POOLED && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
