import { expect, test } from 'vitest';
import { packageUrl, parsePackageUrl, tidyPackageUrl } from './purl.ts';

test.each([
  ['pkg:npm/%40babel/core@7.0.0', { type: 'npm', namespace: '@babel', name: 'core', version: '7.0.0' }],
  ['pkg:pypi/foo-bar@1', { type: 'pypi', name: 'Foo_Bar', version: '1' }],
  ['pkg:generic/a%2B%2B@1%2B2', { type: 'generic', name: 'a++', version: '1+2' }],
  [
    'pkg:deb/debian/a@1:2?arch=all',
    { type: 'deb', namespace: 'debian', name: 'a', version: '1:2', qualifiers: { arch: 'all', distro: '' } },
  ],
])('%s', (text, parts) => {
  expect(packageUrl(parts)).toBe(text);
  expect(packageUrl(parsePackageUrl(text))).toBe(text);
});

test('refuses what names no package', () => {
  expect(() => packageUrl({ type: 'npm', name: '' })).toThrow(expect.objectContaining({ code: 'purl/malformed' }));
  expect(() => packageUrl({ type: 'npm', name: 'a'.repeat(5000) })).toThrow(
    expect.objectContaining({ code: 'purl/malformed' }),
  );
  for (const text of ['', 'npm/a@1', 'pkg:', 'pkg:npm', `pkg:npm/${'a'.repeat(5000)}`]) {
    expect(() => parsePackageUrl(text)).toThrow(expect.objectContaining({ code: 'purl/malformed' }));
  }
});

test.each([
  ['pkg://npm/lodash@1', 'pkg:npm/lodash@1'],
  ['PKG:NPM//lodash@1', 'pkg:npm/lodash@1'],
  ['pkg:npm/lodash/@1', 'pkg:npm/lodash@1'],
  [' pkg:npm/@a/b/@1', 'pkg:npm/%40a/b@1'],
  ['pkg:deb/debian/a@1?Arch=all', 'pkg:deb/debian/a@1?arch=all'],
])('%s is %s', (odd, tidy) => {
  expect(tidyPackageUrl(odd)).toBe(tidy);
});

test.each(['pkg:npm/@a/b@1', 'pkg:generic/a@1?vcs_url=x/@y&z=', 'pkg:npm/', 'no purl', 'pkg:npm/@a'])(
  'leaves %s as it stands',
  (text) => {
    expect(tidyPackageUrl(text)).toBe(text);
  },
);
