import { expect, test } from 'vitest';
import { factSize } from './fact-size.ts';

test('a fact takes at least as much as its texts, at each place where they stand', () => {
  const text = 'x'.repeat(1000);
  expect(factSize(text)).toBeGreaterThan(1000);
  const shared = { a: [text, { b: text }] };
  expect(factSize(shared)).toBeGreaterThan(2000);
  expect(factSize([shared, shared])).toBeGreaterThan(2 * factSize(shared));
  expect(factSize(Array.from({ length: 1000 }, () => null))).toBeGreaterThan(8000);
});

test('nothing is nothing, and depth is no matter', () => {
  for (const none of [undefined, null, 1, true]) expect(factSize(none)).toBe(0);
  expect(factSize([undefined, null, { a: undefined }])).toBeGreaterThan(0);
  let deep: unknown = 'end';
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(factSize(deep)).toBeGreaterThan(100_000);
});
