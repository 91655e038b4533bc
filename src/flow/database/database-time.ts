// When a database is made, and how long data counts as fresh.
import { now } from '../../io/clock.ts';
import { Fault } from '../../lib/faults.ts';

/** Seconds since 1970: `SOURCE_DATE_EPOCH` where it is set, so that the same feeds give the same bytes; else now. */
export function buildTime(environment: Readonly<Record<string, string | undefined>>): number {
  const epoch = environment['SOURCE_DATE_EPOCH'];
  return epoch !== undefined && /^\d{1,12}$/.test(epoch) ? Number(epoch) : Math.floor(now().getTime() / 1000);
}

/**
 * The time by which it is judged whether a rule has expired and whether data is old: never before now. `SOURCE_DATE_EPOCH`, which
 * builds set to the time of a commit, makes nothing younger.
 */
export function judgingTime(environment: Readonly<Record<string, string | undefined>>): number {
  return Math.max(buildTime(environment), Math.floor(now().getTime() / 1000));
}

const units: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `36h`, `3d`, `2w`, `90m` in seconds. @throws Fault `option/max-db-age` */
export function parseAge(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const seconds = units[unit];
  if (seconds !== undefined) return Number(count) * seconds;
  throw new Fault(
    'option/max-db-age',
    `"${text.slice(0, 100)}" is no age.`,
    'Write a number and m, h, d or w: 36h, 3d, 2w.',
  );
}
