import { Fault } from '../lib/faults.ts';
import { isoTime } from '../lib/time.ts';
import type { Metadata } from './metadata.ts';

/** Whether metadata does not count any more. @param now seconds since 1970 */
export function isExpired({ expires }: Pick<Metadata<unknown>, 'expires'>, now: number): boolean {
  return now >= expires;
}

/** @param how what to do about it, one sentence @throws Fault `trust/expired` */
export function requireFresh(
  metadata: Pick<Metadata<unknown>, 'version' | 'expires'>,
  role: string,
  now: number,
  how = 'The repository has to publish a new one; if others see it newer, somebody shows you an old state of it.',
): void {
  if (!isExpired(metadata, now)) return;
  const which = `version ${metadata.version} of the role ${role.slice(0, 200)}`;
  throw new Fault('trust/expired', `The trust root expired: ${which} counted until ${isoTime(metadata.expires)}.`, how);
}
