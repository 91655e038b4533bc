import { assert, property, string, stringMatching } from 'fast-check';
import { expect, test } from 'vitest';
import { compareGemVersions, isGemPrerelease, isGemText, satisfiesGemRequirements } from './gem.ts';

function sign(a: string, b: string): string {
  const order = compareGemVersions(a, b);
  return order < 0 ? '<' : order > 0 ? '>' : '=';
}

test.each([
  ['1.0', '=', '1'],
  ['1.0.a', '<', '1'],
  ['1.a.1', '<', '1.0.1'],
  ['1.0.0.beta', '=', '1.0.beta'],
  ['1-1', '=', '1.pre.1'],
  ['3.10', '>', '3.2'],
  ['007', '=', '7'],
  ['99999999999999999999', '<', '100000000000000000000'],
  ['', '=', '0'],
])('%s %s %s', (a, order, b) => {
  expect(sign(a, b)).toBe(order);
  expect(sign(b, a)).toBe({ '<': '>', '>': '<', '=': '=' }[order]);
});

test.each([
  ['2.8.9', ['~> 2.8.2'], true],
  ['2.9.0', ['~> 2.8.2'], false],
  ['2.9', ['~> 2.8'], true],
  ['3.0.a', ['~> 2.8'], false],
  ['3', ['~> 2'], false],
  ['2.8.2.rc1', ['~> 2.8.2'], false],
  ['1.16.1', ['>= 1.15.7', '!= 1.16.0'], true],
  ['1.16.0', ['>= 1.15.7', '!= 1.16.0'], false],
  ['7.2.2', ['= 7.2.2'], true],
  ['7.2.2.0', ['7.2.2'], true],
  ['1', ['> 1'], false],
  ['1', ['<= 1', '>= 1', '< 2'], true],
  ['1', ['~> x'], false],
  ['1', [], true],
])('%s satisfies %j: %s', (version, requirements, expected) => {
  expect(satisfiesGemRequirements(version, requirements)).toBe(expected);
});

test('a word makes a prerelease', () => {
  expect(['1.0', '1.0.rc1', '1-1'].map(isGemPrerelease)).toEqual([false, true, true]);
});

test('any texts have one order', () => {
  const version = stringMatching(/^[0-9a-c.-]{0,12}$/);
  assert(
    property(version, version, (a, b) => compareGemVersions(a, b) === -compareGemVersions(b, a) || sign(a, b) === '='),
  );
  assert(
    property(version, version, version, (a, b, c) => !(sign(a, b) !== '>' && sign(b, c) !== '>' && sign(a, c) === '>')),
  );
  assert(property(string(), string(), (a, b) => Number.isInteger(compareGemVersions(a, b))));
});

test.each(['', 'latest', '~> 1', '1.0_1', 'v1', '1 '])('"%s" has no place in the order', (text) => {
  expect(isGemText(text)).toBe(false);
});
