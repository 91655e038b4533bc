// Decodes a stream, as it comes in pieces, into a ring; the thread sleeps where there is no room.
import { type Decoded, decode, Peeked } from '../lib/decode.ts';
import type { Filling, StepDecoder } from '../lib/step-decoder.ts';
import { END, type RingWriter } from './ring.ts';

/** What is done with one stream. */
export interface Task {
  readonly kind: Decoded;
  /** Its name in messages. */
  readonly what: string;
}

/**
 * All of a stream's content, and the ring's end.
 * @param decoder where there is none, Node's streams decode, each step on another thread
 * @throws Fault `compression/malformed`; what was written until then stays in the ring
 */
export async function decodeInto(
  ring: RingWriter,
  pieces: Iterable<Buffer>,
  { kind, what }: Task,
  decoder: StepDecoder | undefined,
): Promise<void> {
  const place = new Place(ring);
  if (decoder !== undefined) {
    for (const piece of pieces) decoder.push(piece, place);
    decoder.end(place);
  } else {
    for await (const chunk of decode(kind, new Peeked(later(pieces)), what)) place.take(chunk);
  }
  place.end();
}

async function* later(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces;
}

/** The ring's next place, handed on when it is full. */
class Place implements Filling {
  readonly #ring: RingWriter;
  memory: Uint8Array;
  at = 0;

  constructor(ring: RingWriter) {
    this.#ring = ring;
    this.memory = ring.sleepForRoom();
  }

  full(): void {
    this.#ring.put(this.at);
    this.memory = this.#ring.sleepForRoom();
    this.at = 0;
  }

  take(chunk: Buffer): void {
    for (let taken = 0; taken < chunk.length; ) {
      const part = chunk.subarray(taken, taken + this.memory.length - this.at);
      this.memory.set(part, this.at);
      this.at += part.length;
      taken += part.length;
      if (this.at === this.memory.length) this.full();
    }
  }

  end(): void {
    if (this.at > 0) this.full();
    this.#ring.put(END);
  }
}
