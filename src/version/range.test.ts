import { describe, expect, test } from 'vitest';
import { versionOrder } from './order.ts';
import { fixedVersions, inRange, type Range } from './range.ts';

const npm = versionOrder('npm') ?? (() => undefined);
const debian = versionOrder('Debian:13') ?? (() => undefined);

describe('a range', () => {
  test.each<[string, Range, boolean | undefined]>([
    ['1.2.3', { introduced: '0' }, true],
    ['0.0.0-alpha', { introduced: '0' }, true],
    ['1.2.2', { introduced: '1.2.3' }, false],
    ['1.2.3', { introduced: '1.2.3' }, true],
    ['1.2.3-rc.1', { introduced: '1.2.3' }, false],
    ['2.0.0', { introduced: '1.0.0', fixed: '2.0.0' }, false],
    ['2.0.0-rc.1', { introduced: '1.0.0', fixed: '2.0.0' }, true],
    ['2.0.0', { introduced: '1.0.0', lastAffected: '2.0.0' }, true],
    ['2.0.1', { introduced: '1.0.0', lastAffected: '2.0.0' }, false],
    ['2.0.0+build', { introduced: '0', lastAffected: '2.0' }, true],
    ['1.0.0', { introduced: '1.0.0', fixed: '1.0.0' }, false],
  ])('%s in %j: %s', (version, range, expected) => {
    expect(inRange(npm, version, range)).toBe(expected);
  });

  test('that reaches from the beginning holds what sorts before 0', () => {
    expect(inRange(debian, '0~beta1-1', { introduced: '0', fixed: '1' })).toBe(true);
  });

  test.each<[string, Range, boolean | undefined]>([
    ['latest', { introduced: '1.0.0' }, undefined],
    ['latest', { introduced: '0', fixed: '1.0.0' }, undefined],
    ['1.0.0', { introduced: '0', fixed: 'next' }, undefined],
    ['1.0.0', { introduced: 'first' }, undefined],
    ['latest', { introduced: '0' }, true],
    ['1.0.0', { introduced: '2.0.0', fixed: 'next' }, false],
    ['1.0.0', { introduced: 'first', fixed: '1.0.0' }, false],
  ])('with a side that is no version: %s in %j: %s', (version, range, expected) => {
    expect(inRange(npm, version, range)).toBe(expected);
  });
});

describe('the versions that fix', () => {
  const lines: readonly Range[] = [
    { introduced: '3.0.0', fixed: '3.4.1' },
    { introduced: '2.0.0', fixed: '2.11.3' },
    { introduced: '0', fixed: '1.7.9' },
  ];

  test.each([
    ['2.5.0', ['2.11.3', '3.4.1']],
    ['1.0.0', ['1.7.9', '2.11.3', '3.4.1']],
    ['3.1.0', ['3.4.1']],
    ['4.0.0', []],
    ['latest', []],
  ])('%s begin with the one of its own line', (version, expected) => {
    expect(fixedVersions(npm, version, lines)).toEqual(expected);
  });

  test('are in other lines where the own has none', () => {
    const ranges = [
      { introduced: '2.0.0', fixed: '2.4.0' },
      { introduced: '3.0.0', fixed: '3.0.1' },
      { introduced: '0', lastAffected: '1.9.9' },
    ];
    expect(fixedVersions(npm, '1.3.0', ranges)).toEqual(['2.4.0', '3.0.1']);
  });

  test('are not themselves held by another range', () => {
    const ranges = [
      { introduced: '0', fixed: '1.5.0' },
      { introduced: '1.2.0', fixed: '1.6.0' },
    ];
    expect(fixedVersions(npm, '1.3.0', ranges)).toEqual(['1.6.0']);
    expect(fixedVersions(npm, '1.0.0', ranges)).toEqual(['1.6.0']);
  });

  test('are named once, however many ranges end with them', () => {
    const ranges = [
      { introduced: '0', fixed: '1.5.0' },
      { introduced: '1.0.0', fixed: '1.5.0' },
    ];
    expect(fixedVersions(npm, '1.3.0', ranges)).toEqual(['1.5.0']);
  });

  test('are none where nothing fixes the range', () => {
    expect(fixedVersions(npm, '1.0.0', [{ introduced: '0' }, { introduced: '0', lastAffected: '2.0.0' }])).toEqual([]);
  });
});
