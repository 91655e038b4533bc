// Reads tar archives as they arrive: v7, ustar, pax, GNU long names and base-256 numbers.
import { type BytePath, normalPath } from './bytes.ts';
import { Fault } from './faults.ts';
import { BLOCK, type EntryKind, headerSum, type TarEntry } from './tar.ts';

/** Longest pax header or GNU long name that is read, in bytes. */
const META_LIMIT = 1 << 20;
/** The pax records that an entry is read from. */
const READ: ReadonlySet<string> = new Set(['path', 'linkpath', 'size', 'uid', 'gid', 'mtime']);
/** Records that set extended attributes or access control lists: star's, libarchive's and Solaris' names. */
const ATTRIBUTES = /^(?:SCHILY\.(?:xattr|acl)\.|LIBARCHIVE\.xattr\.|RHT\.security\.)/;

/** Receives the content of one file. The chunks are only valid during the call. */
export interface ContentSink {
  write(chunk: Buffer): void;
  end(): void;
}

export interface TarVisitor {
  /** Called for each entry in order; content of a file goes to what it returns, or is passed over. */
  entry(entry: TarEntry): ContentSink | undefined;
}

function broken(problem: string): Fault {
  return new Fault(
    'tar/malformed',
    `The tar archive is malformed: ${problem}.`,
    'The archive is damaged or was altered; fetch or make it again.',
  );
}

/**
 * A tar reader that is given chunks of any size, without copying file content. What readers of the world take for
 * different entries is refused: records of a pax header that are empty, given twice or global, and data after the end.
 * @throws Fault `tar/malformed`, `tar/unsafe-path` (a `..` segment), `tar/too-many-entries`, `tar/unsupported` (sparse files).
 */
export class TarReader {
  readonly #visitor: TarVisitor;
  readonly #maxEntries: number;
  #state: 'header' | 'content' | 'meta' | 'skip' | 'end' = 'header';
  #left = 0;
  #padding = 0;
  #sink: ContentSink | undefined;
  readonly #header = Buffer.alloc(BLOCK);
  #headerFill = 0;
  #meta: Buffer[] = [];
  #metaFlag = '';
  #pax = noRecords();
  #entries = 0;
  #position = 0;

