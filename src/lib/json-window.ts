// A JSON text that is walked while it is read: what was walked is forgotten, and what is walked stands in memory as a whole.
import { afterSpace } from './json-walk.ts';

/** Room at first, in bytes: a chunk of a file and some. */
const ROOM = 1 << 17;

export class JsonWindow {
  /** What stands in memory. It is another after each refill. */
  text: Buffer;
  /** Where the walk is in `text`. */
  at = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #room: Buffer = Buffer.allocUnsafeSlow(ROOM);
  #ended = false;

  /** @param chunks of the text; each may be used again by its source when it is asked for the next */
  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.text = this.#room.subarray(0, 0);
  }

  /** Goes to the next byte that is no space. -1: there is none. Faults of the source pass through. */
  async peek(): Promise<number> {
    for (;;) {
      const c = this.peekHere();
      if (c !== -1) return c;
      if (!(await this.#refill())) return -1;
    }
  }

  /** {@link peek} in what stands in memory: -1 says nothing of what follows. */
  peekHere(): number {
    this.at = afterSpace(this.text, this.at);
    return this.text[this.at] ?? -1;
  }

  /**
   * Where a part that begins here ends, read as far as it takes: each time twice as much, so that nothing is walked often.
   * @param end gives the index after the part, or -1 where the text has no end of it
   * @returns the same; -1 where the whole text has none
   */
  async find(end: (text: Buffer, at: number) => number): Promise<number> {
    for (;;) {
      const found = this.findHere(end);
      if (found !== -1) return found;
      for (const wanted = 2 * (this.text.length - this.at); this.text.length - this.at <= wanted; )
        if (!(await this.#refill())) return end(this.text, this.at);
    }
  }

  /** {@link find} in what stands in memory: -1 says nothing of what follows. A number may go on behind it. */
  findHere(end: (text: Buffer, at: number) => number): number {
    const found = end(this.text, this.at);
    return found >= this.text.length && !this.#ended ? -1 : found;
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #refill(): Promise<boolean> {
    if (this.#ended) return false;
    const { done, value } = await this.#chunks.next();
    if (done === true) {
      this.#ended = true;
      return false;
    }
    const left = this.text.length - this.at;
    const room = this.#roomFor(left + value.length);
    this.text.copy(room, 0, this.at);
    room.set(value, left);
    this.#room = room;
    this.text = room.subarray(0, left + value.length);
    this.at = 0;
    return true;
  }

  #roomFor(size: number): Buffer {
    return size <= this.#room.length ? this.#room : Buffer.allocUnsafeSlow(Math.max(size, 2 * this.#room.length));
  }
}
