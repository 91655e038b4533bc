// RPM headers as databases hold them: an index of tags and a store of their data (rpm, "RPM V4 Package format", Header).
import { Fault } from '../lib/faults.ts';

/** Most tags of one header; rpm's own bound. */
const TAGS = 0xffff;
/** Longest store, in bytes; rpm's own bound is 256 MiB. */
const STORE = 0x0fffffff;
/** Most values of one tag; the largest packages have some hundred thousand files. */
const VALUES = 2_000_000;
const ENTRY = 16;

/** Bytes of one value by its type: char, 8, 16, 32 and 64 bits, binary. Strings end at a NUL. */
const SIZES: readonly (number | undefined)[] = [undefined, 1, 1, 2, 4, 8, undefined, 1];
const STRING = 6;
const STRING_ARRAY = 8;
const I18N_STRING = 9;

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/**
 * One header. Values are read when they are asked for; a tag of another type than is asked for gives nothing. Entries
 * behind the immutable region override those in it.
 */
export class RpmHeader {
  readonly #entries = new Map<number, Entry>();
  readonly #store: Buffer;

  /** @param bytes without the magic of files @throws Fault `rpm/malformed-header` when its parts are not inside the bytes */
  constructor(bytes: Buffer) {
    const count = bytes.length < 8 ? -1 : bytes.readInt32BE(0);
    const length = bytes.length < 8 ? -1 : bytes.readInt32BE(4);
    const start = 8 + count * ENTRY;
    if (count < 1 || count > TAGS || length < 0 || length > STORE || start + length > bytes.length) {
      throw malformed('its sizes are impossible');
    }
    this.#store = bytes.subarray(start, start + length);
    for (let at = 8; at < start; at += ENTRY) {
      const entry = {
        type: bytes.readInt32BE(at + 4),
        offset: bytes.readInt32BE(at + 8),
        count: bytes.readInt32BE(at + 12),
      };
      this.#entries.set(bytes.readInt32BE(at), entry);
    }
  }

  /** The value of a string tag, the first of several languages or values. @throws Fault `rpm/malformed-header` */
  string(tag: number): string | undefined {
    return this.#strings(tag, 1)[0];
  }

  /** All values of a string tag, UTF-8. @throws Fault `rpm/malformed-header` */
  strings(tag: number): string[] {
    return this.#strings(tag, Infinity);
  }

  /** All values of a string tag as Latin-1: names of files. @throws Fault `rpm/malformed-header` */
  byteStrings(tag: number): string[] {
    return this.#strings(tag, Infinity, 'latin1');
  }

  /** The values of an integer tag, unsigned; of 64 bits those up to 2^53 exactly. @throws Fault `rpm/malformed-header` */
  numbers(tag: number): number[] {
    const entry = this.#entries.get(tag);
    const size = SIZES[entry?.type ?? 0];
    if (entry === undefined || size === undefined || entry.type > 5) return [];
    this.#check(entry, size);
    const numbers: number[] = [];
    for (let i = 0; i < entry.count; i++) {
      const at = entry.offset + i * size;
      numbers.push(size === 8 ? Number(this.#store.readBigUInt64BE(at)) : this.#store.readUIntBE(at, size));
    }
    return numbers;
  }

  #strings(tag: number, most: number, encoding: 'utf8' | 'latin1' = 'utf8'): string[] {
    const entry = this.#entries.get(tag);
    if (entry === undefined || ![STRING, STRING_ARRAY, I18N_STRING].includes(entry.type)) return [];
    this.#check(entry, 1);
    const strings: string[] = [];
    let at = entry.offset;
    for (let left = Math.min(entry.count, entry.type === STRING ? 1 : most); left > 0; left--) {
      const end = this.#store.indexOf(0, at);
      if (end < 0) throw malformed('a text has no end');
      strings.push(this.#store.toString(encoding, at, end));
      at = end + 1;
    }
    return strings;
  }

  #check({ offset, count }: Entry, size: number): void {
    if (offset < 0 || count < 0 || count > VALUES || offset + count * size > this.#store.length)
      throw malformed('a value is outside of it');
  }
}

function malformed(why: string): Fault {
  return new Fault(
    'rpm/malformed-header',
    `An RPM header cannot be read: ${why}.`,
    'The database or package that it comes from may be damaged.',
  );
}
