import { expect, test } from 'vitest';
import { outOfOrder, notSame, placed } from '../../test/contracts/versions.ts';

test('numbers in turn, the shorter before the longer', () => {
  expect(outOfOrder('CRAN', ['0.9', '0.75', '1', '1.0', '1.0-0', '1.0-0.1', '1.0-1', '1.0.10', '1.1'])).toEqual([]);
  expect(notSame('Bioconductor', ['1.2.3', '1.2-3', '01.2.03', '1-2-3'])).toEqual([]);
  expect(outOfOrder('Hackage', ['1', '1.0', '1.0.0', '1.0.1', '1.10', '1.99999999999999999999'])).toEqual([]);
});

test('anything else is no version', () => {
  expect(placed('CRAN', '1.0', ['1.0a', '1..0', '-1', '1.', '1_0', 'v1', '1.0 '])).toEqual([]);
  expect(placed('Hackage', '1.0', ['1.0-1', '1.0-beta', '.1'])).toEqual([]);
});
