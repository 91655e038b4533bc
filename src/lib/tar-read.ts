// Reads tar archives as they arrive: v7, ustar, pax, GNU's and star's, strictly or as the world takes them.
import { Fault } from './faults.ts';
import { limits } from './limits.ts';
import { BLOCK, type ContentSink, type TarEntry } from './tar.ts';
import { blockSum, hasChecksum, malformedTar, numberField, textField } from './tar-fields.ts';
import { isGnu, type LongNames, lenientEntry, strictEntry } from './tar-header.ts';
import { lenientPath } from './tar-names.ts';
import { PaxRecords } from './tar-pax.ts';
import { SparseMap, SparseSink, sparseTooLarge } from './tar-sparse.ts';

/** Longest pax header or GNU long name that is read, in bytes: Go's reader has the same. */
const META_LIMIT = 1 << 20;

export interface TarVisitor {
  /** Called for each entry in order; content of a file goes to what it returns, or is passed over. */
  entry(entry: TarEntry): ContentSink | undefined;
}

export interface TarReading {
  /** Read as runtimes do, not strictly. */
  readonly lenient?: boolean;
}

/** Type flags of extended headers: `x`, `g`, GNU's `L` and `K`. */
const X = 0x78;
const G = 0x67;
const L = 0x4c;
const K = 0x4b;
const S = 0x53;
/** What GNU's dumps and volumes hold beside files: `D`, `M`, `N`, `V`. */
const DUMPS: ReadonlySet<number> = new Set([0x44, 0x4d, 0x4e, 0x56]);

interface Mapped {
  readonly entry: TarEntry;
  readonly map: SparseMap;
  /** Bytes of content that the archive still has. */
  stored: number;
}

type State = 'block' | 'content' | 'meta' | 'skip' | 'end';

/**
 * A tar reader that is given chunks of any size, without copying file content.
 *
 * Strict, it serves building and verifying: what readers of the world take for different entries is refused (records of
 * a pax header that are empty, given twice or global, data after the end), and so are sparse files and unknown types.
 *
 * Lenient, it serves looking into other people's images, and takes what Go's archive/tar, which container runtimes use,
 * takes as that takes it: global pax records and data after the end are passed over, `..` stays inside the root, an
 * unknown type is a file, a sparse file has its real name, size and content, its holes as zero bytes. A lone zero block
 * and the members of dumps (`D`, `M`, `N`, `V`) are passed over. A hard link's target may come later or never.
 * @throws Fault `tar/malformed`, `tar/too-many-entries`, `tar/name-too-long`; strict: `tar/unsafe-path` (a `..`
 * segment), `tar/unsupported`; lenient: `tar/sparse-too-large` (limits.sparse for the archive, limits.sparseParts for a file)
 */
export class TarReader {
  readonly #visitor: TarVisitor;
  readonly #maxEntries: number;
  readonly #lenient: boolean;
  #state: State = 'block';
  #left = 0;
  #padding = 0;
  #sink: ContentSink | undefined;
  /** A block that does not lie whole and aligned in a chunk. */
  readonly #block: Buffer;
  readonly #blockWords: Int32Array;
  #fill = 0;
  #zeroBlocks = 0;
  #meta: Buffer | undefined;
  #metaFlag = 0;
  #pax: PaxRecords | undefined;
  #gnu: LongNames | undefined;
  /** A sparse file whose map is being read. */
  #mapped: Mapped | undefined;
  #entries = 0;
  #holes = 0;
  #position = 0;

  /** @param maxEntries more are a Fault; extended headers are none */
  constructor(visitor: TarVisitor, maxEntries: number, { lenient = false }: TarReading = {}) {
    this.#visitor = visitor;
    this.#maxEntries = maxEntries;
    this.#lenient = lenient;
    const memory = new ArrayBuffer(BLOCK);
    this.#block = Buffer.from(memory);
    this.#blockWords = new Int32Array(memory);
  }

  /** Bytes read so far; in a visitor's call, where the entry's content begins. */
  get position(): number {
    return this.#position;
  }

