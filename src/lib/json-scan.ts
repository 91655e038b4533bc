// Where a JSON value ends, in chunks of bytes, by depth and string state alone (RFC 8259): whether it is valid, its parser says.
import { JSON_DEPTH } from './json.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** For each byte: 1 opens, 2 closes, 3 begins a string, 4 ends a scalar. */
const meaning = new Uint8Array(256);
for (const c of '{[') meaning[c.charCodeAt(0)] = 1;
for (const c of '}]') meaning[c.charCodeAt(0)] = 2;
meaning[QUOTE] = 3;
for (const c of ',: \t\r\n') meaning[c.charCodeAt(0)] = 4;

/** Finds the end of one value. It is asked once for each chunk, from the value's first byte on. */
export class JsonScan {
  #kind: 'nested' | 'string' | 'scalar';
  #depth = 0;
  #inString = false;
  /** Bytes of the next chunk that an escape at the end of this one passes over: 0 or 1. */
  #over = 0;

  constructor(first: number) {
    this.#kind = meaning[first] === 1 ? 'nested' : first === QUOTE ? 'string' : 'scalar';
  }

  /**
   * The index after the value's last byte, or -1 where it reaches into the next chunk.
   * @throws RangeError where it nests deeper than {@link JSON_DEPTH}
   */
  end(chunk: Uint8Array, from: number): number {
    const at = from + this.#over;
    this.#over = 0;
    return this.#kind === 'scalar' ? scalarEnd(chunk, at) : this.#nestedEnd(chunk, at);
  }

  #nestedEnd(chunk: Uint8Array, from: number): number {
    let depth = this.#depth;
    let at = from;
    if (this.#inString) {
      at = this.#stringEnd(chunk, at);
      if (at === -1 || depth === 0) return at;
    }
    for (; at < chunk.length; at++) {
      const m = meaning[chunk[at] ?? 0] ?? 0;
      if (m === 0 || m === 4) continue;
      if (m === 1) {
        if (++depth > JSON_DEPTH) throw new RangeError(`nested deeper than ${JSON_DEPTH}`);
      } else if (m === 2) {
        if (--depth <= 0) return at + 1;
      } else {
        const end = this.#stringEnd(chunk, at + 1);
        this.#depth = depth;
        if (end === -1 || depth === 0) return end;
        at = end - 1;
      }
    }
    this.#depth = depth;
    return -1;
  }

  /** The index after the closing quote. */
  #stringEnd(chunk: Uint8Array, from: number): number {
    let at = from;
    for (; at < chunk.length; at++) {
      const c = chunk[at];
      if (c === BACKSLASH) at++;
      else if (c === QUOTE) {
        this.#inString = false;
        return at + 1;
      }
    }
    this.#over = at - chunk.length;
    this.#inString = true;
    return -1;
  }
}

function scalarEnd(chunk: Uint8Array, from: number): number {
  for (let at = from; at < chunk.length; at++) if (meaning[chunk[at] ?? 0] !== 0) return at;
  return -1;
}
