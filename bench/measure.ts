// Runs programs and measures them: wall time, and the memory of the process with all that it started.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

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
    const timer = setInterval(() => {
      if (child.pid !== undefined) peak = Math.max(peak, resident(child.pid));
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

// The resident sets of a process and its descendants (proc_pid_stat(5), proc_pid_status(5)).
function resident(root: number): number {
  const parents = new Map<number, number>();
  let most = 0;
  const sizes = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, 'latin1');
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0));
      sizes.set(Number(name), Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024);
      // What it had between two looks.
      if (Number(name) === root) most = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
    } catch {
      // It ended meanwhile.
    }
  }
  let sum = 0;
  for (const [pid, size] of sizes) {
    for (
      let at: number | undefined = pid, steps = 0;
      at !== undefined && at > 1 && steps < 64;
      at = parents.get(at), steps++
    ) {
      if (at === root) {
        sum += size;
        break;
      }
    }
  }
  return Math.max(sum, most);
}
