import { expect, test } from 'vitest';
import { printable, table } from './table.ts';

test('what would act on a terminal, or turn or hide text, is spelt out', () => {
  expect(printable('a\u001b]0;x\u0007\u009b1m')).toBe('a\\x1b]0;x\\x07\\x9b1m');
  expect(printable('evil\u202egnp\u2028\u200b')).toBe('evil\\u202egnp\\u2028\\u200b');
  expect(printable('naïve 猫')).toBe('naïve 猫');
});

test('a line that is too long for its place moves what follows it, and no other line', () => {
  const long = 'x'.repeat(40);
  const rows = [
    ['ID', 'NAME', 'N'],
    ['1', 'a', '5'],
    ['2', long, '6'],
    ['3', 'y'.repeat(18), '7'],
  ];
  expect(table(rows, new Set([2]), 26).split('\n')).toEqual([
    'ID  NAME                 N',
    '1   a                    5',
    `2   ${long}  6`,
    `3   ${'y'.repeat(18)}   7`,
  ]);
  expect(table(rows, new Set([2])).split('\n')[1]).toBe(`1   a${' '.repeat(41)}5`);
});
