// Damaged copies of good bytes, and what reading them may throw.
import fc from 'fast-check';
import { Fault } from '../../src/lib/faults.ts';

/** Copies of the bytes with some changed, and some cut off or put in. */
export function mutationsOf(good: Buffer): fc.Arbitrary<Buffer> {
  const at = fc.nat(good.length);
  const value = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255));
  const change = fc.record({ at, cut: fc.constantFrom(0, 1, 1, 1, 2, 4, 600), put: fc.array(value, { maxLength: 4 }) });
  return fc
    .array(change, { minLength: 1, maxLength: 6 })
    .map((changes) =>
      changes.reduce(
        (bytes, { at: from, cut, put }) =>
          Buffer.concat([bytes.subarray(0, from), Buffer.from(put), bytes.subarray(from + cut)]),
        good,
      ),
    );
}

/** The fault's code, or `read` when nothing was thrown. Whatever else is thrown goes on. */
export function outcomeOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}
