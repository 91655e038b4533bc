import { describe, expect, test } from 'vitest';
import { identitiesOf, isNamedPackage, upstreamOf } from './identities.ts';

const of = (purl: string, name: string, version?: string, group?: string) =>
  identitiesOf({ purls: [purl], name, version, group });

describe('the name', () => {
  test.each([
    // What GitHub's dependency graph, and people, write beside the purl.
    ['pkg:npm/lodash@4.17.0', 'npm:lodash', undefined, 'lodash'],
    ['pkg:npm/lodash@4.17.0', 'Lodash library', undefined, 'lodash'],
    ['pkg:npm/lodash@4.17.0', 'lodash ', undefined, 'lodash'],
    ['pkg:npm/lodash@4.17.0', 'lodash\0', undefined, 'lodash'],
    ['pkg:npm/lodash@4.17.0', 'lodash', 'lodash', 'lodash'],
    ['pkg:npm/%40angular/core@1', '@angular/core', '@angular', '@angular/core'],
    ['pkg:npm/%40angular/core@1', 'core', 'angular', '@angular/core'],
    ['pkg:npm/%40angular/core@1', 'core', undefined, '@angular/core'],
    ['pkg:npm/%40angular%2Fcore@1', 'core', '@angular', '@angular/core'],
    ['pkg:pypi/django@4.0', 'django', 'python', 'django'],
    ['pkg:golang/github.com/foo/bar@v1', 'github.com/foo/bar', 'github.com/foo', 'github.com/foo/bar'],
    ['pkg:golang/github.com/foo/bar@v1', 'bar', undefined, 'github.com/foo/bar'],
    ['pkg:maven/org.a/b@1', 'b', undefined, 'org.a:b'],
    ['pkg:deb/debian/openssl@1', 'linux-libc-dev', undefined, 'openssl'],
    ['pkg:composer/a/b@1', 'b', undefined, 'a/b'],
  ])('of %s beside "%s" in the group %s is %s', (purl, name, group, is) => {
    expect(of(purl, name, '1', group)).toMatchObject([{ name: is }]);
  });

  test.each([
    ['pkg:npm/jsonstream@1', 'JSONStream', undefined, 'JSONStream'],
    ['pkg:npm/angular/core@1', 'core', '@angular', '@angular/core'],
    ['pkg:pypi/zope-interface@1', 'Zope.Interface', undefined, 'Zope.Interface'],
    ['pkg:golang/github.com/burntsushi/toml@1', 'github.com/BurntSushi/toml', undefined, 'github.com/BurntSushi/toml'],
    ['pkg:deb/debian/OpenSSL@1', 'openssl', undefined, 'openssl'],
    ['pkg:conan/vendor/openssl@1', 'OpenSSL', undefined, 'OpenSSL'],
    ['pkg:alpm/arch/pacman@1', 'pacman', 'arch', 'pacman'],
  ])('of %s is in the spelling of "%s" with the group %s: %s', (purl, name, group, is) => {
    expect(of(purl, name, '1', group)).toMatchObject([{ name: is }]);
  });
});

describe('the version', () => {
  test.each([
    ['pkg:npm/a@1.0.0', undefined, '1.0.0'],
    ['pkg:npm/a@1.0.0', '', '1.0.0'],
    ['pkg:npm/a@1.0.0', 'NOASSERTION', '1.0.0'],
    ['pkg:npm/a@1.0.0', ' 1.0.0 ', '1.0.0'],
    ['pkg:npm/a@1.0.0', '9.9.9', '1.0.0'],
    ['pkg:npm/a@1.0.0', '^1.0.0', '1.0.0'],
    ['pkg:npm/a@1.0.0', '1.0.0-rc', '1.0.0'],
    ['pkg:npm/a@1.0.0', 'v1.0.0', 'v1.0.0'],
    ['pkg:golang/stdlib@1.22.1', 'go1.22.1', 'go1.22.1'],
    ['pkg:rpm/redhat/a@1.0-2?epoch=1', '1:1.0-2', '1:1.0-2'],
    ['pkg:rpm/redhat/a@1.0', '1.0-2', '1.0-2'],
    ['pkg:deb/debian/a@1%3A1.0', '1.0', '1.0'],
  ])('of %s beside "%s" is %s', (purl, stated, is) => {
    expect(of(purl, 'a', stated)).toMatchObject([{ version: is, purl }]);
  });

  test('that a purl has not is made a part of it', () => {
    expect(of('pkg:npm/a?x=1', 'a', '1.0.0')).toEqual([
      { purl: 'pkg:npm/a@1.0.0?x=1', kind: 'npm', name: 'a', version: '1.0.0' },
    ]);
    expect(of('pkg:npm/a', 'a', 'NOASSERTION')).toMatchObject([{ purl: 'pkg:npm/a', version: '' }]);
  });
});

test('each package that the purls name is one', () => {
  const purls = ['pkg:npm/a@1', 'pkg:npm/b@2', 'pkg:npm/a@1?x=y', 'PKG:NPM/b@2', 'none', 'pkg:npm/c'];
  expect(identitiesOf({ purls, name: 'a', version: '1' })).toEqual([
    { purl: 'pkg:npm/a@1', kind: 'npm', name: 'a', version: '1' },
    { purl: 'pkg:npm/b@2', kind: 'npm', name: 'b', version: '2' },
    { purl: 'pkg:npm/c@1', kind: 'npm', name: 'c', version: '1' },
  ]);
});

test('what has no purl, or none that can be read, is said to be unidentified', () => {
  expect(identitiesOf({ name: 'a', group: 'g', version: 'NOASSERTION' })).toEqual([
    { purl: 'pkg:generic/g/a', kind: 'generic', name: 'g/a', version: '', unidentified: true },
  ]);
  expect(of('npm/lodash@1', 'lodash', '1')).toEqual([
    { purl: 'npm/lodash@1', kind: 'generic', name: 'lodash', version: '1', unidentified: true },
  ]);
  expect(of('pkg:generic/a@1', 'a', '1')).toEqual([
    { purl: 'pkg:generic/a@1', kind: 'generic', name: 'a', version: '1' },
  ]);
});

test('a purl says that something is a package unless it is of an image, or of no kind', () => {
  const named = (...purls: string[]) => isNamedPackage({ purls });
  expect([named('pkg:npm/a@1'), named('pkg:oci/a', 'PKG:NPM/a')]).toEqual([true, true]);
  expect([named(), named('pkg:oci/a'), named('pkg:docker/a'), named('pkg:generic/a'), named('a')]).toEqual(
    Array.from({ length: 5 }, () => false),
  );
});

test.each([
  ['deb', 'openssl', { name: 'openssl', version: '1' }],
  ['deb', 'openssl@3', { name: 'openssl', version: '3' }],
  ['deb', 'openssl%20(3.0.1-1)', { name: 'openssl', version: '3.0.1-1' }],
  ['rpm', 'openssl-3.0.7-27.el9.src.rpm', { name: 'openssl', version: '3.0.7-27.el9' }],
])('upstream of %s: %s', (kind, upstream, source) => {
  expect(upstreamOf(kind, `pkg:${kind}/x/libssl3@1?upstream=${upstream}`, '1')).toEqual(source);
});
