// Feeds a share of the inputs to their targets, and says before each one which it is.
import { parentPort, workerData } from 'node:worker_threads';
import { Fault } from '../../src/lib/faults.ts';
import { prototypesAreClean } from './check.ts';
import { planOf, turnOf } from './plan.ts';
import { Random } from './random.ts';

export interface Share {
  readonly target: string;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** CPU time of one input in milliseconds; more is a failure. */
  readonly budget: number;
  /** The number of the input that is being read, when its reading began in milliseconds since 1970, and how many were begun. */
  readonly now: SharedArrayBuffer;
}

/** What became of a target's inputs: how many were read, and how many refused with which code. */
export type Outcomes = Record<string, Record<string, number>>;

export type Message =
  | { readonly kind: 'failure'; readonly input: number; readonly problem: string }
  | { readonly kind: 'progress'; readonly outcomes: Outcomes };

/** The outcome of an input that showed a bug. */
const FAILED = 'failed';

const share = workerData as Share;
const now = new BigInt64Array(share.now);
const plan = planOf(share.target);
/** Inputs between two messages. */
const OFTEN = 50;

function send(message: Message): void {
  parentPort?.postMessage(message, []);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 8).join('\n') : String(error);
}

async function feed(input: number, outcomes: Outcomes): Promise<void> {
  const target = turnOf(plan, input);
  const random = new Random(share.seed, input);
  Atomics.store(now, 1, BigInt(Date.now()));
  Atomics.store(now, 0, BigInt(input));
  Atomics.add(now, 2, 1n);
  const made = target.make(random);
  const began = process.threadCpuUsage();
  let outcome = 'read';
  try {
    await target.run(made, random);
  } catch (error) {
    outcome = error instanceof Fault ? error.code : FAILED;
    if (outcome === FAILED) send({ kind: 'failure', input, problem: describe(error) });
  }
  try {
    prototypesAreClean();
  } catch (error) {
    send({ kind: 'failure', input, problem: describe(error) });
    for (const key of Object.keys(Object.prototype)) delete (Object.prototype as Record<string, unknown>)[key];
  }
  const { user, system } = process.threadCpuUsage(began);
  const spent = (user + system) / 1000;
  if (spent > share.budget) send({ kind: 'failure', input, problem: `It took ${Math.round(spent)} ms of CPU time.` });
  const counts = (outcomes[target.name] ??= {});
  counts[outcome] = (counts[outcome] ?? 0) + 1;
}

let outcomes: Outcomes = {};
let fed = 0;
for (let input = share.from; input < share.to; input += share.step) {
  await feed(input, outcomes);
  if (++fed % OFTEN === 0) {
    send({ kind: 'progress', outcomes });
    outcomes = {};
  }
}
send({ kind: 'progress', outcomes });
Atomics.store(now, 0, -1n);
