// Programs that are measured in turn: what slows the machine down for a while slows all of them.
import type { Measured } from './measure.ts';

export type Round<Kind extends string> = Readonly<Record<Kind, Measured>>;

/** Each once to warm up, then each once a round. */
export async function inTurn<Kind extends string>(
  runs: Readonly<Record<Kind, () => Promise<Measured>>>,
  count: number,
): Promise<readonly Round<Kind>[]> {
  const kinds = Object.keys(runs) as Kind[];
  for (const kind of kinds) await runs[kind]();
  const rounds: Round<Kind>[] = [];
  for (let i = 0; i < count; i++) {
    const round: Partial<Record<Kind, Measured>> = {};
    for (const kind of kinds) round[kind] = await runs[kind]();
    rounds.push(round as Round<Kind>);
  }
  return rounds;
}

export interface Summary {
  /** Seconds. */
  readonly median: number;
  readonly least: number;
  /** Bytes, the median. */
  readonly peak: number;
}

export function summaryOf<Kind extends string>(rounds: readonly Round<Kind>[], kind: Kind): Summary {
  const runs = rounds.map((round) => round[kind]);
  const times = runs.map(({ time }) => time);
  return { median: median(times), least: Math.min(...times), peak: median(runs.map(({ peak }) => peak)) };
}

/** One kind's time as a share of another's in the same round; the median. */
export function ratioOf<Kind extends string>(rounds: readonly Round<Kind>[], kind: Kind, of: Kind): number {
  return median(rounds.map((round) => round[kind].time / round[of].time));
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** `(target 0.3: met)`; a target that is missed makes the bench end with 1. */
export function verdict(value: number, target: number, unit = ''): string {
  const met = value <= target;
  if (!met) process.exitCode = 1;
  return `(target ${target}${unit}: ${met ? 'met' : 'MISSED'})`;
}
