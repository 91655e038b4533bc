// Decodes large streams on a thread of its own, which goes on whatever keeps the reader: collecting garbage, or parsing.
import { Worker } from 'node:worker_threads';
import { decode, type Decoder, type Peeked } from '../lib/decode.ts';
import { Fault } from '../lib/faults.ts';
import type { Task } from './decode-into.ts';
import type { Failure, Rings } from './decoding-thread.ts';
import { END, FAILED, RingReader, RingWriter, sharedRing } from './ring.ts';

/** Bytes of input that the thread has before it, and that it may be ahead of the reader, in how many pieces. */
const INPUT = { bytes: 1 << 20, pieces: 4 };
const OUTPUT = { bytes: 3 << 20, pieces: 4 };

/**
 * A thread that decodes one stream at a time; further ones, and small ones, are decoded as {@link decode} does. It costs some
 * ten megabytes, and does not keep the program.
 */
export class DecodingThread implements Disposable, AsyncDisposable {
  readonly #worker: Worker;
  readonly #input: RingWriter;
  readonly #output: RingReader;
  readonly #failing = Promise.withResolvers<never>();
  #state: 'free' | 'busy' | 'gone' = 'free';

  private constructor() {
    const rings: Rings = {
      input: sharedRing(INPUT.pieces, INPUT.bytes / INPUT.pieces),
      output: sharedRing(OUTPUT.pieces, OUTPUT.bytes / OUTPUT.pieces),
    };
    this.#input = new RingWriter(rings.input);
    this.#output = new RingReader(rings.output);
    // Nobody may wait for it when it fails.
    this.#failing.promise.catch(() => undefined);
    const worker = new Worker(entry(), { execArgv: [], name: 'decoding', workerData: rings });
    this.#worker = worker;
    worker.unref();
    worker.on('message', (failure: Failure) => this.#end(thrown(failure)));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(new Error('the thread that decodes ended')));
  }

  /** Returns at once: the thread starts while other things are done. `undefined` where the system gives none. */
  static start(): DecodingThread | undefined {
    try {
      return new DecodingThread();
    } catch {
      return undefined;
    }
  }

  /** A {@link Decoder}. */
  readonly decode: Decoder = (kind, source, what) =>
    this.#state !== 'free' || source.isSmall ? decode(kind, source, what) : this.#decode({ kind, what }, source);

  async *#decode(task: Task, source: Peeked): AsyncGenerator<Buffer> {
    this.#state = 'busy';
    this.#worker.ref();
    this.#worker.postMessage(task, []);
    const feeding = this.#feed(source);
    feeding.catch((error: unknown) => this.#end(error));
    let failed = true;
    try {
      for (let piece = await this.#next(); piece !== END; piece = await this.#next()) {
        yield piece;
        this.#output.release();
      }
      this.#output.release();
      await feeding;
      this.#state = 'free';
      failed = false;
    } finally {
      source.stopped = failed;
      this.#worker.unref();
      // Half of a stream is on its way to or fro: nothing else can follow it.
      if (failed) this[Symbol.dispose]();
    }
  }

  async #next(): Promise<Buffer | typeof END> {
    for (let waited = false; ; waited = true) {
      const piece = this.#output.piece();
      if (piece === FAILED || this.#state === 'gone') return await this.#failing.promise;
      if (piece === undefined) await this.#output.mayHavePiece();
      else {
        // Where pieces are always there, what else waits in the process has its turn all the same: the source among it.
        if (!waited) await new Promise((resolve) => setImmediate(resolve));
        return piece;
      }
    }
  }

  async #feed(source: Peeked): Promise<void> {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; ) {
        const room = await this.#room(source);
        if (room === undefined) return;
        const piece = chunk.subarray(at, at + room.length);
        room.set(piece);
        this.#input.put(piece.length);
        at += piece.length;
      }
    }
    if ((await this.#room(source)) !== undefined) this.#input.put(END);
  }

  /** Where the next piece of input may be written; `undefined` where no more is wanted. */
  async #room(source: Peeked): Promise<Buffer | undefined> {
    for (;;) {
      if (source.stopped || this.#state === 'gone') return undefined;
      const room = this.#input.room();
      if (room !== undefined) return room;
      await this.#input.mayHaveRoom();
    }
  }

  #end(error: unknown): void {
    this.#state = 'gone';
    this.#failing.reject(error);
    this.#input.wake();
    this.#output.wake();
  }

  /** Ends the thread, whatever it does. */
  [Symbol.dispose](): void {
    this.#end(new Error('the thread that decodes was ended'));
    void this.#worker.terminate();
  }

  /** Like dispose; resolves when its memory is free. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    await this.#worker.terminate();
  }
}

// Beside this file in the source, of its own name among the program's bundled files.
function entry(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './decoding-thread.ts' : './decoding-thread.js', import.meta.url);
}

function thrown(failure: Failure): unknown {
  return failure.is === 'fault' ? new Fault(failure.code, failure.message, failure.hint) : failure.error;
}
