import { expect, test } from 'vitest';
import { readAr } from './ar.ts';

function member(name: string, size: string, content = ''): string {
  return `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${size.padEnd(10)}\`\n${content}`;
}
const archive = (...members: string[]): Buffer => Buffer.from(`!<arch>\n${members.join('')}`, 'latin1');

test('gives members in order, without the padding of odd ones', () => {
  const members = readAr(archive(member('debian-binary/', '3', '2.0\n'), member('data.tar', '2', 'ab')));
  expect(members.map(({ name, data }) => [name, data.toString()])).toEqual([
    ['debian-binary', '2.0'],
    ['data.tar', 'ab'],
  ]);
});

test.each([
  ['a member of 4 GB', archive(member('a', '4294967296')), 'it is truncated'],
  ['a member of 10 GB', archive(member('a', '9999999999')), 'it is truncated'],
  ['a name of 4 GB, as BSD has it', archive(member('#1/4294967296', '4294967296')), 'it is truncated'],
  ['a size that is no number', archive(member('a', '-1')), 'a size is no number'],
  ['a size of digits and more', archive(member('a', '1e9')), 'a size is no number'],
  ['a thousand members', archive(member('a', '0').repeat(1000)), 'it has too many members'],
  ['half a header', archive(member('a', '0').slice(0, 30)), 'a header is damaged'],
  ['another beginning', Buffer.from('!<thin>\n'), 'it does not begin like one'],
])('refuses %s', (_, bytes, why) => {
  expect(() => readAr(bytes)).toThrow(
    expect.objectContaining({ code: 'ar/malformed', message: `The ar archive is malformed: ${why}.` }),
  );
});
