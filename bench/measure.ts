// Runs programs and measures them: wall time, and the memory of the process with all that it started.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface Measured {
  /** Seconds. */
  readonly time: number;
  /** Bytes: the most that the resident sets of the process and its descendants came to, looked at every 20 ms. */
  readonly peak: number;
  readonly stdout: string;
}

const EVERY = 20;

/** @throws Error with the program's own words when it does not end with status 0, or one of `accepted` */
export async function measure(
  program: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; accepted?: readonly number[] } = {},
): Promise<Measured> {
  return await new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, [...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let peak = 0;
    const family = child.pid === undefined ? undefined : new Family(child.pid);
    const timer = setInterval(() => {
      peak = Math.max(peak, family?.resident() ?? 0);
    }, EVERY);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      clearInterval(timer);
      const time = (performance.now() - start) / 1000;
      if (status === 0 || options.accepted?.includes(status ?? -1) === true)
        resolve({ time, peak, stdout: Buffer.concat(out).toString('utf8') });
      else
        reject(
          new Error(
            `${program} ${args.join(' ')} ended with ${status}: ${Buffer.concat(err).toString('utf8').slice(-2000)}`,
          ),
        );
    });
  });
}

/** The processes are looked for at every so many looks: who looks more often takes time from what is measured. */
const SEARCH = 5;

/** The resident sets of a process and its descendants (proc_pid_status(5)). */
class Family {
  readonly #root: number;
  #members: readonly number[] = [];
  #looks = 0;

  constructor(root: number) {
    this.#root = root;
  }

  resident(): number {
    if (this.#looks++ % SEARCH === 0) this.#members = descendants(this.#root);
    let sum = 0;
    let most = 0;
    for (const pid of this.#members) {
      const status = statusOf(pid);
      sum += field(status, 'VmRSS') * 1024;
      // What it had between two looks.
      if (pid === this.#root) most = field(status, 'VmHWM') * 1024;
    }
    return Math.max(sum, most);
  }
}

// Each thread tells what it started (proc_pid_task_children): to look at all processes there are would take as long as some runs.
function descendants(root: number): readonly number[] {
  if (!existsSync(`/proc/self/task/${process.pid}/children`))
    throw new Error(
      'this kernel does not list what a thread started (CONFIG_PROC_CHILDREN): memory cannot be measured',
    );
  const found = [root];
  for (const pid of found) found.push(...threadsOf(pid).flatMap((thread) => startedBy(pid, thread)));
  return found;
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function startedBy(pid: number, thread: string): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Empty: it ended meanwhile. */
function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return '';
  }
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}
