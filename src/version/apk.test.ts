import { expect, test } from 'vitest';
import { outOfOrder, notSame, placed } from '../../test/contracts/versions.ts';

test('suffixes before a release, the release, and suffixes after it', () => {
  expect(
    outOfOrder('Alpine', [
      '1.2_alpha',
      '1.2_alpha1',
      '1.2_beta',
      '1.2_pre_alpha',
      '1.2_pre',
      '1.2_rc1',
      '1.2',
      '1.2-r0',
      '1.2-r1',
      '1.2-r10',
      '1.2_cvs',
      '1.2_svn',
      '1.2_git20240101',
      '1.2_hg',
      '1.2_p',
      '1.2_p1',
      '1.2_p1-r1',
      '1.2a_alpha',
      '1.2a',
      '1.2b',
      '1.2.0',
      '1.2.1',
      '1.10',
    ]),
  ).toEqual([]);
});

test('numbers after the first are text where they begin with a zero', () => {
  expect(outOfOrder('Alpine', ['1.0', '1.00', '1.01', '1.010', '1.1', '1.9', '1.10'])).toEqual([]);
  expect(notSame('Alpine', ['01.1', '1.1'])).toEqual([]);
});

test('the hash of a commit is compared as text, before the revision', () => {
  expect(outOfOrder('Wolfi', ['1.0', '1.0-r1', '1.0~0a', '1.0~1', '1.0~1-r0', '1.0~ab', '1.0_p'])).toEqual([]);
});

test('a malformed version is before what it begins with', () => {
  expect(outOfOrder('Alpine', ['1.2_foo', '1.2', '1.2.3~xyz', '1.2.3', '1.2.3-r1_p', '1.2.3-r1'])).toEqual([]);
  expect(notSame('Alpine', ['1-r', '1-r0', '1-r00'])).toEqual([]);
  expect(notSame('Alpine', ['1-ruff1', '1-ruff2', '1--r1', '1 1', '1A'])).toEqual([]);
});

test('what does not begin as a version is none', () => {
  expect(placed('Alpine', '1', ['latest', 'v1.0', '-r1', '_p1', ' 1', 'ä'])).toEqual([]);
});
