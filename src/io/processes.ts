import { Fault } from '../lib/faults.ts';

/** Most bytes kept of each of a child's outputs. */
const OUTPUT_LIMIT = 64 << 20;

export interface ProcessResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: Uint8Array | string;
  /** Milliseconds after which the child is killed; one minute unless given. */
  readonly timeout?: number;
}

/**
 * Runs a program to its end, without a shell. A status other than 0 is a result, not a fault.
 * @throws Fault `process/missing` when the program is not there, `process/failed` when it was killed, timed out or
 * printed more than 64 MiB.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  // Few commands run programs, and loading it is dear.
  const { spawn } = await import('node:child_process');
  return await new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      cwd: options.cwd,
      env: options.env === undefined ? process.env : { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeout ?? 60_000,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    const keep = (list: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT_LIMIT) child.kill('SIGKILL');
      else list.push(chunk);
    };
    child.stdout.on('data', keep(out));
    child.stderr.on('data', keep(err));
    child.stdin.on('error', () => undefined); // The child may end without reading its input.
    child.on('error', (cause) => {
      reject(
        new Fault(
          'process/missing',
          `The program "${program}" could not be started.`,
          `Install ${program} and put it on the PATH.`,
          { cause },
        ),
      );
    });
    child.on('close', (status, signal) => {
      if (status === null) {
        reject(
          new Fault(
            'process/failed',
            `The program "${program}" was ended by ${signal ?? 'a signal'}.`,
            'Try again; it may have run out of time or memory.',
          ),
        );
      } else resolve({ status, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') });
    });
    child.stdin.end(options.input);
  });
}
