import { expect, test } from 'vitest';
import { isPlainPath, parseRelease } from './release.ts';

const HEX = 'a'.repeat(64);
const text = (fields: string, files = ` ${HEX} 10 main/binary-amd64/Packages.xz`) =>
  `Suite: stable\nCodename: trixie\nDate: Sat, 12 Sep 2026 07:55:41 UTC\n${fields}SHA256:\n${files}\n`;

test('reads what binds indexes to a signature and a time', () => {
  const fields =
    'Valid-Until: Sat, 19 Sep 2026 07:55:41 UTC\nAcquire-By-Hash: yes\nArchitectures: all amd64\nComponents: main contrib\nNo-Support-for-Architecture-all: Packages\nMD5Sum:\n zz 1 x\n';
  expect(parseRelease(text(fields))).toEqual({
    suite: 'stable',
    codename: 'trixie',
    date: 1789199741,
    validUntil: 1789199741 + 7 * 86_400,
    acquireByHash: true,
    architectures: ['all', 'amd64'],
    components: ['main', 'contrib'],
    separateAll: false,
    files: new Map([['main/binary-amd64/Packages.xz', { size: 10, digest: `sha256:${HEX}` }]]),
  });
});

test('takes binary-all for an index of its own unless the release says that it is not', () => {
  expect(parseRelease(text('Architectures: all amd64\n')).separateAll).toBe(true);
  expect(parseRelease(text('Architectures: amd64\n')).separateAll).toBe(false);
});

test.each([
  ['a date without UTC', 'Valid-Until: Sat, 12 Sep 2026 07:55:41 +0200\n', undefined, 'is no date'],
  ['a month that is none', 'Valid-Until: Sat, 12 Foo 2026 07:55:41 UTC\n', undefined, 'is no date'],
  ['a path that climbs', '', ` ${HEX} 1 ../x`, 'no entry of its SHA256 list'],
  ['an absolute path', '', ` ${HEX} 1 /x`, 'no entry of its SHA256 list'],
  ['a short digest', '', ' abc 1 x', 'no entry of its SHA256 list'],
  ['a negative size', '', ` ${HEX} -1 x`, 'no entry of its SHA256 list'],
  ['a path listed twice', '', ` ${HEX} 1 x\n ${HEX} 2 x`, 'no entry of its SHA256 list'],
  ['a second paragraph', '\nSuite: other\n', undefined, 'more than one paragraph'],
])('refuses %s', (_name, fields, files, reason) => {
  expect(() => parseRelease(text(fields, files))).toThrow(reason);
});

test('refuses a release without SHA-256 digests', () => {
  expect(() => parseRelease('Date: Sat, 12 Sep 2026 07:55:41 UTC\nMD5Sum:\n a 1 b\n')).toThrow('no field SHA256');
});

test.each(['a//b', 'a/./b', 'a/../b', '', '/', 'a b', 'a\\b', 'a?b', 'a#b', 'é', 'a\nb'])(
  '%j is no plain path',
  (path) => {
    expect(isPlainPath(path)).toBe(false);
  },
);
