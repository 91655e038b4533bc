import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterSpace, afterString, afterValue } from './json-walk.ts';

test('finds the end of what JSON.parse reads, whatever its spaces and whatever follows', () => {
  const follows = fc.constantFrom('', ',', ' ,"a"', ']', '}}');
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, '\t'), follows, (value, space, more) => {
      const text = JSON.stringify(value, undefined, space);
      expect(afterValue(Buffer.from(text + more), 0)).toBe(Buffer.byteLength(text));
    }),
  );
});

test('finds the end of strings with escapes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const text = Buffer.from(`${JSON.stringify(value)} "x"`);
      const end = afterString(text, 0);
      expect(JSON.parse(text.toString('utf8', 0, end))).toBe(JSON.parse(JSON.stringify(value)));
      expect(afterSpace(text, end)).toBe(end + 1);
    }),
  );
});

test.each(['', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '[1', '[1,', '["', '[{"a":"\\', '"', '"\\"'])(
  'gives nothing of %s',
  (text) => {
    expect(afterValue(Buffer.from(text), 0)).toBe(-1);
  },
);

test('any bytes are walked to an end', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '1', ' ') }), (text) => {
      expect(afterValue(Buffer.from(text), 0)).toBeLessThanOrEqual(text.length);
    }),
  );
  expect(afterValue(Buffer.from('['.repeat(100_000)), 0)).toBe(-1);
});
