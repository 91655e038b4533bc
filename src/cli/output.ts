// What the program says: data on stdout, progress and faults on stderr.
import { Fault } from '../lib/faults.ts';

export interface Output {
  /** Data: one document on stdout. */
  data(text: string): void;
  /** Data that may be large, in pieces: waits while its reader is slow. */
  pieces(text: Iterable<string>): Promise<void>;
  /** A line of progress on stderr; replaced by the next one on a terminal, silent elsewhere. */
  progress(line: string): void;
  /** A line for people on stderr, not with --quiet. */
  note(line: string): void;
  /** A line for people on stderr, also with --quiet. */
  warn(line: string): void;
}

/** Who reads stdout may stop early (`temper … | head`): the exit status still is the answer. */
export function letReadersLeave(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

export function makeOutput(quiet: boolean): Output {
  letReadersLeave();
  const terminal = process.stderr.isTTY && !quiet;
  const outward = process.stdout.isTTY ? harmless : (text: string) => text;
  let isShown = false;
  const clear = () => {
    if (isShown) process.stderr.write('\r\u001b[K');
    isShown = false;
  };
  return {
    data(text) {
      clear();
      const shown = outward(text);
      process.stdout.write(shown.endsWith('\n') ? shown : `${shown}\n`);
    },
    async pieces(text) {
      clear();
      for (const piece of text) {
        if (process.stdout.destroyed) return;
        if (!process.stdout.write(outward(piece))) await drained();
      }
    },
    progress(line) {
      if (!terminal) return;
      const width = process.stderr.columns ?? 80;
      process.stderr.write(`\r\u001b[K${clean(line).slice(0, width - 1)}`);
      isShown = true;
    },
    note(line) {
      clear();
      if (!quiet) process.stderr.write(`${clean(line)}\n`);
    },
    warn(line) {
      clear();
      process.stderr.write(`${clean(line)}\n`);
    },
  };
}

async function drained(): Promise<void> {
  const { stdout } = process;
  await new Promise<void>((resolve) => {
    const done = () => {
      stdout.off('drain', done).off('close', done).off('error', done);
      resolve();
    };
    stdout.on('drain', done).on('close', done).on('error', done);
  });
}

/** One sentence, a hint and a code. Control characters of hostile input do not reach the terminal. */
export function faultText(error: unknown): string {
  if (error instanceof Fault)
    return `temper: ${clean(error.message)}\n  hint: ${clean(error.hint)}\n  code: ${error.code}\n`;
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env.TEMPER_DEBUG === undefined || !(error instanceof Error) ? '' : `${error.stack ?? ''}\n`;
  return `temper: An internal error: ${clean(message)}\n  hint: This is a defect of Temper. Run again with TEMPER_DEBUG=1 and report what it prints.\n  code: internal\n${stack}`;
}

/** Without control characters, and without those that turn or hide what stands around them. */
function clean(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g, ' ');
}

/** Data for a terminal: what JSON may hold and a terminal may act on stands as JSON escapes it. */
function harmless(text: string): string {
  return text.replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
