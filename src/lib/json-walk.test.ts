import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterValue, walkElements, walkMembers } from './json-walk.ts';

/** The members as JSON.parse has them, keys and texts. */
function members(text: string): readonly (readonly [unknown, unknown])[] | undefined {
  const bytes = Buffer.from(text);
  const found: [unknown, unknown][] = [];
  const piece = (from: number, end: number) =>
    from < 0 ? undefined : (JSON.parse(bytes.toString('utf8', from, end)) as unknown);
  const take = (key: number, keyEnd: number, value: number) => {
    const end = afterValue(bytes, value);
    if (end >= 0) found.push([piece(key, keyEnd), piece(value, end)]);
    return end;
  };
  const end = text.startsWith('{') ? walkMembers(bytes, 0, take) : walkElements(bytes, 0, (at) => take(-1, -1, at));
  return end === bytes.length ? found : undefined;
}

test('walks what JSON.parse reads, whatever its spaces', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, undefined, space);
      expect(afterValue(Buffer.from(text), 0)).toBe(Buffer.byteLength(text));
      if (typeof value !== 'object' || value === null) return;
      const plain = JSON.parse(text) as object;
      const expected = Array.isArray(plain) ? plain.map((one: unknown) => [undefined, one]) : Object.entries(plain);
      expect(members(text)).toEqual(expected);
    }),
  );
});

test.each([
  '',
  '{',
  '{"a"',
  '{"a":',
  '{"a":1',
  '{"a":1,',
  '{"a" 1}',
  '{1:2}',
  '[1',
  '[1,',
  '[1 2]',
  '["',
  '[{"a":"\\',
  '[,]',
])('gives nothing of %s', (text) => {
  const bytes = Buffer.from(text);
  expect(walkMembers(bytes, 0, (_, _keyEnd, value) => afterValue(bytes, value))).toBe(-1);
  expect(walkElements(bytes, 0, (at) => afterValue(bytes, at))).toBe(-1);
});

test('any bytes are walked to an end', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '1', ' ') }), (text) => {
      const bytes = Buffer.from(text);
      expect(walkMembers(bytes, 0, (_, _keyEnd, value) => afterValue(bytes, value))).toBeLessThanOrEqual(text.length);
      expect(walkElements(bytes, 0, (at) => afterValue(bytes, at))).toBeLessThanOrEqual(text.length);
    }),
  );
  expect(afterValue(Buffer.from('['.repeat(100_000)), 0)).toBe(-1);
});
