// What a verifier remembers from one answer to the next, so that nothing goes back unseen. Plain JSON.
import { z } from 'zod';
import { compareStrings } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { parseJson, prettyJson } from '../../lib/json.ts';
import { isoTime } from '../../lib/time.ts';
import type { CheckList } from './question.ts';
import { CLOCK_SKEW } from './times.ts';

/** A checkpoint that a trusted log signed. */
export interface SeenCheckpoint {
  /** The log's id, hexadecimal. */
  readonly log: string;
  /** Which of its trees. */
  readonly origin: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
}

const name = z.string().max(1000);
const Seen = z.strictObject({
  scope: name,
  log: z.string().regex(/^[0-9a-f]{2,128}$/),
  origin: name,
  size: z.int().min(0),
  root: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Most checkpoints that a state has. */
const MOST_SEEN = 100_000;

export const VerifierState = z.strictObject({
  version: z.literal(1),
  /** The latest moment that was seen, seconds since 1970: the clock must not stand before it. */
  clock: z.number().min(0).max(253_402_300_799),
  /** The largest checkpoint that was seen of each log in each scope. */
  checkpoints: z.array(Seen).max(MOST_SEEN),
});
export type VerifierState = z.infer<typeof VerifierState>;

/** Of somebody who has not seen anything. */
export const emptyState: VerifierState = { version: 1, clock: 0, checkpoints: [] };

/** @throws Fault `verify/state`, `json/malformed` */
export function parseState(bytes: Uint8Array, what: string): VerifierState {
  const parsed = VerifierState.safeParse(parseJson(bytes, what));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Fault(
    'verify/state',
    `${what} is not a verifier's state: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
    'Restore the file; what it remembers is lost when it is removed.',
  );
}

/** Nothing is written that {@link parseState} would refuse. @throws Fault `verify/state` for more than can be remembered */
export function stateBytes(state: VerifierState): Buffer {
  const keyed = state.checkpoints.map((seen) => [[seen.scope, seen.log, seen.origin].join('\n'), seen] as const);
  const checkpoints = keyed.sort(([a], [b]) => compareStrings(a, b)).map(([, seen]) => seen);
  const parsed = VerifierState.safeParse({ ...state, checkpoints });
  if (parsed.success) return Buffer.from(prettyJson(parsed.data), 'utf8');
  const issue = parsed.error.issues[0];
  throw new Fault(
    'verify/state',
    `What was seen cannot be remembered: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
    `Keep several states, each of at most ${MOST_SEEN} checkpoints of names of at most 1000 characters.`,
  );
}

/** Refutes a clock that stands before what was seen, but for a minute. */
export function checkClock(state: VerifierState, now: number, list: CheckList): void {
  if (now >= state.clock - CLOCK_SKEW) return;
  const reason = `the clock stands at ${isoTime(now)}, and it was ${isoTime(state.clock)} before`;
  list.refuted('clock', 'clock-went-back', reason);
}

/**
 * Compares checkpoints, of one bundle or of all of one image, with what was seen in their scope: the newest of each log must not be
 * older than that, and none may contradict one of its size, of whatever scope.
 */
export function checkCheckpoints(
  state: VerifierState,
  scope: string,
  checkpoints: readonly SeenCheckpoint[],
  list: CheckList,
): void {
  for (const checkpoint of newestOf(checkpoints)) {
    const { origin, size, root } = checkpoint;
    const before = state.checkpoints.filter((seen) => isSameLog(seen, checkpoint));
    const contradicted = before.some((seen) => seen.size === size && seen.root !== root);
    const seen = before.find((one) => one.scope === scope);
    if (contradicted) {
      list.refuted('checkpoint', 'checkpoint-forked', `${origin} signed another tree of ${size} entries, too`);
    } else if (seen !== undefined && size < seen.size) {
      const reason = `the checkpoint of ${origin} has ${size} entries, one with ${seen.size} was seen`;
      list.refuted('checkpoint', 'checkpoint-older', reason);
    } else
      list.established('checkpoint', `the checkpoint of ${origin} with ${size} entries is not older than those seen`);
  }
}

/** The state after an answer that nothing refuted: later clock, larger checkpoints. */
export function nextState(
  state: VerifierState,
  scope: string,
  checkpoints: readonly SeenCheckpoint[],
  now: number,
): VerifierState {
  const next = [...state.checkpoints];
  for (const checkpoint of newestOf(checkpoints)) {
    const at = next.findIndex((seen) => seen.scope === scope && isSameLog(seen, checkpoint));
    const seen = next[at];
    if (seen === undefined) next.push({ scope, ...checkpoint });
    else if (seen.size < checkpoint.size) next[at] = { scope, ...checkpoint };
  }
  return { version: 1, clock: Math.max(state.clock, now), checkpoints: next };
}

function newestOf(checkpoints: readonly SeenCheckpoint[]): SeenCheckpoint[] {
  const newest = new Map<string, SeenCheckpoint>();
  for (const checkpoint of checkpoints) {
    const key = `${checkpoint.log} ${checkpoint.origin}`;
    if ((newest.get(key)?.size ?? -1) < checkpoint.size) newest.set(key, checkpoint);
  }
  return [...newest.values()];
}

function isSameLog(a: Pick<SeenCheckpoint, 'log' | 'origin'>, b: Pick<SeenCheckpoint, 'log' | 'origin'>): boolean {
  return a.log === b.log && a.origin === b.origin;
}
