import { expect, test } from 'vitest';
import { printable } from './table.ts';

test('what would act on a terminal, or turn or hide text, is spelt out', () => {
  expect(printable('a\u001b]0;x\u0007\u009b1m')).toBe('a\\x1b]0;x\\x07\\x9b1m');
  expect(printable('evil\u202egnp\u2028\u200b')).toBe('evil\\u202egnp\\u2028\\u200b');
  expect(printable('naïve 猫')).toBe('naïve 猫');
});
