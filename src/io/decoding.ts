// Decodes large streams on a thread of its own, which goes on whatever keeps the reader: collecting garbage, or parsing.
import { Worker } from 'node:worker_threads';
import { type Decoded, decode, type Decoder, type Peeked } from '../lib/decode.ts';
import { Fault } from '../lib/faults.ts';
import type { FromThread, Part, ToThread } from './decoding-thread.ts';
import { Mailbox } from './mailbox.ts';

/** Bytes of input that are handed over at once, and how many such pieces there are. */
const PIECE = 1 << 20;
const PIECES = 2;

/**
 * A thread that decodes one stream at a time; further ones, and small ones, are decoded as {@link decode} does. It costs some
 * ten megabytes beside the chunks ahead (about 8 MiB), and does not keep the program.
 */
export class DecodingThread implements Disposable {
  readonly #worker: Worker;
  readonly #used: Int32Array<SharedArrayBuffer>;
  #state: 'free' | 'busy' | 'gone' = 'free';
  #stream: Stream | undefined;

  private constructor() {
    this.#used = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(entry(), { execArgv: [], name: 'decoding', workerData: this.#used });
    this.#worker = worker;
    worker.unref();
    worker.on('message', (message: FromThread) => this.#stream?.receive(message));
    worker.on('error', (error) => this.#gone(error));
    worker.on('exit', () => this.#gone(new Error('the thread that decodes ended')));
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
    this.#state === 'free' && !source.isSmall ? this.#decode(kind, source, what) : decode(kind, source, what);

  async *#decode(kind: Decoded, source: Peeked, what: string): AsyncGenerator<Buffer> {
    const stream = new Stream(source, this.#used, (message) => this.#post(message));
    this.#state = 'busy';
    this.#stream = stream;
    this.#worker.ref();
    try {
      this.#post({ is: 'begin', kind, what });
      yield* stream.content();
      this.#state = 'free';
    } finally {
      this.#stream = undefined;
      this.#worker.unref();
      // Half of a stream is on its way to or fro: nothing else can follow it.
      if (this.#state !== 'free') this[Symbol.dispose]();
    }
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message, 'memory' in message ? [message.memory] : []);
  }

  #gone(error: unknown): void {
    this.#state = 'gone';
    this.#stream?.receive({ is: 'error', error });
  }

  /** Ends the thread, whatever it does. */
  [Symbol.dispose](): void {
    this.#state = 'gone';
    void this.#worker.terminate();
  }
}

// Beside this file in the source, of its own name among the program's bundled files.
function entry(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './decoding-thread.ts' : './decoding-thread.js', import.meta.url);
}

/** One stream on its way through the thread. */
class Stream {
  readonly #source: Peeked;
  readonly #used: Int32Array<SharedArrayBuffer>;
  readonly #post: (message: ToThread) => void;
  readonly #received = new Mailbox<FromThread>();
  /** Memory for pieces of input; what is `undefined` says that no more is wanted. */
  readonly #memory = new Mailbox<ArrayBuffer | undefined>();

  constructor(source: Peeked, used: Int32Array<SharedArrayBuffer>, post: (message: ToThread) => void) {
    this.#source = source;
    this.#used = used;
    this.#post = post;
  }

  receive(message: FromThread): void {
    if (message.is === 'used') this.#memory.put(message.memory);
    else this.#received.put(message);
  }

  async *content(): AsyncGenerator<Buffer> {
    const feeding = this.#feed();
    feeding.catch((error: unknown) => this.#received.put({ is: 'error', error }));
    let failed = true;
    try {
      for (let part = await this.#next(); part !== undefined; part = await this.#next()) {
        yield Buffer.from(part.memory, 0, part.length);
        part.memory.transfer(0);
        Atomics.add(this.#used, 0, 1);
        Atomics.notify(this.#used, 0);
      }
      failed = false;
    } finally {
      this.#source.stopped = failed;
      this.#memory.put(undefined);
    }
    await feeding;
  }

  async #next(): Promise<Part | undefined> {
    const message = await this.#received.take();
    if (message.is === 'fault') throw new Fault(message.code, message.message, message.hint);
    if (message.is === 'error') throw message.error;
    return message.is === 'end' ? undefined : message;
  }

  async #feed(): Promise<void> {
    for (let i = 0; i < PIECES; i++) this.#memory.put(new ArrayBuffer(PIECE));
    for await (const chunk of this.#source) {
      for (let at = 0; at < chunk.length; at += PIECE) {
        const memory = await this.#memory.take();
        if (this.#source.stopped || memory === undefined) return;
        const piece = chunk.subarray(at, at + PIECE);
        new Uint8Array(memory).set(piece);
        this.#post({ is: 'input', memory, length: piece.length });
      }
    }
    this.#post({ is: 'end' });
  }
}
