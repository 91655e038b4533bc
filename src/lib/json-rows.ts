// JSON of tens of thousands of rows, made in one piece of memory: as strings of their own they would be a second of work
// for the garbage collector.

/** What a row has room for before it needs more memory, in bytes. */
const ROW = 1 << 13;

/** A text that every row has. Only ASCII. */
export function rowPart(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

export interface RowsOptions {
  /** Stands between rows: a comma and perhaps white space. */
  readonly between?: string;
  /** Bytes that are gathered before they are to be taken, about. */
  readonly full?: number;
}

/** Gathers rows until they are taken. */
export class JsonRows {
  readonly #between: Uint8Array;
  readonly #full: number;
  #memory: Buffer;
  #at = 0;
  /** Where the last row ends. */
  #end = 0;
  #isAscii = true;

  constructor({ between = ',\n', full = 1 << 16 }: RowsOptions = {}) {
    this.#between = rowPart(between);
    this.#full = full;
    this.#memory = Buffer.allocUnsafe(full + ROW);
  }

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

  /** @param number a whole one */
  whole(number: number): void {
    if (number > 9 || number < 0) this.plain(String(number));
    else {
      this.#need(1);
      this.#memory[this.#at++] = ZERO + number;
    }
  }

  /** Ends a row. @returns whether so much was gathered that it should be taken */
  end(): boolean {
    this.#end = this.#at;
    this.part(this.#between);
    return this.#end >= this.#full;
  }

  get isEmpty(): boolean {
    return this.#end === 0;
  }

  /** Takes the rows that ended. */
  text(): string {
    const text = this.#memory.toString(this.#isAscii ? 'latin1' : 'utf8', 0, this.#end);
    this.#clear();
    return text;
  }

  /** Like {@link text}, in UTF-8, with something before and after. */
  bytes(before: Uint8Array, after: Uint8Array): Buffer {
    const bytes = Buffer.concat([before, this.#memory.subarray(0, this.#end), after]);
    this.#clear();
    return bytes;
  }

  #clear(): void {
    this.#at = 0;
    this.#end = 0;
    this.#isAscii = true;
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
