import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distributionPaths, readDistribution, readVariables } from './os-release.ts';

const of = (path: string, text: string) => readDistribution([{ path, text }]);

test('reads os-release by the rules of a shell', () => {
  const text = `# comment
NAME="Debian \\"GNU\\"/Linux"
VERSION_ID='13'
ID=debian
ID_LIKE="one  two"
VERSION_CODENAME=trixie # not part of it
PRETTY_NAME="A \\$B \\\\ \\\` \\n"
export X=a\\ b
BUG_REPORT_URL="unfinished
`;
  expect(of('etc/os-release', text)).toEqual({
    id: 'debian',
    versionId: '13',
    prettyName: 'A $B \\ ` \\n',
    like: ['one', 'two'],
    codename: 'trixie',
  });
  expect(readVariables(text).get('X')).toBe('a b');
  expect(readVariables(text).get('NAME')).toBe('Debian "GNU"/Linux');
});

test('takes a missing ID for linux, and a file without names for none', () => {
  expect(of('etc/os-release', 'NAME=Some\nVERSION_ID=1')).toMatchObject({ id: 'linux', prettyName: 'Some 1' });
  expect(of('etc/os-release', 'VERSION_ID=1')).toBeUndefined();
  expect(of('etc/os-release', 'ID="no id"')).toBeUndefined();
});

test('believes os-release before what older systems have', () => {
  const files = [
    { path: 'etc/debian_version', text: '12.5\n' },
    { path: 'usr/lib/os-release', text: 'ID=ubuntu\nVERSION_ID="24.04"\n' },
  ];
  expect(readDistribution(files)).toMatchObject({ id: 'ubuntu', versionId: '24.04' });
});

test.each([
  ['etc/alpine-release', '3.12.0\n', { id: 'alpine', versionId: '3.12.0' }],
  ['etc/debian_version', '12.5\n', { id: 'debian', versionId: '12' }],
  ['etc/debian_version', 'trixie/sid\n', { id: 'debian', versionId: '', codename: 'trixie' }],
  ['etc/redhat-release', 'CentOS Linux release 7.9.2009 (Core)\n', { id: 'centos', versionId: '7' }],
  ['etc/redhat-release', 'Red Hat Enterprise Linux Server release 6.10 (Santiago)', { id: 'rhel', versionId: '6.10' }],
  ['etc/system-release', 'Amazon Linux AMI release 2018.03', { id: 'amzn', versionId: '2018.03' }],
  ['etc/fedora-release', 'Fedora release 20 (Heisenbug)', { id: 'fedora', versionId: '20', codename: 'heisenbug' }],
  [
    'etc/lsb-release',
    'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\nDISTRIB_CODENAME=trusty\nDISTRIB_DESCRIPTION="Ubuntu 14.04.6 LTS"\n',
    { id: 'ubuntu', versionId: '14.04', codename: 'trusty', prettyName: 'Ubuntu 14.04.6 LTS' },
  ],
  ['bin/busybox', '\x7fELF\0\xffBusyBox v1.31.1 (2019)', { id: 'busybox', versionId: '1.31.1' }],
])('%s: %j', (path, text, expected) => {
  expect(of(path, text)).toMatchObject(expected);
});

test('throws for no text', () => {
  const path = fc.constantFrom(...distributionPaths);
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('=', '"', "'", '\\', '\n', 'I', 'D', ' ', '(', '1') }),
  );
  fc.assert(
    fc.property(path, text, (at, content) => {
      expect(() => of(at, content)).not.toThrow();
    }),
  );
});
