// The thread that `decoding.ts` starts: decodes one stream after the other, so far ahead of the reader as it may.
import { parentPort, workerData } from 'node:worker_threads';
import { type Decoded, decode, Peeked } from '../lib/decode.ts';
import { Fault } from '../lib/faults.ts';
import { Mailbox } from './mailbox.ts';

/** Memory whose first bytes, as many as it says, are meant; it changes hands. */
export interface Part {
  readonly memory: ArrayBuffer;
  readonly length: number;
}

/** To the thread: a stream begins, its bytes, its end. */
export type ToThread =
  | { readonly is: 'begin'; readonly kind: Decoded; readonly what: string }
  | ({ readonly is: 'input' } & Part)
  | { readonly is: 'end' };

/** From the thread: memory of the input that was used, content, its end; what was thrown, after which the thread serves no more. */
export type FromThread =
  | ({ readonly is: 'used' | 'content' } & Part)
  | { readonly is: 'end' }
  | { readonly is: 'fault'; readonly code: string; readonly message: string; readonly hint: string }
  | { readonly is: 'error'; readonly error: unknown };

/** Bytes of a chunk of content: larger ones cost fewer messages. */
const CHUNK = 1 << 20;
/** Chunks of content that the reader has not used, at most; the decoder has as many again. */
const AHEAD = 4;

const port = parentPort;
const inputs = new Mailbox<Part | undefined>();
/** Counts the chunks of content that the reader has used. */
const used = workerData as Int32Array<SharedArrayBuffer>;
let given = 0;

function post(message: FromThread): void {
  const transferred = 'memory' in message ? [message.memory] : [];
  port?.postMessage(message, transferred);
}

function tell(error: unknown): void {
  if (error instanceof Fault) post({ is: 'fault', code: error.code, message: error.message, hint: error.hint });
  else post({ is: 'error', error });
}

async function* received(): AsyncGenerator<Buffer> {
  for (let part = await inputs.take(); part !== undefined; part = await inputs.take()) {
    yield Buffer.from(part.memory, 0, part.length);
    post({ is: 'used', memory: part.memory, length: 0 });
  }
}

async function give(part: Part): Promise<void> {
  for (let seen = Atomics.load(used, 0); given - seen >= AHEAD; seen = Atomics.load(used, 0))
    await Atomics.waitAsync(used, 0, seen).value;
  given++;
  post({ is: 'content', ...part });
}

// The decoder fills a buffer in several parts, in order: it is handed on when it is full, or nothing more comes.
async function serve(kind: Decoded, what: string): Promise<void> {
  let last: Part | undefined;
  for await (const { buffer, byteOffset, byteLength } of decode(kind, new Peeked(received()), what, CHUNK)) {
    last = { memory: buffer as ArrayBuffer, length: byteOffset + byteLength };
    if (last.length < buffer.byteLength) continue;
    await give(last);
    last = undefined;
  }
  if (last !== undefined) await give(last);
  post({ is: 'end' });
}

port?.on('message', (message: ToThread) => {
  if (message.is === 'input') inputs.put(message);
  else if (message.is === 'end') inputs.put(undefined);
  else serve(message.kind, message.what).catch(tell);
});
