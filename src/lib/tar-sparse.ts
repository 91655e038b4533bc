// Sparse files: where their parts lie (GNU tar's manual, Sparse Formats), and their content with the holes filled.
import { Fault } from './faults.ts';
import { limits } from './limits.ts';
import { BLOCK, type ContentSink } from './tar.ts';
import { decimal, malformedTar, numberField } from './tar-fields.ts';
import type { PaxRecords } from './tar-pax.ts';

/** The parts of a file that are in the archive; what is between them is zero bytes. */
export class SparseMap {
  /** Offset and length of each part, in turn. */
  readonly parts: number[];
  /** Bytes of the whole file. */
  readonly size: number;
  /** What of the map is still to be read, a block at a time: `blocks` of the content (1.0), or more headers (old). */
  wants: 'blocks' | 'headers' | undefined;
  /** The number that is being read. */
  #number = 0;
  #digits = 0;
  /** Numbers that are still to be read: unknown before the first one. */
  #left: number | undefined;

  private constructor(size: number, parts: number[], wants: SparseMap['wants']) {
    if (Number.isNaN(size) || size < 0) throw malformedMap();
    this.size = size;
    this.parts = parts;
    this.wants = wants;
  }

  /** Of the old format, type `S`: four parts lie in the header, more in headers that follow. @throws Fault `tar/malformed` */
  static ofHeader(header: Buffer, at: number): SparseMap {
    const more = header[at + 482] !== 0;
    const map = new SparseMap(numberField(header, at + 483, 12), [], more ? 'headers' : undefined);
    map.#entries(header, at + 386, 4);
    return map;
  }

  /** Of the formats 0.0, 0.1 and 1.0; `undefined` when the records are of none of these. @throws Fault `tar/malformed` */
  static ofRecords({ sparse, parts }: PaxRecords): SparseMap | undefined {
    if (sparse === undefined) return undefined;
    const version = `${sparse.get('major') ?? ''}.${sparse.get('minor') ?? ''}`;
    const size = number(sparse.get('size') || sparse.get('realsize') || '');
    if (version === '1.0') return new SparseMap(size, [], 'blocks');
    if (version !== '0.0' && version !== '0.1' && version !== '.') return undefined;
    const listed = sparse.get('map') || undefined;
    if (parts === undefined && listed === undefined) return undefined;
    return new SparseMap(size, parts ?? (listed ?? '').split(',').map(number), undefined);
  }

  /** Reads a block of what it {@link wants}. @throws Fault `tar/malformed`, `tar/sparse-too-large` */
  read(block: Buffer, at: number): void {
    if (this.wants === 'headers') {
      this.#entries(block, at, 21);
      if (block[at + 504] === 0) this.wants = undefined;
      return;
    }
    for (let i = at; i < at + BLOCK && this.wants !== undefined; i++) {
      const c = block[i] as number;
      if (c === 0x0a) this.#line();
      else if (c < 0x30 || c > 0x39 || ++this.#digits > 20) throw malformedMap();
      else this.#number = this.#number * 10 + (c - 0x30);
    }
  }

  /**
   * Holds a map that is whole against the bytes that the archive has.
   * @returns how many bytes the holes have, for the caller to bound
   * @throws Fault `tar/malformed`, `tar/sparse-too-large`
   */
  check(stored: number): number {
    const holes = this.size - stored;
    let end = 0;
    let sum = 0;
    if (this.parts.length % 2 !== 0) throw malformedMap();
    if (this.parts.length > 2 * limits.sparseParts) throw sparseTooLarge();
    for (let i = 0; i < this.parts.length; i += 2) {
      const offset = this.parts[i] as number;
      const length = this.parts[i + 1] as number;
      // NaN is neither.
      if (!(offset >= end && length >= 0)) throw malformedMap();
      end = offset + length;
      sum += length;
    }
    if (end > this.size || sum !== stored) throw malformedMap();
    return holes;
  }

  #line(): void {
    if (this.#digits === 0) throw malformedMap();
    const value = this.#number;
    this.#number = 0;
    this.#digits = 0;
    if (this.#left === undefined) {
      if (value > limits.sparseParts) throw sparseTooLarge();
      this.#left = 2 * value;
    } else {
      this.parts.push(value);
      this.#left--;
    }
    if (this.#left === 0) this.wants = undefined;
  }

  #entries(block: Buffer, at: number, count: number): void {
    for (let i = at; i < at + 24 * count && block[i] !== 0; i += 24) {
      this.parts.push(numberField(block, i, 12), numberField(block, i + 12, 12));
    }
    if (this.parts.length > 2 * limits.sparseParts) throw sparseTooLarge();
  }
}

function number(text: string): number {
  const bytes = Buffer.from(text, 'latin1');
  return decimal(bytes, 0, bytes.length, { fraction: false, lenient: true });
}

function malformedMap(): Fault {
  return malformedTar('the map of a sparse file is malformed');
}

export function sparseTooLarge(): Fault {
  return new Fault(
    'tar/sparse-too-large',
    `The tar archive has sparse files with holes of more than ${limits.sparse} bytes, or of too many parts.`,
    'Make the archive without sparse files; it may be made to exhaust memory.',
  );
}

/** What holes are made of. */
let zeros: Buffer | undefined;
const ZEROS = 1 << 18;

/** Takes the parts of a sparse file as the archive has them, and hands the whole file on. */
export class SparseSink implements ContentSink {
  readonly #sink: ContentSink;
  readonly #map: SparseMap;
  #next = 0;
  #at = 0;
  /** Of the part that is being written. */
  #left = 0;

  /** @param map that was checked against what is stored */
  constructor(sink: ContentSink, map: SparseMap) {
    this.#sink = sink;
    this.#map = map;
  }

  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      while (this.#left === 0) {
        this.#holeTo(this.#map.parts[this.#next] as number);
        this.#left = this.#map.parts[this.#next + 1] as number;
        this.#next += 2;
      }
      const take = Math.min(this.#left, chunk.length - at);
      this.#sink.write(chunk.subarray(at, at + take));
      at += take;
      this.#at += take;
      this.#left -= take;
    }
  }

  end(): void {
    this.#holeTo(this.#map.size);
    this.#sink.end();
  }

  #holeTo(offset: number): void {
    zeros ??= Buffer.alloc(ZEROS);
    while (this.#at < offset) {
      const take = Math.min(ZEROS, offset - this.#at);
      this.#sink.write(zeros.subarray(0, take));
      this.#at += take;
    }
  }
}
