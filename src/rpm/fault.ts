import { Fault } from '../lib/faults.ts';

/** The fault `rpm/malformed-database` of a container of headers that cannot be read. */
export function malformedRpmDatabase(why: string): Fault {
  return new Fault(
    'rpm/malformed-database',
    `The database of installed RPM packages cannot be read: ${why}.`,
    'The image may be damaged, or its database was copied while it was written.',
  );
}
