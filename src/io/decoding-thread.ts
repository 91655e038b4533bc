// The thread that `decoding.ts` starts: decodes one stream after the other, so far ahead of the reader as there is room.
import { parentPort, workerData } from 'node:worker_threads';
import { Fault } from '../lib/faults.ts';
import { StepDecoder } from '../lib/step-decoder.ts';
import { decodeInto, type Task } from './decode-into.ts';
import { FAILED, RingReader, RingWriter, type SharedRing } from './ring.ts';

export interface Rings {
  readonly input: SharedRing;
  readonly output: SharedRing;
}

/** From the thread: what was thrown, after which it serves no more; its ring of output then ends as {@link FAILED}. */
export type Failure =
  | { readonly is: 'fault'; readonly code: string; readonly message: string; readonly hint: string }
  | { readonly is: 'error'; readonly error: unknown };

const port = parentPort;
const rings = workerData as Rings;
const input = new RingReader(rings.input);
const output = new RingWriter(rings.output);

function* received(): Generator<Buffer> {
  for (let piece = input.sleepForPiece(); typeof piece !== 'number'; piece = input.sleepForPiece()) {
    yield piece;
    input.release();
  }
  input.release();
}

async function serve(task: Task): Promise<void> {
  using decoder = StepDecoder.of(task.kind, task.what);
  await decodeInto(output, received(), task, decoder);
}

function fail(error: unknown): void {
  const failure: Failure =
    error instanceof Fault
      ? { is: 'fault', code: error.code, message: error.message, hint: error.hint }
      : { is: 'error', error };
  port?.postMessage(failure);
  output.sleepForRoom();
  output.put(FAILED);
}

// To the thread: a stream begins.
port?.on('message', (task: Task) => {
  serve(task).catch(fail);
});
