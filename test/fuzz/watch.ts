// Runs the workers, ends those that hang, and keeps what failed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Plan, planOf, turnOf } from './plan.ts';
import { Random } from './random.ts';
import type { Message, Outcomes, Share } from './worker.ts';

/** How much longer than its CPU time an input may take: the machine may be busy. */
const PATIENCE = 10;
/** Of all workers' memory together, bytes; a worker's own heap is held to {@link HEAP} megabytes. */
const MEMORY = 3 * 2 ** 30;
const HEAP = 512;
/** Failures after which nothing more is tried. */
const ENOUGH = 50;

export type Task = Pick<Share, 'target' | 'seed' | 'from' | 'to' | 'budget'>;

export class Watch {
  readonly #task: Task;
  readonly #plan: Plan;
  readonly #outcomes: Outcomes = {};
  readonly #failed = new Set<number>();
  #fed = 0;

  constructor(task: Task) {
    this.#task = task;
    this.#plan = planOf(task.target);
  }

  get targets(): readonly string[] {
    return [...new Set(this.#plan.turns.map(({ name }) => name))];
  }

  get shared(): boolean {
    return this.#plan.shared;
  }

  /** How many inputs were fed. */
  get inputs(): number {
    return this.#fed;
  }

  /** @returns how many inputs failed */
  async run(): Promise<number> {
    const workers = Math.max(1, Math.min(availableParallelism(), 8, this.#task.to - this.#task.from));
    await Promise.all(Array.from({ length: workers }, async (_, i) => await this.#share(this.#task.from + i, workers)));
    return this.#failed.size;
  }

  /** What became of each target's inputs. */
  print(): void {
    for (const name of this.targets) {
      const { read = 0, ...codes } = this.#outcomes[name] ?? {};
      const refused = Object.values(codes).reduce((sum, count) => sum + count, 0);
      const most = Object.entries(codes).sort((a, b) => b[1] - a[1]);
      const shown = most.slice(0, 4).map(([code, count]) => `${code} ${count}`);
      console.log(
        `  ${name.padEnd(16)}${String(read).padStart(7)} read ${String(refused).padStart(7)} refused  ${shown.join(', ')}`,
      );
    }
  }

  // One worker after the other: where one hangs or dies the next goes on with the input after.
  async #share(from: number, step: number): Promise<void> {
    for (let next = from; next < this.#task.to && this.#failed.size < ENOUGH; ) {
      const stopped = await this.#worker({ ...this.#task, from: next, step, now: new SharedArrayBuffer(24) });
      if (stopped === undefined) return;
      next = stopped + step;
    }
  }

  /** @returns the input at which it was ended, or `undefined` when all were fed */
  async #worker(share: Share): Promise<number | undefined> {
    const now = new BigInt64Array(share.now);
    now[1] = BigInt(Date.now() + 30_000); // It has its seeds to read first.
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: share,
      resourceLimits: { maxOldGenerationSizeMb: HEAP },
    });
    let problem: string | undefined;
    const timer = setInterval(() => {
      const since = Date.now() - Number(Atomics.load(now, 1));
      if (since > this.#task.budget * PATIENCE) problem = `It was not done after ${since} ms.`;
      else if (process.memoryUsage.rss() > MEMORY) problem = `Memory grew beyond ${MEMORY} bytes.`;
      else if (this.#failed.size < ENOUGH) return;
      void worker.terminate();
    }, 100);
    worker.on('message', (message: Message) => {
      if (message.kind === 'failure') this.#fail(message.input, message.problem);
      else this.#count(message.outcomes);
    });
    worker.on('error', (error: Error) => (problem = `The worker died: ${error.stack ?? error.message}`));
    await new Promise((resolve) => worker.once('exit', resolve));
    clearInterval(timer);
    const at = Number(Atomics.load(now, 0));
    this.#fed += Number(Atomics.load(now, 2));
    if (problem === undefined) return at < 0 ? undefined : this.#task.to;
    this.#fail(at, problem);
    return at;
  }

  #count(outcomes: Outcomes): void {
    for (const [name, codes] of Object.entries(outcomes)) {
      const all = (this.#outcomes[name] ??= {});
      for (const [code, count] of Object.entries(codes)) all[code] = (all[code] ?? 0) + count;
    }
  }

  #fail(input: number, problem: string): void {
    const { target, seed } = this.#task;
    this.#failed.add(input);
    const failed = turnOf(this.#plan, input);
    const { name } = failed;
    const { bytes, path } = failed.make(new Random(seed, input));
    const folder = join(tmpdir(), 'temper-fuzz-failures');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}-${seed}-${input}`);
    writeFileSync(file, bytes);
    const where = path === undefined ? '' : ` as ${path}`;
    console.log(
      `FAILED ${name}${where}: ${file}\n  again: npm run fuzz -- ${target} --seed ${seed} --only ${input}\n  ${problem}`,
    );
  }
}
