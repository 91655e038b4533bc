import type { Check, CheckId } from '../verify/check.ts';

/** Checks that inform and do not decide: a signature by a key without log or timestamp is a valid one. */
export const informative: readonly CheckId[] = ['time'];

export interface Decision {
  readonly answer: 'yes' | 'no';
  /** Every check that stands against the image, refuted ones first. */
  readonly against: readonly Check[];
}

/** Yes when something is established, nothing is refuted, and nothing that decides is not established. */
export function decide(checks: readonly Check[]): Decision {
  const refuted = checks.filter(({ outcome }) => outcome === 'refuted');
  const open = checks.filter(({ check, outcome }) => outcome === 'not established' && !informative.includes(check));
  const established = checks.some(({ outcome }) => outcome === 'established');
  const against = [...refuted, ...open];
  return { answer: established && against.length === 0 ? 'yes' : 'no', against };
}
