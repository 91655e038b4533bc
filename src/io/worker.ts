// A process of this program's own, for calls that may hang or crash: a thread that hangs in a library cannot be ended.
import type { ChildProcess } from 'node:child_process';
import { Fault } from '../lib/faults.ts';

/** How the one who starts a worker calls its ends. */
export interface WorkerFaults {
  /** It did not answer within so many milliseconds; it is ended. */
  readonly late: (limit: number) => Fault;
  /** It ended by itself, such as by a signal's name. */
  readonly ended: (how: string) => Fault;
}

type Answer =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'fault'; readonly code: string; readonly message: string; readonly hint: string }
  | { readonly kind: 'error'; readonly message: string };

/** Milliseconds in which a worker may tidy up when it is closed. */
const FAREWELL = 2000;

/**
 * A worker answers one question at a time. It does not keep the program while nobody waits for an answer, ends with it, and
 * prints nothing.
 */
export class Worker {
  readonly #child: ChildProcess;
  readonly #faults: WorkerFaults;
  #how: string | undefined;
  #last: Promise<unknown> = Promise.resolve();
  readonly #kill = (): void => void this.#child.kill('SIGKILL');

  private constructor(child: ChildProcess, faults: WorkerFaults) {
    this.#child = child;
    this.#faults = faults;
    child.on('error', ({ message }) => this.#ended(message));
    child.on('exit', (status, signal) => this.#ended(signal ?? `status ${status}`));
    process.on('exit', this.#kill);
    this.#keepProgram(false);
  }

  /** @param entry a file that calls {@link serve} */
  static async start(entry: URL, faults: WorkerFaults): Promise<Worker> {
    const [{ spawn }, { fileURLToPath }] = await Promise.all([import('node:child_process'), import('node:url')]);
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(entry)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    return new Worker(child, faults);
  }

  /**
   * Asks and waits; questions queue.
   * @param limit milliseconds; a worker that is late is killed
   * @throws Fault the worker's own, or as of {@link WorkerFaults}
   */
  async ask(question: object, limit: number): Promise<unknown> {
    const before = this.#last;
    const answer = before.catch(() => undefined).then(async () => await this.#ask(question, limit));
    this.#last = answer;
    return await answer;
  }

  /** Lets the worker tidy up and end; kills it when that takes long. */
  async close(): Promise<void> {
    if (this.#how !== undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(this.#kill, FAREWELL);
      this.#child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#child.ref();
      if (this.#child.connected) this.#child.disconnect();
    });
  }

  async #ask(question: object, limit: number): Promise<unknown> {
    if (this.#how !== undefined) throw this.#faults.ended(this.#how);
    const answer = await new Promise<Answer>((resolve, reject) => {
      const settle = (how: () => void): void => {
        clearTimeout(timer);
        this.#child.off('message', onMessage).off('exit', onEnd).off('error', onEnd);
        this.#keepProgram(false);
        how();
      };
      const onMessage = (message: unknown): void => settle(() => resolve(message as Answer));
      const onEnd = (): void => settle(() => reject(this.#faults.ended(this.#how ?? 'nothing')));
      const timer = setTimeout(() => {
        settle(() => reject(this.#faults.late(limit)));
        this.#kill();
      }, limit);
      this.#child.on('message', onMessage).on('exit', onEnd).on('error', onEnd);
      this.#keepProgram(true);
      this.#child.send(question, (error) => {
        if (error !== null && this.#how === undefined) this.#ended(error.message);
      });
    });
    if (answer.kind === 'value') return answer.value;
    if (answer.kind === 'fault') throw new Fault(answer.code, answer.message, answer.hint);
    throw new Error(answer.message);
  }

  #ended(how: string): void {
    this.#how ??= how;
    process.off('exit', this.#kill);
  }

  #keepProgram(yes: boolean): void {
    if (yes) {
      this.#child.ref();
      this.#child.channel?.ref();
    } else {
      this.#child.unref();
      this.#child.channel?.unref();
    }
  }
}

/**
 * The other side: answers every question until whoever started this process lets go of it, then tidies up and ends.
 * @param atEnd must not wait
 */
export function serve(answer: (question: unknown) => unknown, atEnd: () => void): void {
  // A terminal's Ctrl-C is for the one who asks, who then lets go.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => {
    try {
      atEnd();
    } finally {
      process.exit(0);
    }
  });
  process.on('message', (question) => void reply(question, answer));
}

async function reply(question: unknown, answer: (question: unknown) => unknown): Promise<void> {
  let said: Answer;
  try {
    said = { kind: 'value', value: await answer(question) };
  } catch (thrown) {
    said =
      thrown instanceof Fault
        ? { kind: 'fault', code: thrown.code, message: thrown.message, hint: thrown.hint }
        : { kind: 'error', message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  process.send?.(said);
}
