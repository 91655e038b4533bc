import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mutationsOf, outcomeOf } from '../../test/fakes/mutations.ts';
import { rpmHeader, rpmPackage } from '../../test/fakes/rpm.ts';
import { RpmHeader } from './header.ts';
import { tags } from './tags.ts';

test('gives values by tag and type', () => {
  const header = new RpmHeader(
    rpmHeader(
      new Map<number, string | string[] | number[]>([
        [tags.name, 'café'],
        [tags.baseNames, ['a', '', 'é']],
        [tags.directoryIndexes, [0, 1, 0xffff]],
      ]),
    ),
  );
  expect(header.string(tags.name)).toBe('café');
  expect(header.strings(tags.baseNames)).toEqual(['a', '', 'é']);
  expect(header.byteStrings(tags.baseNames)[2]).toBe('\xc3\xa9');
  expect(header.string(tags.baseNames)).toBe('a');
  expect(header.numbers(tags.directoryIndexes)).toEqual([0, 1, 0xffff]);
  expect(header.numbers(tags.name)).toEqual([]);
  expect(header.string(tags.directoryIndexes)).toBeUndefined();
  expect(header.string(tags.vendor)).toBeUndefined();
});

test('reads integers of every width, and the first of several languages', () => {
  // Tags 1 to 5: INT8, INT16, INT64, I18NSTRING, CHAR.
  const store = Buffer.from('ff0000010000000000000002656e0064650041', 'hex');
  const index = [
    [1, 2, 0, 1],
    [2, 3, 2, 1],
    [3, 5, 4, 1],
    [4, 9, 12, 2],
    [5, 1, 18, 1],
  ];
  const bytes = Buffer.concat([Buffer.alloc(8 + 16 * index.length), store]);
  [index.length, store.length, ...index.flat()].forEach((value, i) => bytes.writeInt32BE(value, 4 * i));
  const header = new RpmHeader(bytes);
  expect([1, 2, 3, 5].map((tag) => header.numbers(tag))).toEqual([[255], [1], [2], [65]]);
  expect(header.string(4)).toBe('en');
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['no tags', Buffer.alloc(64)],
  ['more tags than bytes', Buffer.from('0000ffff00000000', 'hex')],
  ['a negative size', Buffer.from('00000001ffffffff', 'hex')],
])('refuses %s', (_name, bytes) => {
  expect(() => new RpmHeader(bytes)).toThrow(expect.objectContaining({ code: 'rpm/malformed-header' }));
});

test('refuses values outside of it', () => {
  const bytes = rpmHeader(new Map([[tags.name, 'x']]));
  const entry = 8 + 16;
  for (const [at, value] of [
    [8, 1 << 20],
    [8, -1],
    [12, -1],
  ] as const) {
    const broken = Buffer.from(bytes);
    broken.writeInt32BE(value, entry + at);
    expect(outcomeOf(() => new RpmHeader(broken).string(tags.name))).toBe('rpm/malformed-header');
  }
});

test('damaged headers cause nothing but faults', () => {
  const good = rpmPackage({ name: 'a', requires: [['b', 8, '1']], files: ['/usr/bin/a', '/etc/b'] });
  fc.assert(
    fc.property(mutationsOf(good), (bytes) => {
      const read = () => {
        const header = new RpmHeader(bytes);
        return Object.values(tags).map((tag) => [header.strings(tag), header.numbers(tag)]);
      };
      expect(outcomeOf(read)).toMatch(/^(?:read|rpm\/malformed-header)$/);
    }),
    { numRuns: 2000 },
  );
});
