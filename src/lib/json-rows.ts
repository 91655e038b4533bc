// JSON of tens of thousands of rows, made in one piece of memory: as strings of their own they would be a second of work
// for the garbage collector.

/** Characters that are gathered before they are given, about. */
const FULL = 1 << 16;
/** What a row has room for before it needs more memory, in bytes. */
const ROW = 1 << 13;

/** A text that every row has. Only ASCII. */
export function rowPart(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** Rows with commas between them, one a line. */
export class JsonRows {
  #memory: Buffer = Buffer.allocUnsafe(FULL + ROW);
  #at = 0;
  #isAscii = true;

  part(bytes: Uint8Array): void {
    this.#need(bytes.length);
    this.#memory.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** What stands inside of a JSON string as it is: ASCII without quotes, backslashes and control characters. */
  plain(text: string): void {
    this.#need(text.length);
    this.#at += this.#memory.write(text, this.#at, 'latin1');
  }

  /** The inside of a JSON string, escaped where it must be. */
  inString(text: string): void {
    if (PLAIN.test(text)) this.plain(text);
    else {
      const json = JSON.stringify(text);
      this.#need(3 * json.length);
      this.#at += this.#memory.write(json.slice(1, -1), this.#at, 'utf8');
      this.#isAscii = false;
    }
  }

  /** @param number a count: whole, at least 0 */
  count(number: number): void {
    if (number > 9) this.plain(String(number));
    else {
      this.#need(1);
      this.#memory[this.#at++] = ZERO + number;
    }
  }

  /** Ends a row; gives what was gathered when that is much. */
  end(): string | undefined {
    if (this.#at >= FULL) return this.rest();
    this.part(BETWEEN);
    return undefined;
  }

  /** What was gathered; to be asked for after the last row, too. */
  rest(): string | undefined {
    const between = this.#at >= BETWEEN.length && this.#memory[this.#at - 1] === NEWLINE ? BETWEEN.length : 0;
    const length = this.#at - between;
    const text = length === 0 ? undefined : this.#memory.toString(this.#isAscii ? 'latin1' : 'utf8', 0, length);
    this.#at = 0;
    this.#isAscii = true;
    return text;
  }

  #need(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#memory.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    larger.set(this.#memory.subarray(0, this.#at));
    this.#memory = larger;
  }
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const ZERO = 0x30;
const NEWLINE = 0x0a;
const BETWEEN = rowPart(',\n');
