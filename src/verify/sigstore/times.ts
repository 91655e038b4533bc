// When it was signed, as far as others vouch for it.
import { isoTime } from '../../lib/time.ts';
import type { CheckId } from '../check.ts';
import type { CheckList, WitnessedTime } from './question.ts';

/** How much clocks may differ, seconds. */
export const CLOCK_SKEW = 60;

/** Refutes a time that has not come. */
export function inFuture(time: number, now: number, check: CheckId, list: CheckList): boolean {
  if (time <= now + CLOCK_SKEW) return false;
  list.refuted(check, 'time-in-future', `it says ${isoTime(time)}, and it is ${isoTime(now)} now`);
  return true;
}

/** The first time at which the signature existed. */
export function earliest(times: readonly WitnessedTime[]): number | undefined {
  return times.length === 0 ? undefined : Math.min(...times.map(({ time }) => time));
}

/** Says what is known of the time. */
export function checkTime(times: readonly WitnessedTime[], list: CheckList): void {
  const first = earliest(times);
  if (first === undefined) list.missing('time', 'time-missing', 'no trusted log or timestamp says when it was signed');
  else {
    const names = [...new Set(times.map(({ name }) => name))].join(', ');
    list.established('time', `signed at ${isoTime(first)} at the latest, says ${names}`);
  }
}
