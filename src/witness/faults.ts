import { Fault } from '../lib/faults.ts';

/** It answered with what is no answer of such a service. @param problem fitting behind "answered with" */
export function malformedAnswer(name: string, problem: string, cause?: unknown): Fault {
  const sentence = `${name} answered with ${problem}.`;
  return new Fault('witness/malformed', sentence, 'Check that the address is that of such a service.', { cause });
}

/** Its answer is about something else than what it was asked. @param what fitting behind "answered with" */
export function otherAnswer(name: string, what: string): Fault {
  return new Fault(
    'witness/other',
    `${name} answered with ${what}.`,
    'Nothing was signed. Something between here and the service changes answers, or the service is broken.',
  );
}

/** What it says is not proven by what it gives. @param why fitting behind a colon */
export function unproven(name: string, why: string): Fault {
  return new Fault(
    'witness/unproven',
    `${name} does not prove what it says: ${why}.`,
    'Nothing was signed. Ask the operator of the service.',
  );
}

/** Whoever answered, it is none of the trusted ones. @param why fitting behind a colon */
export function untrustedAnswer(name: string, why: string): Fault {
  return new Fault(
    'witness/untrusted',
    `The answer of ${name} does not stand before the trusted root: ${why}.`,
    'Give the trusted root of the instance that signs, or ask another instance.',
  );
}

/** A kind of key that this witness takes no signatures of. */
export function unfitKey(name: string, kind: string, hint: string): Fault {
  return new Fault('witness/key', `${name} takes no signatures by keys of the kind ${kind}.`, hint);
}
