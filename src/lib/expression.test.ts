import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../test/fakes/cpu-time.ts';
import { parseExpression, parseSearch } from './expression.ts';

describe('an expression', () => {
  test.each([
    ['https://github\\.com/acme/.*', 'https://github.com/acme/x/.github/workflows/r.yml@refs/tags/v1', true],
    ['https://github\\.com/acme/.*', 'https://github.com/acme-evil/x', false],
    ['https://github.com/acme', 'xhttps://github.com/acme', false],
    ['^a$', 'a', true],
    ['^a|b$', 'b', true],
    ['(a|b)*c', 'ababc', true],
    ['(a|b)*c', 'abab', false],
    ['a{2,3}', 'a', false],
    ['a{2,3}', 'aaa', true],
    ['a{2,3}', 'aaaa', false],
    ['a{2}b{1,}', 'aabbb', true],
    ['[a-c_.-]+', 'ab_c.-', true],
    ['[^/]+', 'a/b', false],
    ['[]a]', ']', true],
    ['\\d+\\.\\w?', '12.x', true],
    ['v(?:0|[1-9]\\d*)', 'v01', false],
    ['.', '\n', false],
    ['.', '😀', true],
    ['', '', true],
    ['a|', '', true],
  ])('%s covers %j: %s', (source, text, covered) => {
    expect(parseExpression(source).matches(text)).toBe(covered);
  });

  test.each([
    '(a',
    'a)',
    '[a',
    'a**',
    '*a',
    '(?=a)',
    '(?<n>a)',
    '\\1',
    '\\b',
    'a{3,2}',
    'a{',
    'a\\',
    '[z-a]',
    'a{9999}{9999}',
    '((a{1000}){1000})',
    '('.repeat(60),
  ])('like %s is refused', (source) => {
    expect(() => parseExpression(source)).toThrow(expect.objectContaining({ code: 'expression/malformed' }));
  });

  test('that others take an age for takes none', () => {
    const began = cpuTime();
    expect(parseExpression('(a+)+(.*)*x').matches('a'.repeat(1999))).toBe(false);
    expect(parseExpression('(a|a|aa)*(a*)*b').matches('a'.repeat(1999))).toBe(false);
    expect(cpuTime() - began).toBeLessThan(2000);
  });

  test('covers what the anchored one of JavaScript covers', () => {
    const source = fc.array(
      fc.constantFrom('a', 'b', '.', '(a|b)', '[ab]', '[^a]', 'a*', 'b+', '(ab)?', 'a{1,2}', '(a|b*)*'),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(source, fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }), (parts, letters) => {
        const text = letters.join('');
        expect(parseExpression(parts.join('')).matches(text)).toBe(new RegExp(`^(?:${parts.join('')})$`).test(text));
      }),
    );
  });
});

test.each([
  ['b', 'abc', true],
  ['^b', 'abc', false],
  ['c$', 'abc', true],
  ['c\\$', 'abc', false],
  ['^(a|b)$', 'ab', false],
  ['d', 'abc', false],
])('%s is found in %s: %s', (source, text, found) => {
  expect(parseSearch(source).matches(text)).toBe(found);
});

test('an anchor of one of several ways is refused where it would be unclear', () => {
  expect(() => parseSearch('^a|b')).toThrow(expect.objectContaining({ code: 'expression/malformed' }));
});
