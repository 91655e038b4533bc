// For how long new metadata counts.
import { fieldsOf } from '../lib/fields.ts';
import { parseJson } from '../lib/json.ts';
import type { Metadata } from '../tuf/metadata.ts';
import { type Root, TOP_ROLES, type TopRole } from '../tuf/root.ts';
import { DAYS } from '../tuf/write.ts';

export type Periods = Readonly<Record<TopRole, number>>;

/** In days, unless it is said otherwise. */
export const usualPeriods: Periods = { root: 365, targets: 180, snapshot: 30, timestamp: 7 };
export const MOST_DAYS = 3650;
const DAY = 86_400;

/** What a root says, the usual where it does not. */
export function periodsOf(root: Metadata<Root>): Periods {
  const document = fieldsOf(parseJson(root.bytes, 'root.json'));
  const roles = fieldsOf(fieldsOf(document?.['signed'])?.['roles']);
  const days = (role: TopRole): number => {
    const said = fieldsOf(roles?.[role])?.[DAYS];
    return typeof said === 'number' && said >= 1 && said <= MOST_DAYS ? said : usualPeriods[role];
  };
  return Object.fromEntries(TOP_ROLES.map((role) => [role, days(role)])) as Periods;
}

/** When metadata of a role that is made now expires, in seconds since 1970. */
export function expiryOf(root: Metadata<Root>, role: TopRole, now: number): number {
  return expiryAfter(periodsOf(root)[role], now);
}

export function expiryAfter(days: number, now: number): number {
  return now + days * DAY;
}
