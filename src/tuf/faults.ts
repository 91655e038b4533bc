import { Fault } from '../lib/faults.ts';

/** Fault `trust/malformed`. @param problem fits behind a colon */
export function malformed(what: string, problem: string): Fault {
  return new Fault(
    'trust/malformed',
    `${what} is not valid TUF metadata: ${problem}.`,
    'Check the repository that it comes from.',
  );
}

/** Fault `trust/unsigned`. */
export function unsigned(what: string, valid: number, threshold: number, role: string): Fault {
  return new Fault(
    'trust/unsigned',
    `${what} is signed by ${valid} of the ${threshold} distinct keys that the role ${role} needs.`,
    'It is refused, and what was trusted before stays. Somebody may have changed it on its way.',
  );
}

/** Fault `trust/rollback`. */
export function rollback(what: string, found: number, before: number): Fault {
  return new Fault(
    'trust/rollback',
    `${what} went back: version ${found} is older than version ${before}, which was seen before.`,
    'It is refused, and what was trusted before stays. Somebody may show you an old state of the repository.',
  );
}

/** Fault `trust/mismatch`: files of a repository that do not belong together. */
export function mismatch(what: string, problem: string): Fault {
  return new Fault(
    'trust/mismatch',
    `${what} is not the one that belongs to the rest: ${problem}.`,
    'Try again in a moment, when the repository is no longer changing; if it stays so, somebody mixed old and new files.',
  );
}

/** Fault `trust/missing`. */
export function missing(what: string): Fault {
  return new Fault('trust/missing', `The repository has no ${what}.`, 'Check the address and the name.');
}

/** Fault `trust/too-large`. */
export function tooLarge(what: string, limit: number): Fault {
  return new Fault('trust/too-large', `${what} is larger than ${limit} bytes.`, 'Check the repository.');
}
