// Packages indexes: tens of megabytes, of which a resolution needs a few hundred paragraphs. The bytes stay as they
// are; names and offsets are noted once, a paragraph becomes an object when somebody asks for it.
import { giveBack } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { type BinaryPackage, parsePackage } from './binary-package.ts';

/** Longest paragraph of an index that is read, in bytes. */
const STANZA = 4 << 20;
/** Most paragraphs of an index. */
const STANZAS = 2_000_000;

const NEWLINE = 0x0a;
const COMMA = 0x2c;
const COLON = 0x3a;
const PARENTHESIS = 0x28;
const PARTING = Buffer.from('\n\n');

export class PackagesIndex {
  #bytes: Buffer;
  readonly #byName = new Map<string, Offsets>();
  readonly #byProvided = new Map<string, Offsets>();
  #bySource: Map<string, Offsets> | undefined;
  readonly #parsed = new Map<number, BinaryPackage>();

  /**
   * @param bytes the index as its archive's signature covers it; kept, not copied
   * @throws Fault `deb/malformed-index` when it is larger than limits.packagesIndex, or has too many paragraphs.
   */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    if (bytes.length > limits.packagesIndex) throw malformed(`it is larger than ${limits.packagesIndex} bytes`);
    let stanzas = 0;
    for (let start = skipNewlines(bytes, 0); start < bytes.length; ) {
      if (++stanzas > STANZAS) throw malformed(`it has more than ${STANZAS} paragraphs`);
      const end = this.#end(start);
      this.#note(start, end);
      start = skipNewlines(bytes, end);
    }
  }

  /** All versions of a package, as the index lists them. @throws what `parsePackage` throws. */
  named(name: string): BinaryPackage[] {
    return offsetsOf(this.#byName, name).map((offset) => this.#package(offset));
  }

  /** Packages whose Provides names `name`, as the index lists them. @throws what `parsePackage` throws. */
  providing(name: string): BinaryPackage[] {
    return offsetsOf(this.#byProvided, name).map((offset) => this.#package(offset));
  }

  names(): Iterable<string> {
    return this.#byName.keys();
  }

  /** Packages that were made from a source package, as the index lists them. @throws what `parsePackage` throws. */
  ofSource(name: string): BinaryPackage[] {
    return offsetsOf(this.#sources(), name).map((offset) => this.#package(offset));
  }

  /** Names of the source packages. */
  sourceNames(): Iterable<string> {
    return this.#sources().keys();
  }

  /** Gives the memory of the content back now, not when the garbage collector sees to it. Nothing can be asked afterwards. */
  [Symbol.dispose](): void {
    const bytes = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    this.#byName.clear();
    this.#byProvided.clear();
    this.#bySource = undefined;
    giveBack(bytes);
  }

  // Only who asks for sources waits for this second look at every line.
  #sources(): Map<string, Offsets> {
    if (this.#bySource !== undefined) return this.#bySource;
    const sources = new Map<string, Offsets>();
    for (let start = skipNewlines(this.#bytes, 0); start < this.#bytes.length; ) {
      const end = this.#end(start);
      const own = this.#field(start, end, 'source:') ?? this.#field(start, end, 'package:');
      if (own !== undefined) this.#noteName(sources, own.from, own.to, start);
      start = skipNewlines(this.#bytes, end);
    }
    this.#bySource = sources;
    return sources;
  }

  /** Where the value of a field's first line stands. */
  #field(start: number, end: number, name: string): { readonly from: number; readonly to: number } | undefined {
    for (let line = start; line < end; ) {
      const next = this.#bytes.indexOf(NEWLINE, line);
      const to = next < 0 || next > end ? end : next;
      if (isField(this.#bytes, line, name)) return { from: line + name.length, to };
      line = to + 1;
    }
    return undefined;
  }

  #end(start: number): number {
    const end = this.#bytes.indexOf(PARTING, start);
    return end < 0 ? this.#bytes.length : end;
  }

  #package(offset: number): BinaryPackage {
    const known = this.#parsed.get(offset);
    if (known !== undefined) return known;
    const end = this.#end(offset);
    if (end - offset > STANZA) throw malformed(`it has a paragraph larger than ${STANZA} bytes`);
    const parsed = parsePackage(this.#bytes.toString('utf8', offset, end));
    this.#parsed.set(offset, parsed);
    return parsed;
  }

  /** Notes the names by which a paragraph can be asked for. */
  #note(start: number, end: number): void {
    const bytes = this.#bytes;
    for (let line = start; line < end; ) {
      const next = bytes.indexOf(NEWLINE, line);
      const stop = next < 0 || next > end ? end : next;
      // Both fields start with a P.
      if (((bytes[line] ?? 0) | 0x20) === 0x70) {
        if (isField(bytes, line, 'package:')) this.#noteName(this.#byName, line + 8, stop, start);
        else if (isField(bytes, line, 'provides:')) this.#noteProvided(start, line + 9, stop, end);
      }
      line = stop + 1;
    }
  }

  /** Notes every relation of a Provides field, which may go on in further lines. */
  #noteProvided(start: number, from: number, firstEnd: number, end: number): void {
    const bytes = this.#bytes;
    let stop = firstEnd;
    while (stop < end && isBlank(bytes[stop + 1])) {
      const next = bytes.indexOf(NEWLINE, stop + 1);
      stop = next < 0 || next > end ? end : next;
    }
    for (let at = from; at < stop; ) {
      const comma = bytes.indexOf(COMMA, at);
      const itemEnd = comma < 0 || comma > stop ? stop : comma;
      this.#noteName(this.#byProvided, at, itemEnd, start);
      at = itemEnd + 1;
    }
  }

  /** Notes the first word of a range. */
  #noteName(map: Map<string, Offsets>, from: number, to: number, offset: number): void {
    const bytes = this.#bytes;
    let first = from;
    while (first < to && isSpace(bytes[first])) first++;
    let last = first;
    while (last < to && !isSpace(bytes[last]) && bytes[last] !== PARENTHESIS && bytes[last] !== COLON) last++;
    // A string of its own: a part of a longer one would keep all of that alive.
    const name = bytes.toString('latin1', first, last);
    const known = map.get(name);
    if (known === undefined) map.set(name, offset);
    else if (typeof known === 'number') {
      if (known !== offset) map.set(name, [known, offset]);
    } else if (known.at(-1) !== offset) known.push(offset);
  }
}

/** Where a name's paragraphs start; most names have one. */
type Offsets = number | number[];

function offsetsOf(map: ReadonlyMap<string, Offsets>, name: string): readonly number[] {
  const offsets = map.get(name) ?? [];
  return typeof offsets === 'number' ? [offsets] : offsets;
}

function skipNewlines(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] === NEWLINE) at++;
  return at;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** Whether a line starts with the name of a field, whatever its case; `name` is in lower case. */
function isField(bytes: Buffer, at: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (((bytes[at + i] ?? 0) | 0x20) !== name.charCodeAt(i)) return false;
  }
  return true;
}

function isSpace(byte: number | undefined): boolean {
  return byte === NEWLINE || isBlank(byte);
}

function malformed(why: string): Fault {
  return new Fault(
    'deb/malformed-index',
    `The Packages index cannot be read: ${why}.`,
    'The archive may be broken; try again later, or another mirror.',
  );
}
