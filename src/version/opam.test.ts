import { expect, test } from 'vitest';
import { outOfOrder, notSame } from '../../test/contracts/versions.ts';

test("Debian's order without epochs", () => {
  expect(outOfOrder('opam', ['0.9~rc1', '0.9', '0.9-1', '0.9.1', '0.10', '1:0', 'v0.9', 'v0.16.1'])).toEqual([]);
  expect(notSame('opam', ['1.0', '1.0-0', '1.00'])).toEqual([]);
});
