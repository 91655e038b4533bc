import { expect, test } from 'vitest';
import { matchesPattern, patternProblem } from './patterns.ts';

test.each([
  ['https://h/acme/x', true],
  ['https://h/acme/x/y', true],
  ['https://h/acme', false],
  ['https://h/acme/', false],
  ['https://h/acme-evil/x', false],
  ['https://h/acme/../evil/x', false],
  ['https://h/acme/./x', false],
  ['https://h/acme//x', false],
  ['https://h/acme/%2e%2e/evil', false],
  ['https://h/acme/x?y', false],
  ['https://h/acme/x#y', false],
  ['https://h/acme/*', true],
])('a wildcard covers %s: %s', (uri, covered) => {
  expect(matchesPattern('https://h/acme/*', uri)).toBe(covered);
});

test('without a wildcard only the same text matches', () => {
  expect(matchesPattern('https://h/acme', 'https://h/acme')).toBe(true);
  expect(matchesPattern('https://h/acme', 'https://h/acme/x')).toBe(false);
  expect(matchesPattern('https://h/acme', 'https://h/acm')).toBe(false);
});

test.each([
  ['https://h/acme', undefined],
  ['https://h/*', undefined],
  ['https://h/acme*', 'may have one * only, at its end and after a /'],
  ['https://h/*/x', 'may have one * only, at its end and after a /'],
  ['https://h/*/*', 'may have one * only, at its end and after a /'],
  ['*', 'may have one * only, at its end and after a /'],
  ['https://*', 'needs a scheme and a host before its *'],
  ['https:/*', 'needs a scheme and a host before its *'],
  ['/*', 'needs a scheme and a host before its *'],
])('the pattern %s has this wrong: %s', (pattern, problem) => {
  expect(patternProblem(pattern)).toBe(problem);
});
