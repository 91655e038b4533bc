// Large JSON documents read member by member: only one member is held in memory.
import { Fault, messageOf } from './faults.ts';
import { JsonScan } from './json-scan.ts';

export interface JsonElement {
  /** Whether it is a member of the container named by `within`; without that, every member of the document is. */
  readonly inside: boolean;
  /** The name of an object's member; `undefined` in an array. */
  readonly key: string | undefined;
  readonly value: unknown;
}

export interface JsonStreamOptions {
  /** Names the document in messages. */
  readonly what: string;
  /** The member of the document, an array or an object, whose members are wanted; `undefined`: the document's own. */
  readonly within?: string | undefined;
  /** Longest text of one member, in bytes. */
  readonly limit: number;
}

/**
 * The members of a JSON document, an array or an object, in their order; with `within` those of that member, and beside
 * them the document's other members, as they come. Memory is a chunk and one member. A chunk may be used again by its
 * source when it is asked for the next.
 * @throws Fault `json/malformed` where it is no UTF-8 JSON, is cut off, nests too deeply in a member (JSON_DEPTH) or has
 * no container `within`; `json/too-large` for a member beyond `limit`; faults of the source pass through
 */
export async function* jsonElements(
  chunks: AsyncIterable<Uint8Array>,
  options: JsonStreamOptions,
): AsyncGenerator<JsonElement> {
  const splitter = new JsonSplitter(options);
  for await (const chunk of chunks) yield* splitter.push(chunk);
  splitter.end();
}

type Expected = 'document' | 'value or end' | 'value' | 'key or end' | 'key' | 'colon' | 'comma or end' | 'nothing';

/** {@link jsonElements} for one who has the chunks at hand: `push` each, then `end`. */
export class JsonSplitter {
  readonly #options: JsonStreamOptions;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** The closing brackets of what is open: the document, and within it the container. */
  readonly #open: number[] = [];
  readonly #kept: Uint8Array[] = [];
  #keptSize = 0;
  #expected: Expected = 'document';
  #scan: JsonScan | undefined;
  #key: string | undefined;
  #found: boolean;
  #offset = 0;

  constructor(options: JsonStreamOptions) {
    this.#options = options;
    this.#found = options.within === undefined;
  }

  /** @throws Fault as {@link jsonElements} */
  *push(chunk: Uint8Array): Generator<JsonElement> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#scan === undefined) {
        const c = chunk[at] ?? 0;
        const token = c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09 && !this.#isMark(c, this.#offset + at);
        if (!token || !this.#begin(c)) at++;
        continue;
      }
      const end = this.#end(this.#scan, chunk, at);
      const text = this.#take(chunk.subarray(at, end === -1 ? chunk.length : end), end !== -1);
      at = end === -1 ? chunk.length : end;
      if (text === undefined) continue;
      this.#scan = undefined;
      const element = this.#finish(this.#parse(text));
      if (element !== undefined) yield element;
    }
    this.#offset += chunk.length;
  }

  /** @throws Fault `json/malformed` where more should have come */
  end(): void {
    if (this.#expected !== 'nothing') throw this.#malformed('it is cut off');
    if (!this.#found) throw this.#malformed(`it has no array or object "${this.#options.within ?? ''}"`);
  }

  /** UTF-8's byte order mark at the very start. */
  #isMark(c: number, offset: number): boolean {
    return offset < 3 && c === [0xef, 0xbb, 0xbf][offset] && this.#expected === 'document';
  }

  /** Takes a sign of the document's frame; true: a member or a key begins here. */
  #begin(c: number): boolean {
    const closes = c === this.#open.at(-1);
    if (closes && this.#expected.endsWith('or end')) this.#leave();
    else if (this.#expected === 'document') this.#enter(c);
    else if (this.#expected === 'comma or end' && c === 0x2c)
      this.#expected = this.#open.at(-1) === 0x7d ? 'key' : 'value';
    else if (this.#expected === 'colon' && c === 0x3a) this.#expected = 'value';
    else if (this.#expected.startsWith('key') && c === 0x22) return this.#start(c);
    else if (this.#expected.startsWith('value')) return !this.#isContainer(c) && this.#start(c);
    else throw this.#malformed(`"${String.fromCharCode(c)}" stands where ${this.#expected} is expected`);
    return false;
  }

  #start(c: number): true {
    this.#scan = new JsonScan(c);
    return true;
  }

  #isContainer(c: number): boolean {
    const { within } = this.#options;
    if (this.#open.length !== 1 || within === undefined || this.#key !== within || (c !== 0x7b && c !== 0x5b))
      return false;
    this.#found = true;
    this.#enter(c);
    return true;
  }

  #enter(c: number): void {
    if (c !== 0x7b && c !== 0x5b) throw this.#malformed('it is neither an object nor an array');
    this.#open.push(c + 2);
    this.#key = undefined;
    this.#expected = c === 0x7b ? 'key or end' : 'value or end';
  }

  #leave(): void {
    this.#open.pop();
    this.#key = undefined;
    this.#expected = this.#open.length === 0 ? 'nothing' : 'comma or end';
  }

  #end(scan: JsonScan, chunk: Uint8Array, at: number): number {
    try {
      return scan.end(chunk, at);
    } catch (cause) {
      throw this.#malformed(messageOf(cause), cause);
    }
  }

  /** The bytes of the value when it is complete. */
  #take(part: Uint8Array, complete: boolean): Uint8Array | undefined {
    this.#keptSize += part.length;
    if (this.#keptSize > this.#options.limit) throw this.#tooLarge();
    if (complete && this.#kept.length === 0) {
      this.#keptSize = 0;
      return part;
    }
    this.#kept.push(Buffer.from(part));
    if (!complete) return undefined;
    this.#keptSize = 0;
    return Buffer.concat(this.#kept.splice(0));
  }

  #parse(text: Uint8Array): unknown {
    try {
      return JSON.parse(this.#utf8.decode(text)) as unknown;
    } catch (cause) {
      throw this.#malformed(`${this.#where()}: ${messageOf(cause)}`, cause);
    }
  }

  #finish(value: unknown): JsonElement | undefined {
    if (this.#expected.startsWith('key')) {
      this.#key = String(value);
      this.#expected = 'colon';
      return undefined;
    }
    this.#expected = 'comma or end';
    return { inside: this.#open.length === (this.#options.within === undefined ? 1 : 2), key: this.#key, value };
  }

  #where(): string {
    return this.#key === undefined ? 'a member' : `its member "${this.#key.slice(0, 100)}"`;
  }

  #malformed(why: string, cause?: unknown): Fault {
    return new Fault(
      'json/malformed',
      `${this.#options.what} is not valid JSON: ${why}.`,
      'Check that the file is complete and was not altered.',
      { cause },
    );
  }

  #tooLarge(): Fault {
    return new Fault(
      'json/too-large',
      `${this.#options.what}: ${this.#where()} is longer than ${this.#options.limit} bytes.`,
      'Check that the file is what it should be.',
    );
  }
}
