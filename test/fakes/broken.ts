// Input that somebody damaged, and what a reader makes of it.
import fc from 'fast-check';
import { Fault } from '../../src/lib/faults.ts';

/** What `run` gives or the Fault that it throws; anything else that is thrown goes through and fails the test. */
export function faultOr<T>(run: () => T): T | Fault {
  try {
    return run();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** Copies of one of `originals` with a few bytes changed, counted from the end or the start, and sometimes cut short. */
export function brokenCopies(originals: readonly Buffer[], most = 8): fc.Arbitrary<Buffer> {
  const change = fc.tuple(
    fc.nat(1 << 20),
    fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)),
    fc.boolean(),
  );
  return fc
    .tuple(
      fc.constantFrom(...originals),
      fc.array(change, { minLength: 1, maxLength: most }),
      fc.nat(1 << 20),
      fc.nat(9),
    )
    .map(([original, changes, cut, chance]) => {
      const copy = Buffer.from(chance === 0 ? original.subarray(0, cut % (original.length + 1)) : original);
      for (const [at, value, fromEnd] of changes) {
        const place = at % Math.max(1, Math.min(copy.length, 2048));
        if (copy.length > 0) copy[fromEnd ? copy.length - 1 - place : place] = value;
      }
      return copy;
    });
}
