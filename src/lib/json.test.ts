import { expect, test } from 'vitest';
import { canonicalJson, parseJson } from './json.ts';

test('writes the same bytes for the same value whatever the order of its members', () => {
  expect(canonicalJson({ b: [1, { d: 2, c: 3 }], a: 'x', 10: 1, 9: 2 })).toBe(
    '{"10":1,"9":2,"a":"x","b":[1,{"c":3,"d":2}]}',
  );
});

test('keeps a member named __proto__', () => {
  expect(canonicalJson(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}');
});

test.each([
  ['"' + '['.repeat(200) + '"', 'brackets in a string'],
  [JSON.stringify(`\\"${'{'.repeat(200)}`), 'brackets behind an escaped quotation mark'],
  [JSON.stringify(['\\', '['.repeat(200), '\\\\"']), 'a string that ends with a backslash'],
])('does not take for nesting what stands in strings: %#', (text) => {
  expect(parseJson(text, 'x')).toEqual(JSON.parse(text));
});

test('sees nesting behind strings that end with a backslash', () => {
  expect(() => parseJson(`["\\\\",${'['.repeat(200)}`, 'x')).toThrow('nested deeper than 100');
});

test('refuses JSON that nests too deeply, without a stack overflow', () => {
  expect(() => parseJson('['.repeat(100_000), 'x')).toThrow('nested deeper than 100');
});

test('refuses JSON of more values than memory has room for', () => {
  const many = `[${'{},'.repeat(5_000_001)}{}]`;
  expect(() => parseJson(many, 'x')).toThrow('x is not valid JSON: it has more than 10000000 values.');
});

test('does not count brackets inside strings', () => {
  expect(parseJson(`{"a":"${'['.repeat(200)}\\"${'['.repeat(200)}"}`, 'x')).toEqual({
    a: `${'['.repeat(200)}"${'['.repeat(200)}`,
  });
});

test('refuses bytes that are no UTF-8', () => {
  expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]), 'it')).toThrow('it is not valid JSON');
});
