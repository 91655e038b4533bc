import { expect, test } from 'vitest';
import { matchesPattern } from './pattern.ts';

test.each([
  ['*', 'a', true],
  ['*', 'a/b', false],
  ['a/*', 'a/b', true],
  ['a/*', 'a/b/c', false],
  ['a/*/c', 'a/b/c', true],
  ['*.tgz', 'foo.tgz', true],
  ['*.tgz', 'foo.txt', false],
  ['foo-version-?.tgz', 'foo-version-2.tgz', true],
  ['foo-version-?.tgz', 'foo-version-a-b.tgz', false],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[!a-c]x', 'dx', true],
  ['[]]x', ']x', true],
  ['[x', '[x', true],
  ['a.c', 'abc', false],
  ['*a*b*c', 'xxaxxbxxc', true],
  ['*a*b*c', 'xxaxxbxx', false],
  ['', '', true],
])('%j and %j: %s', (pattern, name, matches) => {
  expect(matchesPattern(pattern, name)).toBe(matches);
});

test('a pattern of many stars does not take long', () => {
  const started = process.cpuUsage();
  expect(matchesPattern(`${'*a'.repeat(500)}b`, 'a'.repeat(1024))).toBe(false);
  expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
});
