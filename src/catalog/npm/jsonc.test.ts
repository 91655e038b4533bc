import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainJson } from './jsonc.ts';

test('removes comments and last commas, and nothing from strings', () => {
  const text = '{ // one\n "a": [1, 2, /* three */ ], "b": "// no, /* no */ ,]", "c\\"": {"d": 1 /* , */ , // ,\n }, }';
  expect(JSON.parse(plainJson(text))).toEqual({ a: [1, 2], b: '// no, /* no */ ,]', 'c"': { d: 1 } });
});

test('leaves JSON as it is', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(plainJson(text))).toEqual(JSON.parse(text));
    }),
  );
});
