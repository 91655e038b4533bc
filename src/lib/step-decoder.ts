// gzip and zstd decoded on the calling thread, from memory into memory: by the native part of Node's own decoders, whose
// streams give every step to other threads and back, which takes a fifth of the time.
import { malformedCompression } from './compression-faults.ts';
import { type Decoded, decoderOf, isZero } from './decode.ts';

/** What the streams of node:zlib call: it decodes from one place to another and says what it left of both. */
interface Native {
  writeSync(
    flush: number,
    input: Uint8Array | null,
    inputAt: number,
    inputLength: number,
    output: Uint8Array,
    outputAt: number,
    outputLength: number,
  ): void;
  onerror: (message: string) => void;
}

interface Inside {
  readonly _handle?: Partial<Native> | null;
  /** Bytes left of the output, and of the input. */
  readonly _writeState?: Uint32Array;
}

/** Memory that is filled: `give` is called when it is full, and says where the next bytes go. */
export interface Filling {
  memory: Uint8Array;
  at: number;
  full(): void;
}

/** Decodes one stream, piece by piece. What is left after its end must be zeros, as `decompressStream` says. */
export class StepDecoder implements Disposable {
  readonly #native: Native;
  readonly #left: Uint32Array;
  readonly #what: string;
  readonly #stop: () => void;
  readonly #flush: number;
  #error: Error | undefined;
  #ended = false;

  private constructor(kind: Decoded, native: Native, left: Uint32Array, what: string, stop: () => void) {
    this.#native = native;
    this.#left = left;
    this.#what = what;
    this.#stop = stop;
    this.#flush = kind === 'gzip' ? FINISH_GZIP : FINISH_ZSTD;
    native.onerror = (message) => {
      this.#error = new Error(message);
    };
  }

  /** `undefined` where this Node.js has another inside. */
  static of(kind: Decoded, what: string): StepDecoder | undefined {
    const stream = decoderOf(kind, {});
    const { _handle: native, _writeState: left } = stream as unknown as Inside;
    const known = typeof native?.writeSync === 'function' && left instanceof Uint32Array && left.length === 2;
    if (known) return new StepDecoder(kind, native as Native, left, what, () => stream.destroy());
    stream.destroy();
    return undefined;
  }

  /** @throws Fault `compression/malformed` */
  push(input: Uint8Array, output: Filling): void {
    const taken = this.#ended ? 0 : this.#run(0, input, output);
    this.#ended ||= taken < input.length;
    if (!isZero(input, taken)) throw malformedCompression(this.#what, new Error('something follows its end'));
  }

  /** @throws Fault `compression/malformed` where more should come */
  end(output: Filling): void {
    if (!this.#ended) this.#run(this.#flush, EMPTY, output);
  }

  // As long as the output gets full there may be more of it, also when no input is left. Gives the bytes taken.
  #run(flush: number, input: Uint8Array, output: Filling): number {
    let taken = 0;
    for (;;) {
      const room = output.memory.length - output.at;
      this.#native.writeSync(flush, input, taken, input.length - taken, output.memory, output.at, room);
      if (this.#error !== undefined) throw malformedCompression(this.#what, this.#error);
      const [roomLeft = 0, inputLeft = 0] = this.#left;
      taken = input.length - inputLeft;
      output.at += room - roomLeft;
      if (roomLeft > 0) return taken;
      output.full();
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}

const EMPTY = new Uint8Array(0);
/** `Z_FINISH` of zlib.h, `ZSTD_e_end` of zstd.h. */
const FINISH_GZIP = 4;
const FINISH_ZSTD = 2;
