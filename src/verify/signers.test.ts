import { expect, test } from 'vitest';
import { countSigners } from './signers.ts';

const by = (fingerprint: string, ...marks: string[]) => (marks.length === 0 ? { fingerprint } : { fingerprint, marks });

test.each([
  ['nobody', [], 0],
  ['one key several times', [by('k'), by('k'), by('k')], 1],
  ['two keys', [by('k'), by('l')], 2],
  ['one identity with two certificates', [by('a', 'me'), by('b', 'me')], 1],
  ['a key, alone and in a certificate', [by('k'), by('c', 'k', 'me')], 1],
  ['keys that a third signature joins', [by('k'), by('l'), by('c', 'k', 'l')], 1],
  ['different people', [by('a', 'k', 'me'), by('b', 'l', 'you'), by('m')], 3],
])('counts %s', (_, signers, count) => {
  expect(countSigners(signers)).toBe(count);
});