  constructor(visitor: TarVisitor, maxEntries: number) {
    this.#visitor = visitor;
    this.#maxEntries = maxEntries;
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
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'end') {
        if (!isZero(chunk, at)) throw broken('something follows its end');
        return;
      }
      if (this.#state === 'header') {
        const take = Math.min(BLOCK - this.#headerFill, chunk.length - at);
        this.#position += take;
        // A header that lies whole in the chunk is read in place.
        if (take === BLOCK) this.#onHeader(chunk.subarray(at, at + BLOCK));
        else {
          chunk.copy(this.#header, this.#headerFill, at, at + take);
          this.#headerFill += take;
          if (this.#headerFill === BLOCK) {
            this.#headerFill = 0;
            this.#onHeader(this.#header);
          }
        }
        at += take;
      } else {
        const take = Math.min(this.#left, chunk.length - at);
        if (take > 0) this.#onBody(chunk.subarray(at, at + take));
        this.#left -= take;
        this.#position += take;
        at += take;
        if (this.#left === 0) this.#afterBody();
      }
    }
  }

  /** To be called after the last chunk. An archive may end without its zero blocks, but not inside an entry. */
  end(): void {
    if (
      this.#state === 'content' ||
      this.#state === 'meta' ||
      this.#headerFill > 0 ||
      (this.#state === 'skip' && this.#left > this.#padding)
    ) {
      throw broken('it ends in the middle of an entry');
    }
  }

  #onBody(part: Buffer): void {
    if (this.#state === 'content') this.#sink?.write(part);
    else if (this.#state === 'meta') this.#meta.push(Buffer.from(part));
  }

  #afterBody(): void {
    if (this.#state === 'content') {
      this.#sink?.end();
      this.#sink = undefined;
    } else if (this.#state === 'meta') this.#onMeta(Buffer.concat(this.#meta));
    else {
      this.#state = 'header';
      return;
    }
    this.#left = this.#padding;
    this.#state = this.#padding > 0 ? 'skip' : 'header';
  }

  #body(state: 'content' | 'meta', size: number): void {
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
    this.#left = size;
    this.#state = state;
    if (size === 0) this.#afterBody();
  }

  #onHeader(header: Buffer): void {
    if (isZero(header)) {
      this.#state = 'end';
      return;
    }
    if (number(header, 148, 8) !== headerSum(header)) throw broken('a header has a wrong checksum');
    const flag = String.fromCharCode(header[156] ?? 0);
    if (flag === 'x' || flag === 'g' || flag === 'L' || flag === 'K') {
      const size = number(header, 124, 12);
      if (size > META_LIMIT) throw broken('an extended header is too large');
      this.#meta = [];
      this.#metaFlag = flag;
      this.#body('meta', size);
      return;
    }
    if (++this.#entries > this.#maxEntries) {
      throw new Fault(
        'tar/too-many-entries',
        `The tar archive has more than ${this.#maxEntries} entries.`,
        'Check that it is the right archive.',
      );
    }
    const entry = this.#entry(header, flag);
    this.#pax = noRecords();
    this.#sink = this.#visitor.entry(entry);
    if (entry.kind === 'file') this.#body('content', entry.size);
    else {
      this.#sink?.end();
      this.#sink = undefined;
    }
  }

  #onMeta(body: Buffer): void {
    if (this.#metaFlag === 'L') this.#extend([['path', cString(body)]]);
    else if (this.#metaFlag === 'K') this.#extend([['linkpath', cString(body)]]);
    else if (this.#metaFlag === 'x') this.#extend(paxRecords(body));
    // Go's reader, which container runtimes use, passes over global records; others obey them.
    else if (paxRecords(body).some(([key]) => key !== 'comment')) throw broken('it has global pax records');
  }

  #extend(records: readonly (readonly [string, string])[]): void {
    for (const [key, value] of records) {
      if (Object.hasOwn(this.#pax, key)) throw broken(`an entry has two of ${JSON.stringify(key.slice(0, 100))}`);
      // An empty record means "as in the header" to some readers, and nothing at all to others.
      if (value === '' && READ.has(key)) throw broken('a pax record is empty');
      if (value.includes('\0') && (key === 'path' || key === 'linkpath')) throw broken('a name holds a zero byte');
      this.#pax[key] = value;
    }
  }

  #entry(header: Buffer, flag: string): TarEntry {
    const pax = this.#pax;
    if (flag === 'S' || Object.keys(pax).some((key) => key.startsWith('GNU.sparse.'))) {
      throw new Fault(
        'tar/unsupported',
        'The tar archive holds a sparse file.',
        'Make the archive without sparse files.',
      );
    }
    const ustar = header.toString('latin1', 257, 262) === 'ustar';
    // In GNU's own format ("ustar  ") the prefix field holds other things.
    const prefix = ustar && header[262] === 0 ? cString(header.subarray(345, 500)) : '';
    const short = cString(header.subarray(0, 100));
    const name = pax['path'] ?? (prefix === '' ? short : `${prefix}/${short}`);
    const kind = kindOf(flag, name);
    const target = pax['linkpath'] ?? cString(header.subarray(157, 257));
    const link = kind === 'symlink' || kind === 'hardlink';
    return {
      path: safePath(name),
      kind,
      mode: number(header, 100, 8) & 0o7777,
      uid: paxNumber(pax['uid']) ?? number(header, 108, 8),
      gid: paxNumber(pax['gid']) ?? number(header, 116, 8),
      mtime: Math.floor(paxTime(pax['mtime']) ?? number(header, 136, 12)),
      size: kind === 'file' ? (paxNumber(pax['size']) ?? number(header, 124, 12)) : 0,
      target: link ? (kind === 'hardlink' ? safePath(target) : target) : undefined,
      ...(Object.keys(pax).some((key) => ATTRIBUTES.test(key)) ? { attributes: true } : {}),
    };
  }
}

/** Reads a whole archive from memory. */
export function readTar(archive: Buffer, visitor: TarVisitor, maxEntries: number): void {
  const reader = new TarReader(visitor, maxEntries);
  reader.push(archive);
  reader.end();
}

const kinds: Readonly<Record<string, EntryKind>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
};

function kindOf(flag: string, name: string): EntryKind {
  const kind = kinds[flag];
  if (kind === undefined)
    throw new Fault(
      'tar/unsupported',
      `The tar archive holds an entry of the unknown type ${JSON.stringify(flag)}.`,
      'Make the archive with GNU tar or in pax format.',
    );
  return kind === 'file' && flag !== '7' && name.endsWith('/') ? 'directory' : kind;
}

function safePath(name: string): BytePath {
  if (name.includes('\0')) throw broken('a name holds a zero byte');
  const path = normalPath(name);
  if (path === '..' || path.startsWith('../') || path.includes('/../') || path.endsWith('/..')) {
    throw new Fault(
      'tar/unsafe-path',
      `The tar archive names a path outside its root: ${JSON.stringify(name.slice(0, 200))}.`,
      'The archive is hostile or damaged; do not use it.',
    );
  }
  return path;
}

function isZero(bytes: Buffer, start = 0): boolean {
  for (let i = start; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

function cString(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end < 0 ? field.length : end);
}

// Octal digits among spaces and zero bytes, or GNU's base-256: first bit set, big-endian.
function number(header: Buffer, at: number, length: number): number {
  const first = header[at] ?? 0;
  if (first & 0x80) {
    if (first === 0xff) throw broken('a number is negative');
    let value = first & 0x7f;
    for (let i = at + 1; i < at + length; i++) {
      value = value * 256 + (header[i] ?? 0);
      if (value > Number.MAX_SAFE_INTEGER) throw broken('a number is too large');
    }
    return value;
  }
  let value = 0;
  let digits = 0;
  for (let i = at; i < at + length; i++) {
    const c = header[i] ?? 0;
    if (c >= 0x30 && c <= 0x37) {
      value = value * 8 + (c - 0x30);
      digits++;
    } else if (c === 0x20 || c === 0) {
      if (digits > 0) break;
    } else throw broken('a number is not octal');
  }
  return value;
}

function paxNumber(text: string | undefined): number | undefined {
  if (text?.includes('.') === true) throw broken('a pax number is malformed');
  return paxTime(text);
}

function paxTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,16}(\.\d{1,20})?$/.test(text)) throw broken('a pax number is malformed');
  const value = Number(text);
  if (value > Number.MAX_SAFE_INTEGER) throw broken('a number is too large');
  return value;
}

function noRecords(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

function paxRecords(body: Buffer): [key: string, value: string][] {
  const out: [string, string][] = [];
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const digits = space < 0 ? '' : body.toString('latin1', at, space);
    const length = /^[0-9]{1,8}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    if (length < 5 || end > body.length || body[end - 1] !== 0x0a) throw broken('a pax record is malformed');
    const equals = body.indexOf(0x3d, space);
    if (equals < 0 || equals >= end) throw broken('a pax record is malformed');
    out.push([body.toString('latin1', space + 1, equals), body.toString('latin1', equals + 1, end - 1)]);
    at = end;
  }
  return out;
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
