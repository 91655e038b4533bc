// Memory that two threads share: one puts pieces in, the other takes them out in their order.

/**
 * Words of the state: pieces that were put in and let go of, as many as ever; how many must be let go of before who puts
 * in wakes; and the length of what lies in each place.
 */
const PUT = 0;
const GONE = 1;
const WANTED = 2;
const LENGTHS = 3;

/** Instead of a length: nothing follows; nothing follows, for something failed. */
export const END = -1;
export const FAILED = -2;

/** What each of the two threads makes its side of. */
export interface SharedRing {
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly memory: SharedArrayBuffer;
}

/** Memory for `places` pieces of at most `size` bytes. */
export function sharedRing(places: number, size: number): SharedRing {
  const state = new Int32Array(new SharedArrayBuffer(4 * (LENGTHS + places)));
  return { state, memory: new SharedArrayBuffer(places * size) };
}

class Side {
  protected readonly state: Int32Array<SharedArrayBuffer>;
  protected readonly places: readonly Buffer<SharedArrayBuffer>[];
  /** Pieces that this side was done with. */
  protected done = 0;

  constructor({ state, memory }: SharedRing) {
    this.state = state;
    const places = state.length - LENGTHS;
    const size = memory.byteLength / places;
    this.places = Array.from({ length: places }, (_, i) => Buffer.from(memory, i * size, size));
  }

  /** Lets whoever waits on this thread look again. */
  wake(): void {
    Atomics.notify(this.state, PUT);
    Atomics.notify(this.state, GONE);
  }

  protected get place(): number {
    return this.done % this.places.length;
  }
}

/** The side that puts in. */
export class RingWriter extends Side {
  /** Where the next piece may be written; `undefined` as long as none is free. */
  room(): Buffer<SharedArrayBuffer> | undefined {
    return this.done - Atomics.load(this.state, GONE) < this.places.length ? this.places[this.place] : undefined;
  }

  /** Like {@link room}; where there is none the thread sleeps until half of the places are free: to wake a thread takes long. */
  sleepForRoom(): Buffer<SharedArrayBuffer> {
    const room = this.room();
    if (room !== undefined) return room;
    const wanted = this.done - (this.places.length >> 1);
    Atomics.store(this.state, WANTED, wanted);
    for (;;) {
      const gone = Atomics.load(this.state, GONE);
      if (gone >= wanted) return this.places[this.place] as Buffer<SharedArrayBuffer>;
      Atomics.wait(this.state, GONE, gone);
    }
  }

  /** Resolves when there may be room. */
  async mayHaveRoom(): Promise<void> {
    await Atomics.waitAsync(this.state, GONE, this.done - this.places.length).value;
  }

  /** @param length of what was written there, or {@link END} or {@link FAILED} */
  put(length: number): void {
    this.state[LENGTHS + this.place] = length;
    this.done++;
    Atomics.store(this.state, PUT, this.done);
    Atomics.notify(this.state, PUT);
  }
}

type Piece = Buffer<SharedArrayBuffer> | typeof END | typeof FAILED;

/** The side that takes out. */
export class RingReader extends Side {
  /** The next piece, which stays until {@link release}; {@link END} or {@link FAILED}; `undefined` as long as nothing is there. */
  piece(): Piece | undefined {
    if (Atomics.load(this.state, PUT) === this.done) return undefined;
    const length = this.state[LENGTHS + this.place] ?? 0;
    return length === END || length === FAILED ? length : this.places[this.place]?.subarray(0, length);
  }

  /** Like {@link piece}; the thread sleeps until there is one. */
  sleepForPiece(): Piece {
    for (;;) {
      const piece = this.piece();
      if (piece !== undefined) return piece;
      Atomics.wait(this.state, PUT, this.done);
    }
  }

  /** Resolves when there may be a piece. */
  async mayHavePiece(): Promise<void> {
    await Atomics.waitAsync(this.state, PUT, this.done).value;
  }

  /** Its memory may be written again. */
  release(): void {
    this.done++;
    Atomics.store(this.state, GONE, this.done);
    if (this.done >= Atomics.load(this.state, WANTED)) Atomics.notify(this.state, GONE);
  }
}
