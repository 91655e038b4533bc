import { expect, test } from 'vitest';
import { outOfOrder, notSame, placed } from '../../test/contracts/versions.ts';

test('words by weight around the release', () => {
  expect(
    outOfOrder('Packagist', [
      'dev-master',
      '1.0-stable',
      '1.0-dev',
      '1.0alpha1',
      '1.0-alpha2',
      '1.0-beta',
      '1.0-beta1',
      '1.0RC1',
      '1.0-rc2',
      '1.0',
      '1.0.0',
      '1.0.0.0',
      '1.0-p1',
      '1.0-patch2',
      '1.1',
      '1.10',
      '1.99999999999999999999',
    ]),
  ).toEqual([]);
});

test('dividers are all the same, and none is needed between numbers and words', () => {
  expect(notSame('Packagist', ['1.0-rc-1', '1.0RC1', '1.0.rc.1', '1_0+rc1', 'v1.0-RC1', 'V1..0rc1'])).toEqual([]);
  expect(notSame('Packagist', ['1.0-b2', '1.0-beta2', '1.0.beta.02'])).toEqual([]);
});

test('what begins with a sign is no version', () => {
  expect(placed('Packagist', '1.0', ['~1.0', '^2', '*', '>=1', '.1', ' 1'])).toEqual([]);
});
