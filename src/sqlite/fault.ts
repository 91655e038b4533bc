import { Fault } from '../lib/faults.ts';

/** The fault `sqlite/malformed` of a database that cannot be read. */
export function malformedDatabase(why: string): Fault {
  return new Fault(
    'sqlite/malformed',
    `An SQLite database cannot be read: ${why}.`,
    'The file may be damaged, or was copied while it was written.',
  );
}
