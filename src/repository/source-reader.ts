import { Fault } from '../lib/faults.ts';
import type { BlobSource } from './types.ts';

interface Cursor {
  readonly iterator: AsyncIterator<Uint8Array>;
  position: number;
  rest: Uint8Array;
  busy: boolean;
}

/** Parts of a blob's source, one after the other: goes on where the last whole part ended, else opens the source anew. */
export class SourceReader {
  readonly #source: BlobSource;
  #cursor: Cursor | undefined;

  constructor(source: BlobSource) {
    this.#source = source;
  }

  /** `length` bytes from `offset`. @throws Fault `blob/altered` when the source ends before. */
  async *read(offset: number, length: number): AsyncGenerator<Uint8Array> {
    const cursor = await this.#at(offset);
    cursor.busy = true;
    const end = offset + length;
    while (cursor.position < end) yield await this.#next(cursor, end);
    cursor.busy = false;
  }

  /** Lets go of the source: of a part that was broken off, when the source has given what it was asked for last. */
  async close(): Promise<void> {
    const cursor = this.#cursor;
    this.#cursor = undefined;
    const closed = cursor?.iterator.return?.();
    // What is on its way may take as long as the source does, and nobody wants it.
    if (cursor?.busy === true) closed?.catch(() => undefined);
    else await closed;
  }

  async #at(offset: number): Promise<Cursor> {
    const held = this.#cursor;
    if (held !== undefined && !held.busy && held.position === offset) return held;
    await this.close();
    const iterator = this.#source.open()[Symbol.asyncIterator]();
    const cursor: Cursor = { iterator, position: 0, rest: new Uint8Array(), busy: false };
    this.#cursor = cursor;
    while (cursor.position < offset) await this.#next(cursor, offset);
    return cursor;
  }

  async #next(cursor: Cursor, end: number): Promise<Uint8Array> {
    while (cursor.rest.length === 0) {
      const step = await cursor.iterator.next();
      if (step.done === true) {
        throw new Fault(
          'blob/altered',
          `${this.#source.digest} ends after ${cursor.position} bytes instead of ${this.#source.size}.`,
          'Run the command again.',
        );
      }
      cursor.rest = step.value;
    }
    const chunk = cursor.rest.subarray(0, end - cursor.position);
    cursor.rest = cursor.rest.subarray(chunk.length);
    cursor.position += chunk.length;
    return chunk;
  }
}
