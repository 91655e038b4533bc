import { Fault } from '../lib/faults.ts';

/** No identity token came. @param problem a sentence without its full stop */
export function noToken(problem: string, hint: string, cause?: unknown): Fault {
  return new Fault('identity/unavailable', `${problem}.`, hint, { cause });
}

/** The certificate that came is not what was asked for. @param problem fitting behind "answered with" */
export function badCertificate(name: string, problem: string, cause?: unknown): Fault {
  return new Fault(
    'fulcio/certificate',
    `${name} answered with ${problem}.`,
    'Nothing was signed. Check that the address is that of a Fulcio that is trusted.',
    { cause },
  );
}
