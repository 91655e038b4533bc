// Runs the compiled program as its users do: a child process, with folders of its own for everything that is the user's.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'bin', 'temper.js');

export interface TemperOptions {
  readonly cwd?: string | undefined;
  /** The whole environment, beside PATH. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly input?: string | Uint8Array | undefined;
  /** Milliseconds after which it is killed; two minutes unless given. */
  readonly timeout?: number | undefined;
  /** A program, with its first arguments, that starts it: `['setpriv', '--reuid=65534']`. */
  readonly under?: readonly string[] | undefined;
}

export interface Run {
  /** `undefined` when a signal ended it. */
  readonly status: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The one document on stdout. */
  json(): unknown;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Run>;
}

/** Starts `temper ARGS`; its environment has no more than PATH and what is given. */
export function startTemper(args: readonly string[], options: TemperOptions = {}): Started {
  if (!existsSync(join(root, 'dist', 'cli', 'main.js'))) throw new Error('Run `npm run build` before these tests.');
  const [program = process.execPath, ...rest] = [...(options.under ?? []), process.execPath, main, ...args];
  const child = spawn(program, rest, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeout ?? 120_000,
    killSignal: 'SIGKILL',
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => undefined); // It may end without reading.
  child.stdin.end(options.input);
  const ended = new Promise<Run>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const stdout = Buffer.concat(out).toString('utf8');
      resolve({
        status: status ?? undefined,
        signal: signal ?? undefined,
        stdout,
        stderr: Buffer.concat(err).toString('utf8'),
        json: () => JSON.parse(stdout) as unknown,
      });
    });
  });
  return { child, ended };
}

/** Runs `temper ARGS` to its end. */
export async function temper(args: readonly string[], options: TemperOptions = {}): Promise<Run> {
  return await startTemper(args, options).ended;
}

/** A user of the program: a temporary folder, in which everything is that the program keeps for its user. */
export class User implements AsyncDisposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;

  private constructor(folder: string) {
    this.folder = folder;
    this.env = {
      HOME: join(folder, 'home'),
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      XDG_STATE_HOME: join(folder, 'state'),
    };
  }

  static async create(): Promise<User> {
    return new User(await mkdtemp(join(tmpdir(), 'temper-e2e-')));
  }

  /** The public half of the key that `build` makes on first use. */
  get publicKey(): string {
    return join(this.folder, 'config', 'temper', 'keys', 'default.pub');
  }

  get privateKey(): string {
    return join(this.folder, 'config', 'temper', 'keys', 'default.key');
  }

  path(...segments: string[]): string {
    return join(this.folder, ...segments);
  }

  start(args: readonly string[], options: TemperOptions = {}): Started {
    return startTemper(args, { cwd: this.folder, ...options, env: { ...this.env, ...options.env } });
  }

  async temper(args: readonly string[], options: TemperOptions = {}): Promise<Run> {
    return await this.start(args, options).ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface ShownFault {
  readonly sentence: string;
  readonly hint: string;
  readonly code: string;
}

/** What stderr says when there is no answer: exactly one sentence, one hint and one code, on a line each. */
export function faultOf({ stderr }: Run): ShownFault {
  const match = /^temper: ([^\n]+)\n {2}hint: ([^\n]+)\n {2}code: ([a-z0-9/-]+)\n$/.exec(stderr);
  if (match === null) throw new Error(`stderr is not one sentence, a hint and a code: ${JSON.stringify(stderr)}`);
  return { sentence: match[1] ?? '', hint: match[2] ?? '', code: match[3] ?? '' };
}
