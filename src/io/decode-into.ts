// Decodes a stream, as it comes in pieces, into a ring; the thread sleeps where there is no room.
import type { Hash } from 'node:crypto';
import { crypto } from '../lib/crypto.ts';
import { type Decoded, decode, Peeked } from '../lib/decode.ts';
import type { Filling, StepDecoder } from '../lib/step-decoder.ts';
import { END, type RingWriter } from './ring.ts';

/** What is done with one stream. */
export interface Task {
  readonly kind: Decoded;
  /** Its name in messages. */
  readonly what: string;
  /** Whether the SHA-256 of its content stands at the ring's end, {@link HASH_SIZE} bytes. */
  readonly hash: boolean;
}

export const HASH_SIZE = 32;

/**
 * All of a stream's content, and the ring's end.
 * @param decoder where there is none, Node's streams decode, each step on another thread
 * @throws Fault `compression/malformed`; what was written until then stays in the ring
 */
export async function decodeInto(
  ring: RingWriter,
  pieces: Iterable<Buffer>,
  { kind, what, hash }: Task,
  decoder: StepDecoder | undefined,
): Promise<void> {
  const place = new Place(ring, hash);
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
  readonly #hash: Hash | undefined;
  memory: Uint8Array;
  at = 0;

  constructor(ring: RingWriter, hash: boolean) {
    this.#ring = ring;
    this.#hash = hash ? crypto().createHash('sha256') : undefined;
    this.memory = ring.sleepForRoom();
  }

  full(): void {
    this.#hash?.update(this.memory.subarray(0, this.at));
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
    if (this.#hash !== undefined) this.memory.set(this.#hash.digest());
    this.#ring.put(END);
  }
}
