import { expect, test } from 'vitest';
import { outOfOrder, notSame } from '../../test/contracts/versions.ts';

test('known qualifiers by rank, others after them', () => {
  expect(
    outOfOrder('Maven', [
      '1-alpha-1',
      '1-alpha-2',
      '1-beta',
      '1-milestone',
      '1-rc-1',
      '1-rc-2-SNAPSHOT',
      '1-SNAPSHOT',
      '1',
      '1-sp',
      '1-abc',
      '1-jre',
      '1-xyz',
      '1-1',
      '1-2',
      '1.1',
    ]),
  ).toEqual([]);
});

test('zeros and words for a release mean nothing at an end', () => {
  expect(
    notSame('Maven', [
      '1',
      '1.0',
      '1.0.0',
      '1.',
      '1-',
      '1-0',
      '1.ga',
      '1.0.Final',
      '1-RELEASE',
      '1.0-final-0',
      '01.00',
    ]),
  ).toEqual([]);
  expect(notSame('Maven', ['1-rc', '1.0-cr', '1-RC', '1.0.0-CR-0', '1rc'])).toEqual([]);
});

test('letters before a number stand for their words', () => {
  expect(notSame('Maven', ['1a1', '1-alpha-1', '1.0-A1', '1.0.0alpha1'])).toEqual([]);
  expect(notSame('Maven', ['1m2', '1-milestone-2'])).toEqual([]);
  expect(outOfOrder('Maven', ['1alpha', '1a'])).toEqual([]);
});

test('a qualifier after a dot is before one after a hyphen', () => {
  expect(outOfOrder('Maven', ['6.1.12.rc5', '6.1.12rc1', '6.1.12-rc2', '6.1.12'])).toEqual([]);
});

test('numbers of any length are compared by value', () => {
  expect(
    outOfOrder('Maven', [
      '1.9',
      '1.10-x',
      '1.20190126.230843',
      '1.1234567890.12345',
      '1.99999999999999999999',
      '1.100000000000000000000',
    ]),
  ).toEqual([]);
  expect(notSame('Maven', ['1.00000000000000000001', '1.1'])).toEqual([]);
});

test('versions as they are published', () => {
  expect(
    outOfOrder('Maven', ['4.1.99.Final', '4.1.100.Final', '4.1.101.Final', '5.0.0.Alpha1', '5.0.0.Beta1']),
  ).toEqual([]);
  expect(outOfOrder('Maven', ['2.9.10', '2.9.10.8', '2.10.0', '2.10.0.pr1', '2.10.0.redhat-1', '2.10.1'])).toEqual([]);
  expect(outOfOrder('Maven', ['31.0-android', '31.0-jre', '31.1-android'])).toEqual([]);
});
