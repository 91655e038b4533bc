import { expect, test } from 'vitest';
import { outOfOrder, notSame } from '../../test/contracts/versions.ts';

test('items by value or as text, prereleases before, builds after', () => {
  expect(
    outOfOrder('ConanCenter', [
      '1.2-alpha.1',
      '1.2-alpha.2',
      '1.2',
      '1.2+0',
      '1.2+1',
      '1.2+2',
      '1.2.1',
      '1.2.a',
      '1.10',
      'cci.20200101',
      'cci.20210101',
    ]),
  ).toEqual([]);
  expect(notSame('ConanCenter', ['1.2', '1.2.0', '1.02.0.0'])).toEqual([]);
  expect(notSame('ConanCenter', ['1.2-a-b+1', '1.2.0-a-b+01'])).toEqual([]);
});
