import { expect, test } from 'vitest';
import { type ClaimedFile, compareContent, describeDifferences } from './content.ts';

const file = (path: string, change: Partial<ClaimedFile> = {}): ClaimedFile => ({
  path,
  kind: 'file',
  sha256: 'aa',
  sha1: 'bb',
  size: 3,
  mode: 0o644,
  uid: 0,
  gid: 0,
  ...change,
});
const image = [file('b'), file('a'), file('l', { kind: 'symlink', target: 'a', mode: 0o777 })];

test('finds no difference where the SBOM claims what is there, or less of each file', () => {
  expect(compareContent(image, image)).toEqual([]);
  const less = image.map(({ path, kind, sha1 }) => ({ path, kind, sha1 }));
  expect(compareContent(image, less)).toEqual([]);
});

test('finds files that only one side has, sorted by path', () => {
  expect(compareContent(image, [file('z'), file('c'), file('b')])).toEqual([
    { path: 'a', problem: 'is not in the SBOM' },
    { path: 'c', problem: 'is in the SBOM but not in the image' },
    { path: 'l', problem: 'is not in the SBOM' },
    { path: 'z', problem: 'is in the SBOM but not in the image' },
  ]);
});

test.each([
  ['sha256', { sha256: 'ab' }, 'has sha256 aa, but ab in the SBOM'],
  ['sha1', { sha1: 'bc' }, 'has sha1 bb, but bc in the SBOM'],
  ['size', { size: 4 }, 'has size 3, but 4 in the SBOM'],
  ['mode', { mode: 0o4755 }, 'has mode 0644, but 04755 in the SBOM'],
  ['uid', { uid: 1 }, 'has uid 0, but 1 in the SBOM'],
  ['gid', { gid: 1 }, 'has gid 0, but 1 in the SBOM'],
  ['kind', { kind: 'fifo' }, 'has kind file, but fifo in the SBOM'],
  ['target', { target: 'x' }, 'has target none, but x in the SBOM'],
])('finds another %s', (_, change, problem) => {
  expect(compareContent([file('a')], [file('a', change)])).toEqual([{ path: 'a', problem }]);
});

test('takes a claim without a digest for none, and one made twice for a contradiction', () => {
  const bare = { path: 'a', kind: 'file' };
  expect(compareContent([file('a')], [bare])).toEqual([{ path: 'a', problem: 'has no digest in the SBOM' }]);
  expect(compareContent([file('a')], [file('a'), file('a')])).toEqual([{ path: 'a', problem: 'is in the SBOM twice' }]);
});

test('does not compare directories', () => {
  expect(compareContent([file('d', { kind: 'directory' })], [file('e', { kind: 'directory' })])).toEqual([]);
});

test('names the first differences and counts the others', () => {
  const differences = compareContent(image, []);
  expect(describeDifferences(differences, 2)).toBe('a is not in the SBOM; b is not in the SBOM; and 1 more');
  expect(describeDifferences(differences, 3)).toBe('a is not in the SBOM; b is not in the SBOM; l is not in the SBOM');
});
