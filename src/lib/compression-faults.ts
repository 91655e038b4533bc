// What is thrown about compressed bytes that are no good.
import { Fault, messageOf } from './faults.ts';

/** `compression/malformed` */
export function malformedCompression(what: string, cause?: unknown): Fault {
  return new Fault(
    'compression/malformed',
    `${what} cannot be decompressed${cause === undefined ? '' : `: ${messageOf(cause)}`}.`,
    'It is damaged or was altered; fetch or make it again.',
    { cause },
  );
}

/** `compression/too-large` */
export function tooLarge(what: string, limit: number): Fault {
  return new Fault(
    'compression/too-large',
    `${what} is larger than ${limit} bytes when decompressed.`,
    'Check that it is the right file; it may be made to exhaust memory.',
  );
}
