import { assert, constantFrom, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { purlPath, purlQualifier, purlVersion, purlWithVersion } from './peek.ts';
import { packageUrl, parsePackageUrl } from './purl.ts';

test.each([
  ['pkg:npm/%40scope/name@1.2.3', '@scope', 'name'],
  ['pkg:golang/github.com/B/b/v2@v2.0.1', 'github.com/B/b', 'v2'],
  ['pkg:deb/debian/libc6@2.41-12?arch=amd64', 'debian', 'libc6'],
  ['pkg:gem/rails', '', 'rails'],
  ['pkg:github/a/b@v1#sub/path@2', 'a', 'b'],
  ['pkg:generic/a@1?download_url=https://x/y@2', '', 'a'],
  ['pkg:npm/@scope/name@1', '@scope', 'name'],
  ['no purl', '', ''],
  ['pkg:', '', ''],
  ['pkg:npm/', '', ''],
])('%s has the namespace "%s" and the name "%s"', (purl, namespace, name) => {
  expect(purlPath(purl)).toEqual({ namespace, name });
});

test.each([
  ['pkg:rpm/redhat/a@1-2.module%2Bel8?arch=x86_64', '1-2.module+el8'],
  ['pkg:rpmmod/redhat/ruby@3.0:8060020220810162001:ad008a3a', '3.0:8060020220810162001:ad008a3a'],
  ['pkg:golang/github.com/B/b@v2.0.1#sub@3', 'v2.0.1'],
  ['pkg:npm/%40scope/name?x=@1', ''],
  ['pkg:npm/@scope/name', ''],
  ['no purl', ''],
])('%s has the version "%s"', (purl, version) => {
  expect(purlVersion(purl)).toBe(version);
});

test.each([
  ['pkg:deb/debian/a@1?arch=amd64&distro=debian-13&upstream=b%401', 'distro', 'debian-13'],
  ['pkg:deb/debian/a@1?arch=amd64&distro=debian-13&upstream=b%401', 'upstream', 'b@1'],
  ['pkg:deb/debian/a@1?subarch=x&arch=amd64#arch=y', 'arch', 'amd64'],
  ['pkg:deb/debian/a@1?a=%zz', 'a', '%zz'],
  ['pkg:deb/debian/arch=1', 'arch', undefined],
  ['pkg:deb/debian/a@1?b=1#arch=1', 'arch', undefined],
])('of %s the qualifier %s is %s', (purl, key, value) => {
  expect(purlQualifier(purl, key)).toBe(value);
});

test('both agree with the reader of whole package URLs', () => {
  const text = string({ minLength: 1, maxLength: 12 }).filter((one) => !/^[\s./]*$/.test(one) && one.isWellFormed());
  // packageurl-js decodes the values of qualifiers twice.
  const value = text.filter((one) => !one.includes('%'));
  const purl = record({ type: constantFrom('deb', 'cargo', 'maven'), name: text, version: text, arch: value });
  assert(
    property(purl, ({ type, name, version, arch }) => {
      const written = packageUrl({ type, namespace: 'ns', name, version, qualifiers: { arch, other: 'x' } });
      const { namespace, name: read, qualifiers } = parsePackageUrl(written);
      expect(purlPath(written)).toEqual({ namespace, name: read });
      expect(purlQualifier(written, 'arch')).toBe(qualifiers?.['arch']);
      expect(purlQualifier(written, 'other')).toBe('x');
    }),
  );
});

test.each([
  ['pkg:npm/a', '1.0.0', 'pkg:npm/a@1.0.0'],
  ['pkg:npm/%40s/a?x=1#sub', '1.0+b', 'pkg:npm/%40s/a@1.0%2Bb?x=1#sub'],
  ['pkg:deb/debian/a?arch=amd64', '1:2.0~rc1', 'pkg:deb/debian/a@1:2.0~rc1?arch=amd64'],
  ['pkg:npm/a', ' \ud800 ', 'pkg:npm/a@%EF%BF%BD'],
  ['pkg:npm/a', ' ', 'pkg:npm/a'],
])('%s with the version "%s" is %s', (purl, version, whole) => {
  expect(purlWithVersion(purl, version)).toBe(whole);
});

test('a version that makes the package URL too long is not taken', () => {
  expect(purlWithVersion('pkg:npm/a', '1'.repeat(4096))).toBe('pkg:npm/a');
});
