import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareDebVersions, isDebText, parseDebVersion } from './deb.ts';

function sign(a: string, b: string): string {
  const order = compareDebVersions(a, b);
  return order < 0 ? '<' : order > 0 ? '>' : '=';
}

test.each([
  ['1.0~rc1', '<', '1.0'],
  ['1.0~~', '<', '1.0~'],
  ['1.0~', '<', '1.0'],
  ['1.0', '<', '1.0a'],
  ['1.0a', '<', '1.0+'],
  ['1.0+b1', '<', '1.0.1'],
  ['1.0z', '<', '1.0.'],
  ['9', '<', '10'],
  ['1:0', '>', '99'],
  ['0:1.0-0', '=', '1.0'],
  ['00:1.0', '=', '1.0'],
  ['1.0-1', '<', '1.0-1.1'],
  ['1.0-1', '>', '1.0'],
  ['1.2-3-4', '>', '1.2-3'],
  ['2.41-12+deb13u4', '>', '2.41-12'],
  ['1:1.3.dfsg+really1.3.1-1+b1', '<', '1:1.3.dfsg+really1.3.1-1+deb13u1'],
  ['1.007', '=', '1.7'],
  ['1.99999999999999999999999999', '<', '1.100000000000000000000000000'],
  ['', '<', '0a'],
  ['', '=', '0'],
])('orders %s %s %s', (a, order, b) => {
  expect(sign(a, b)).toBe(order);
  expect(sign(b, a)).toBe(order === '<' ? '>' : order === '>' ? '<' : '=');
});

test('splits at the first colon and the last hyphen', () => {
  expect(parseDebVersion('2:1.0:3-4-5')).toEqual({ epoch: '2', upstream: '1.0:3-4', revision: '5' });
  expect(parseDebVersion('1.0')).toEqual({ epoch: '0', upstream: '1.0', revision: '' });
});

test.each(['', '1.0-', '1:', ':1', '1:-1', '1 0', '1_0', 'ü', 'a:1', '1'.repeat(1001)])('refuses %s', (text) => {
  expect(parseDebVersion(text)).toBeUndefined();
});

describe('is a total order', () => {
  const version = string({ unit: constantFrom('0', '0', '1', '9', 'a', 'Z', '.', '+', '~', ':', '-'), maxLength: 12 });

  test('that is antisymmetric', () => {
    assert(
      property(version, version, (a, b) => {
        expect(Math.sign(compareDebVersions(a, b))).toBe(0 - Math.sign(compareDebVersions(b, a)));
      }),
      { numRuns: 5000 },
    );
  });

  test('that is transitive', () => {
    assert(
      property(version, version, version, (x, y, z) => {
        const [a = '', b = '', c = ''] = [x, y, z].sort(compareDebVersions);
        const orders = [sign(a, b), sign(b, c), sign(a, c)].join('');
        expect(['===', '=<<', '<=<', '<<<']).toContain(orders);
      }),
      { numRuns: 5000 },
    );
  });
});

test.each(['', 'latest', '(none)', '1:x', ':1', 'v1.0', '-1'])('"%s" has no place in the order', (text) => {
  expect(isDebText(text)).toBe(false);
});

test('garbage has an order all the same', () => {
  const garbage = string({ unit: 'binary', maxLength: 20 });
  assert(property(garbage, garbage, (a, b) => compareDebVersions(a, b) === 0 - compareDebVersions(b, a)));
});