  /** Bytes that come next and that nobody wants: {@link skip} may be told of them instead of `push`. */
  get passable(): number {
    if (this.#state === 'skip') return this.#left;
    return this.#state === 'content' && this.#sink === undefined ? this.#left + this.#padding : 0;
  }

  /** Whether the archive's end was read. */
  get ended(): boolean {
    return this.#state === 'end';
  }

  /** Passes over all of {@link passable}. */
  skip(): void {
    this.#position += this.passable;
    if (this.#state === 'content') this.#afterBody();
    if (this.#state === 'skip') this.#afterBody();
  }

  push(chunk: Buffer): void {
    const words =
      chunk.byteOffset % 4 === 0 ? new Int32Array(chunk.buffer, chunk.byteOffset, chunk.length >> 2) : undefined;
    for (let at = 0; at < chunk.length; ) {
      if (this.#state === 'block') {
        // A block that lies whole in the chunk is read in place.
        if (this.#fill === 0 && words !== undefined && at % 4 === 0 && chunk.length - at >= BLOCK) {
          this.#position += BLOCK;
          this.#onBlock(chunk, at, words);
          at += BLOCK;
        } else at += this.#collect(chunk, at);
      } else if (this.#state === 'end') {
        if (!this.#lenient && !isZero(chunk, at)) throw malformedTar('something follows its end');
        return;
      } else {
        const take = Math.min(this.#left, chunk.length - at);
        this.#left -= take;
        this.#position += take;
        if (this.#state === 'content') this.#sink?.write(chunk.subarray(at, at + take));
        else if (this.#state === 'meta') this.#onMetaPart(chunk, at, take);
        at += take;
        if (this.#left === 0) this.#afterBody();
      }
    }
  }

  /** To be called after the last chunk. An archive may end without its zero blocks, but not inside an entry. */
  end(): void {
    const padded = this.#lenient && isZero(this.#block.subarray(0, this.#fill));
    const inside = this.#state === 'content' || this.#state === 'meta' || this.#mapped !== undefined;
    if (inside || (this.#fill > 0 && !padded)) throw malformedTar('it ends in the middle of an entry');
  }

  #collect(chunk: Buffer, at: number): number {
    const take = Math.min(BLOCK - this.#fill, chunk.length - at);
    chunk.copy(this.#block, this.#fill, at, at + take);
    this.#fill += take;
    this.#position += take;
    if (this.#fill === BLOCK) {
      this.#fill = 0;
      this.#onBlock(this.#block, 0, this.#blockWords);
    }
    return take;
  }

  #onBlock(bytes: Buffer, at: number, words: Int32Array): void {
    if (this.#mapped !== undefined) {
      this.#onMap(this.#mapped, bytes, at);
      return;
    }
    const sum = blockSum(words, at / 4);
    if (sum === 0) {
      // The end is two zero blocks; strictly nothing but zero bytes may follow the first.
      if (!this.#lenient || ++this.#zeroBlocks === 2) this.#state = 'end';
      return;
    }
    this.#zeroBlocks = 0;
    if (!hasChecksum(bytes, at, sum, this.#lenient)) throw malformedTar('a header has a wrong checksum');
    this.#onHeader(bytes, at);
  }

  #onHeader(bytes: Buffer, at: number): void {
    const flag = bytes[at + 156] as number;
    if (flag === X || flag === G || flag === L || flag === K) {
      const size = numberField(bytes, at + 124, 12);
      if (size < 0 || size > META_LIMIT) throw malformedTar('an extended header is too large');
      this.#metaFlag = flag;
      this.#body('meta', size);
      return;
    }
    if (++this.#entries > this.#maxEntries) throw tooManyEntries(this.#maxEntries);
    if (this.#lenient) this.#onLenient(bytes, at, flag);
    else this.#onEntry(strictEntry(bytes, at, this.#pax, this.#gnu));
  }

  #onLenient(bytes: Buffer, at: number, flag: number): void {
    const entry = lenientEntry(bytes, at, this.#pax, this.#gnu);
    if (DUMPS.has(flag)) {
      this.#forget();
      this.#body('content', entry.size);
      return;
    }
    if (flag !== S && this.#pax?.sparse === undefined) {
      this.#onEntry(entry);
      return;
    }
    if (flag === S && !isGnu(bytes, at)) throw malformedTar('a sparse file is in no known format');
    const map = flag === S ? SparseMap.ofHeader(bytes, at) : this.#pax && SparseMap.ofRecords(this.#pax);
    if (map === undefined) {
      this.#onEntry(entry);
      return;
    }
    if (entry.kind !== 'file') throw malformedTar('what is no file has holes');
    const name = flag === S ? undefined : this.#pax?.sparse?.get('name');
    const path = name ? lenientPath(name) : entry.path;
    const mapped = { entry: { ...entry, path, size: map.size }, map, stored: entry.size };
    if (map.wants === undefined) this.#onSparse(mapped);
    else this.#mapped = mapped;
  }

  #onMap(mapped: Mapped, bytes: Buffer, at: number): void {
    if (mapped.map.wants === 'blocks') {
      mapped.stored -= BLOCK;
      if (mapped.stored < 0) throw malformedTar('the map of a sparse file is malformed');
    }
    mapped.map.read(bytes, at);
    if (mapped.map.wants !== undefined) return;
    this.#mapped = undefined;
    this.#onSparse(mapped);
  }

  #onSparse({ entry, map, stored }: Mapped): void {
    this.#holes += map.check(stored);
    if (this.#holes > limits.sparse) throw sparseTooLarge();
    this.#forget();
    const sink = this.#visitor.entry(entry);
    this.#sink = sink && new SparseSink(sink, map);
    this.#body('content', stored);
  }

  #onEntry(entry: TarEntry): void {
    this.#forget();
    this.#sink = this.#visitor.entry(entry);
    this.#body('content', entry.size);
  }

  #forget(): void {
    this.#pax = undefined;
    this.#gnu = undefined;
  }

  #body(state: 'content' | 'meta', size: number): void {
    const odd = size % BLOCK;
    this.#padding = odd === 0 ? 0 : BLOCK - odd;
    this.#left = size;
    this.#state = state;
    if (size === 0) this.#afterBody();
  }

  #afterBody(): void {
    if (this.#state === 'content') {
      this.#sink?.end();
      this.#sink = undefined;
    } else if (this.#state === 'skip') this.#padding = 0;
    this.#left = this.#padding;
    this.#state = this.#padding > 0 ? 'skip' : 'block';
  }

  // An extended header that lies whole in the chunk is read in place.
  #onMetaPart(chunk: Buffer, at: number, take: number): void {
    if (this.#meta === undefined && this.#left === 0) {
      this.#onMeta(chunk, at, at + take);
      return;
    }
    this.#meta ??= Buffer.allocUnsafe(take + this.#left);
    chunk.copy(this.#meta, this.#meta.length - this.#left - take, at, at + take);
    if (this.#left > 0) return;
    const whole = this.#meta;
    this.#meta = undefined;
    this.#onMeta(whole, 0, whole.length);
  }

  #onMeta(body: Buffer, from: number, to: number): void {
    if (this.#metaFlag === X) {
      if (this.#lenient || this.#pax === undefined) this.#pax = new PaxRecords(this.#lenient);
      this.#pax.read(body, from, to);
    } else if (this.#metaFlag === G) this.#onGlobal(body, from, to);
    else {
      const isPath = this.#metaFlag === L;
      const name = textField(body, from, to - from);
      if (!this.#lenient) {
        this.#pax ??= new PaxRecords(false);
        this.#pax.claim(isPath ? 'path' : 'linkpath');
        if (name === '') throw malformedTar('a long name is empty');
      }
      this.#gnu ??= { path: '', linkpath: '' };
      this.#gnu[isPath ? 'path' : 'linkpath'] = name;
    }
  }

  // Go's reader takes a global header for an entry of its own, before which all else is forgotten; others obey it.
  #onGlobal(body: Buffer, from: number, to: number): void {
    const records = new PaxRecords(this.#lenient);
    records.read(body, from, to);
    if (this.#lenient) this.#forget();
    else if (!records.hasOnly('comment')) throw malformedTar('it has global pax records');
  }
}

function tooManyEntries(max: number): Fault {
  return new Fault(
    'tar/too-many-entries',
    `The tar archive has more than ${max} entries.`,
    'Check that it is the right archive.',
  );
}

function isZero(bytes: Buffer, start = 0): boolean {
  for (let i = start; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Reads a whole archive from memory. */
export function readTar(archive: Buffer, visitor: TarVisitor, maxEntries: number): void {
  const reader = new TarReader(visitor, maxEntries);
  reader.push(archive);
  reader.end();
}

export interface TarItem {
  readonly entry: TarEntry;
  /** A view of the archive's bytes; empty unless a file. */
  readonly content: Buffer;
}

const EMPTY = Buffer.alloc(0);

/** The entries of an archive in memory with their content, which is not copied. */
export function tarItems(archive: Buffer, maxEntries: number): TarItem[] {
  const items: TarItem[] = [];
  readTar(
    archive,
    {
      entry(entry) {
        if (entry.kind !== 'file' || entry.size === 0) {
          items.push({ entry, content: EMPTY });
          return undefined;
        }
        // The archive is pushed as one chunk, so the content arrives as one.
        return { write: (content) => void items.push({ entry, content }), end: () => undefined };
      },
    },
    maxEntries,
  );
  return items;
}
