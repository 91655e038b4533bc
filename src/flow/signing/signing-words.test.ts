import { describe, expect, test } from 'vitest';
import { annotationsOf, expiryOf } from './signing-words.ts';

const NOW = 1_800_000_000;

describe('words of the command line', () => {
  test('are names with values, which may be empty and have equals signs', () => {
    expect(annotationsOf(['a=b', 'c=', 'd=e=f'])).toEqual({ a: 'b', c: '', d: 'e=f' });
  });

  test.each([[['a']], [['=b']], [['a=b', 'a=c']], [['a=b', 'A=c']], [Array.from({ length: 101 }, (_, i) => `n${i}=`)]])(
    '%j are refused',
    (texts) => {
      expect(() => annotationsOf(texts)).toThrow(expect.objectContaining({ code: 'option/annotation' }));
    },
  );

  test.each([
    ['90m', NOW + 5400],
    ['720h', NOW + 2_592_000],
    ['30d', NOW + 2_592_000],
    ['2027-01-31', Date.UTC(2027, 0, 31) / 1000],
    ['2027-01-31T12:00:00Z', Date.UTC(2027, 0, 31, 12) / 1000],
  ])('%s is a time to come', (text, time) => {
    expect(expiryOf(text, NOW)).toBe(time);
  });

  test.each(['', 'soon', '0d', '2020-01-01', '2027-13-01', '1e9d', '-5d', '2027-01-31T12:00:00+01:00'])(
    '%j is none',
    (text) => {
      expect(() => expiryOf(text, NOW)).toThrow(expect.objectContaining({ code: 'option/expiry' }));
    },
  );
});
