import { expect, test } from 'vitest';
import { canonicalBytes } from './canonical.ts';

const text = (value: unknown): string => canonicalBytes(value, 'it').toString();

test('keys are sorted by their bytes, nothing is between them, and control characters stay as they are', () => {
  expect(text({ b: [1, -2, true, null], a: { z: '', y: 'a"b\\c\n\u0001é' } })).toBe(
    '{"a":{"y":"a\\"b\\\\c\n\u0001é","z":""},"b":[1,-2,true,null]}',
  );
  // By UTF-16 code unit these two would stand the other way round.
  expect(text({ '\u{10000}': 1, '\uffff': 2 })).toBe('{"\uffff":2,"\u{10000}":1}');
  expect(text(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}');
});

test.each([1.5, 2 ** 53, Number.NaN])('the number %s has no such form', (value) => {
  expect(() => text([value])).toThrow(/is no exact integer/);
});

test('half of a pair of surrogates has none: it would have the bytes of another text', () => {
  expect(() => text(['\ud800'])).toThrow(/no Unicode text/);
  expect(() => text({ '\udc00': 1 })).toThrow(/no Unicode text/);
});
