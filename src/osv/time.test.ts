import { expect, test } from 'vitest';
import { compareStrings } from '../lib/bytes.ts';
import { osvTime, sortableTime } from './time.ts';

test.each([
  ['1970-01-01T00:00:00Z', 0],
  ['2024-01-02T03:04:05Z', 1704164645],
  ['2024-01-02T03:04:05.999999999Z', 1704164645],
  ['0001-01-01T00:00:00Z', undefined],
  ['2024-13-02T03:04:05Z', undefined],
  ['2024-01-02T03:04:05+01:00', undefined],
  ['2024-01-02', undefined],
  ['', undefined],
])('%s is %s', (text, seconds) => {
  expect(osvTime(text)).toBe(seconds);
});

test('times sort as they are, with and without fractions', () => {
  const times = ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05.1Z', '2024-01-02T03:04:05.11Z', '2024-01-02T03:04:06Z'];
  const sortable = times.map((time) => sortableTime(time) ?? '');
  expect(sortable.toSorted(compareStrings)).toEqual(sortable);
  expect(sortableTime('modified')).toBeUndefined();
});
