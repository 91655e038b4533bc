import { expect, test } from 'vitest';
import { outOfOrder, notSame } from '../../test/contracts/versions.ts';

test('tilde before the end, the end before the caret, and that before any more', () => {
  expect(
    outOfOrder('Red Hat', [
      '1.0~rc1',
      '1.0~rc1^git',
      '1.0',
      '1.0^',
      '1.0^git1~pre',
      '1.0^git1',
      '1.0a',
      '1.0.1',
      '1.0.2',
    ]),
  ).toEqual([]);
});

test('letters before numbers, numbers by value', () => {
  expect(
    outOfOrder('Rocky Linux', [
      '1.B1',
      '1.a',
      '1.b',
      '1.0',
      '1.9',
      '1.10',
      '1.99999999999999999999',
      '1.100000000000000000000',
    ]),
  ).toEqual([]);
});

test('a missing epoch is 0', () => {
  expect(notSame('AlmaLinux:9', ['1.2-3', '0:1.2-3', '00:1.2-3', ':1.2-3'])).toEqual([]);
  expect(outOfOrder('AlmaLinux', ['9:0-0', '10:0-0'])).toEqual([]);
  expect(outOfOrder('SUSE', ['99-1', '1:1-1', '1:1-2'])).toEqual([]);
});

test('the release decides after the version, and its absence is before all', () => {
  expect(
    outOfOrder('Red Hat', ['1.2', '1.2-', '1.2-1.el9', '1.2-1.el9_4.1', '1.2-2.el8', '1.2-10.el8', '1.2.1-1']),
  ).toEqual([]);
});

test('what is no letter or digit of ASCII only divides', () => {
  expect(notSame('Mageia', ['1.1', '1_1', '1..1', '1.α1', '1.1.'])).toEqual([]);
});
