// PHP's serialisation format (PHP manual, serialize): what PEAR's registry is written in.
import { Fault } from '../../lib/faults.ts';

export type Serialized = null | boolean | number | string | ReadonlyMap<string, Serialized>;

/** Deepest nesting of arrays that is read. */
const DEPTH = 50;

/**
 * Arrays become maps by their keys as texts. Objects and references are refused.
 * @throws Fault `php/serialized`
 */
export function readSerialized(bytes: Buffer): Serialized {
  return new Reader(bytes).value(0);
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  value(depth: number): Serialized {
    const type = String.fromCharCode(this.#bytes[this.#at] ?? 0);
    this.#at += 1;
    if (type === 'N') {
      this.#expect(';');
      return null;
    }
    this.#expect(':');
    if (type === 's') return this.#text();
    if (type === 'a') return this.#array(depth);
    const scalar = this.#until(';', 40);
    if (type === 'b') return scalar === '1';
    if (type === 'i' || type === 'd') return Number(scalar);
    throw broken(this.#at);
  }

  #text(): string {
    const length = this.#count();
    this.#expect('"');
    const text = this.#bytes.toString('utf8', this.#at, this.#at + length);
    this.#at += length;
    this.#expect('"');
    this.#expect(';');
    return text;
  }

  #array(depth: number): Serialized {
    if (depth >= DEPTH) throw broken(this.#at);
    const entries = new Map<string, Serialized>();
    const count = this.#count();
    this.#expect('{');
    for (let i = 0; i < count; i++) {
      const key = this.value(DEPTH);
      if (typeof key !== 'string' && typeof key !== 'number') throw broken(this.#at);
      entries.set(`${key}`, this.value(depth + 1));
    }
    this.#expect('}');
    return entries;
  }

  /** A length or count: never more than there are bytes left. */
  #count(): number {
    const text = this.#until(':', 12);
    const count = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
    if (!(count <= this.#bytes.length - this.#at)) throw broken(this.#at);
    return count;
  }

  #until(end: string, longest: number): string {
    const stop = this.#bytes.indexOf(end, this.#at);
    if (stop < 0 || stop - this.#at > longest) throw broken(this.#at);
    const text = this.#bytes.toString('latin1', this.#at, stop);
    this.#at = stop + 1;
    return text;
  }

  #expect(character: string): void {
    if (this.#bytes[this.#at] !== character.charCodeAt(0)) throw broken(this.#at);
    this.#at += 1;
  }
}

function broken(at: number): Fault {
  return new Fault(
    'php/serialized',
    `Byte ${at} is not in PHP's serialisation format.`,
    'Check that the file is complete and was not altered.',
  );
}
