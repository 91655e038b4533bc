// Verifies what a file lists, many references in one run.
import { standardInput } from '../../io/environment.ts';
import { readFile } from '../../io/files.ts';
import { Fault } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { type NamedResult, type ReferenceOptions, Verifier, type VerifyOptions } from './verify-reference.ts';

/** Of one reference: an answer, or why there is none. */
export type ManyAnswer =
  | { readonly reference: string; readonly result: NamedResult }
  | { readonly reference: string; readonly fault: Fault };

/** References that are judged at once. */
const WIDTH = 8;
/** Most references of one file. */
const MOST = 1_000_000;

/**
 * Verifies every reference of a file, a line each; empty lines and those that begin with `#` are left out. Answers come in the
 * file's order, as they are found. What cannot be answered does not keep the others.
 * @param path `-` for the standard input
 * @throws Fault `file/…`, `verify/too-much`, `verify/state`; `policy/…`, `key/…` of the trust come with each answer
 */
export async function verifyMany(
  path: string,
  request: VerifyOptions,
  options: ReferenceOptions,
  tell: (answer: ManyAnswer) => void,
): Promise<void> {
  const references = linesOf(await (path === '-' ? piped(options.signal) : readFile(path, limits.document)));
  const verifier = new Verifier(request, options);
  const judge = async (reference: string) => {
    try {
      return { reference, judged: await verifier.judge(reference) };
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return { reference, fault };
    }
  };
  const { withState } = await import('./verifier-state.ts');
  await withState(request.state, async (before) => {
    let state = before;
    for await (const one of inOrder(references, judge)) {
      options.signal.throwIfAborted();
      if (one.judged === undefined) tell({ reference: one.reference, fault: one.fault });
      else {
        const { answer, state: next } = await verifier.remember(one.judged, state);
        state = next;
        tell({ reference: one.reference, result: answer.result });
      }
    }
    return { value: undefined, state };
  });
}

async function piped(signal: AbortSignal): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of standardInput(signal)) {
    size += chunk.length;
    if (size > limits.document) {
      const sentence = `What is piped in is larger than ${limits.document >> 20} MiB.`;
      throw new Fault('verify/too-much', sentence, 'Verify it in several runs.');
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** Runs several at once, and gives what they give in the order of the items. */
async function* inOrder<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  let next = 0;
  try {
    while (running.length > 0 || next < items.length) {
      while (running.length < WIDTH && next < items.length) running.push(run(items[next++] as Item));
      const first = running.shift();
      if (first !== undefined) yield await first;
    }
  } finally {
    await Promise.allSettled(running);
  }
}

function linesOf(bytes: Buffer): string[] {
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length <= MOST) return lines;
  throw new Fault('verify/too-much', `The file lists more than ${MOST} references.`, 'Verify them in several runs.');
}
