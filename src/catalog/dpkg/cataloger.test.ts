import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { Fault } from '../../lib/faults.ts';
import { dpkg } from './cataloger.ts';
import { readStatus } from './status.ts';

const distribution = { id: 'debian', versionId: '13', prettyName: 'Debian' };
const purl = (name: string, version = '1', arch = 'amd64') =>
  `pkg:deb/debian/${name}@${version}?arch=${arch}&distro=debian-13`;

/** One paragraph a package: `name` and further fields. */
function status(...packages: Record<string, string>[]): string {
  return packages
    .map((fields) => {
      const all = { Package: 'x', Status: 'install ok installed', Version: '1', Architecture: 'amd64', ...fields };
      return `${Object.entries(all)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n')}\n`;
    })
    .join('\n');
}

const of = (...packages: Record<string, string>[]) =>
  catalogFiles(dpkg, { 'var/lib/dpkg/status': status(...packages) }, { distribution });

function thrownBy(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('packages', () => {
  test('say what the status file says', () => {
    const { packages } = of({
      Package: 'libc6',
      Version: '2.41-12+deb13u1',
      Source: 'glibc (2.41-12)',
      Maintainer: 'A B <a@example.org>',
      Homepage: 'https://example.org',
      Description: 'short\n long',
    });
    expect(packages).toMatchObject([
      {
        purl: 'pkg:deb/debian/libc6@2.41-12%2Bdeb13u1?arch=amd64&distro=debian-13&upstream=glibc%402.41-12',
        kind: 'deb',
        name: 'libc6',
        source: { name: 'glibc', version: '2.41-12' },
        maintainer: 'A B <a@example.org>',
        homepage: 'https://example.org',
        description: 'short',
        foundBy: 'dpkg',
        evidence: 'installed',
        locations: [{ path: 'var/lib/dpkg/status' }],
      },
    ]);
  });

  test('are those whose files are there, whatever dpkg still has to do', () => {
    const states = [
      'installed',
      'unpacked',
      'half-configured',
      'half-installed',
      'triggers-pending',
      'triggers-awaited',
      'Installed',
      'of-some-later-dpkg',
    ];
    const gone = ['config-files', 'not-installed', 'Config-Files'];
    const { packages } = of(
      ...[...states, ...gone].map((state) => ({ Package: state, Status: `deinstall ok ${state}` })),
    );
    expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(states));
    expect(packages).toHaveLength(states.length);
  });

  test('have the namespace of a derivative, and none invented where the image names no distribution', () => {
    const files = { 'var/lib/dpkg/status': status({}) };
    const ubuntu = { id: 'ubuntu', versionId: '24.04', prettyName: '' };
    expect(catalogFiles(dpkg, files, { distribution: ubuntu }).packages[0]?.purl).toBe(
      'pkg:deb/ubuntu/x@1?arch=amd64&distro=ubuntu-24.04',
    );
    expect(catalogFiles(dpkg, files).packages[0]?.purl).toBe('pkg:deb/debian/x@1?arch=amd64');
  });

  test('of images without dpkg stand in a folder, one file each', () => {
    const { packages, owners, read } = catalogFiles(
      dpkg,
      {
        'var/lib/dpkg/status.d/base':
          'Package: base-files\nVersion: 13\nArchitecture: amd64\nConffiles:\n /etc/issue 0123\n',
        'var/lib/dpkg/status.d/base.md5sums': `${'a'.repeat(32)}  usr/lib/os-release\n${'b'.repeat(32)}  usr/gone\n`,
        'var/lib/dpkg/status.d/tz': 'Package: tzdata\nVersion: 1\nArchitecture: all\n',
        'usr/lib/os-release': 'ID=x',
        'etc/issue': '',
        'var/lib/dpkg/status.d/deeper/file': 'none',
      },
      { distribution },
    );
    expect(packages.map((p) => [p.purl, p.locations?.[0]?.path])).toEqual([
      [purl('base-files', '13'), 'var/lib/dpkg/status.d/base'],
      [purl('tzdata', '1', 'all'), 'var/lib/dpkg/status.d/tz'],
    ]);
    expect(owners).toEqual({ 'usr/lib/os-release': purl('base-files', '13'), 'etc/issue': purl('base-files', '13') });
    expect(read).not.toContain('var/lib/dpkg/status.d/deeper/file');
  });
});

describe('dependencies', () => {
  test('are met by the first alternative that is there, in its version', () => {
    const { edges, packages } = of(
      { Package: 'a', 'Pre-Depends': 'e', Depends: 'none | b (>= 2) | c (>= 1), d (<< 1) | gone (= 3)' },
      { Package: 'b' },
      { Package: 'c' },
      { Package: 'd' },
      { Package: 'e' },
    );
    expect(edges[purl('a')]).toEqual([purl('c'), purl('e')]);
    expect(packages[0]?.unmetDependencies).toEqual(['d (<< 1) | gone (= 3)']);
  });

  test('on virtual packages are met by those who provide them, in the version that they provide', () => {
    const { edges, packages } = of(
      { Package: 'a', Depends: 'mta, abi (>= 2), old (>= 2)' },
      { Package: 'p1', Provides: 'mta, abi (= 2)' },
      { Package: 'p2', Provides: 'mta, abi (= 1), old' },
      { Package: 'b', Depends: 'named' },
      { Package: 'named' },
      { Package: 'p3', Provides: 'named' },
      { Package: 'self', Provides: 'own', Depends: 'own' },
    );
    expect(edges[purl('a')]).toEqual([purl('p1'), purl('p2')]);
    expect(packages[0]?.unmetDependencies).toEqual(['old (>= 2)']);
    expect(edges[purl('b')]).toEqual([purl('named')]);
    expect(edges[purl('self')]).toEqual([]);
  });

  test('are met by the right architecture', () => {
    const lib = (Architecture: string, fields = {}) => ({ Package: 'lib', Architecture, ...fields });
    const { edges } = of(
      lib('amd64'),
      lib('i386'),
      { Package: 'a', Depends: 'lib' },
      { Package: 'b', Architecture: 'i386', Depends: 'lib, tool, script, any:any' },
      { Package: 'tool', 'Multi-Arch': 'foreign' },
      { Package: 'script', Architecture: 'all' },
      { Package: 'any', 'Multi-Arch': 'allowed' },
    );
    expect(edges[purl('a')]).toEqual([purl('lib')]);
    expect(edges[purl('b', '1', 'i386')]).toEqual([purl('any'), purl('lib', '1', 'i386'), purl('tool')]);
  });

  test('that cannot be read are unmet, and hide no package', () => {
    // oxlint-disable-next-line no-template-curly-in-string -- what a broken package has
    expect(of({ Depends: 'y (>= ${v}), z' }).packages[0]?.unmetDependencies).toEqual(['y (>= ${v})', 'z']);
  });
});

describe('files', () => {
  test('are owned where they are, also behind merged folders', () => {
    const { owners } = catalogFiles(
      dpkg,
      {
        'var/lib/dpkg/status': status({ Package: 'dash' }, { Package: 'libc6', 'Multi-Arch': 'same' }),
        'var/lib/dpkg/info/dash.list': '/.\n/bin\n/bin/sh\n/usr/share/doc/gone\n/usr/share/caf\u00e9\n',
        'var/lib/dpkg/info/libc6:amd64.list': '/lib/libc.so.6\n',
        bin: { link: 'usr/bin' },
        lib: { link: '/usr/lib' },
        'usr/bin/sh': { link: 'dash' },
        'usr/lib/libc.so.6': '',
        'usr/share/caf\u00e9': '',
      },
      { distribution },
    );
    expect(owners).toEqual({
      'usr/bin/sh': purl('dash'),
      'usr/lib/libc.so.6': purl('libc6'),
      'usr/share/caf\u00e9': purl('dash'),
    });
  });

  test('that were diverted belong to whose they are', () => {
    const { owners } = catalogFiles(
      dpkg,
      {
        'var/lib/dpkg/status': status({ Package: 'old' }, { Package: 'new' }),
        'var/lib/dpkg/info/old.list': '/usr/bin/x\n',
        'var/lib/dpkg/info/new.list': '/usr/bin/x\n',
        'var/lib/dpkg/diversions': '/usr/bin/x\n/usr/bin/x.old\nnew\n',
        'usr/bin/x': '',
        'usr/bin/x.old': '',
      },
      { distribution },
    );
    expect(owners).toEqual({ 'usr/bin/x': purl('new'), 'usr/bin/x.old': purl('old') });
  });
});

test('licences come from the copyright file, also of a folder that links to another package', () => {
  const { packages } = catalogFiles(dpkg, {
    'var/lib/dpkg/status': status({ Package: 'a' }, { Package: 'b' }, { Package: 'c' }),
    'usr/share/doc/a/copyright':
      'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: me\nLicense: Expat\n',
    'usr/share/doc/b': { link: 'a' },
  });
  expect(packages.map((p) => p.licence?.expression)).toEqual(['MIT', 'MIT', undefined]);
});

describe('broken databases', () => {
  test.each([
    ['Version: 1\n', 'dpkg/malformed-status'],
    ['Package: a\nno field\n', 'deb/malformed-control'],
    [`Package: a\nVersion: ${'1.'.repeat(600)}\n`, 'dpkg/malformed-status'],
  ])('%.20j', (text, code) => {
    const { packages, faults } = catalogFiles(dpkg, { 'var/lib/dpkg/status': text });
    expect(packages).toEqual([]);
    expect(faults).toEqual({ 'var/lib/dpkg/status': code });
  });

  test('cause nothing but faults', () => {
    const good = status(
      { Depends: 'a | b (>= 1)', Provides: 'y (= 1)' },
      { Package: '__proto__', Source: 'constructor (1)' },
    );
    const change = fc.record({ at: fc.nat(good.length), cut: fc.nat(20), put: fc.string({ maxLength: 5 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        let text = good;
        for (const { at, cut, put } of changes) text = text.slice(0, at) + put + text.slice(at + cut);
        expect(thrownBy(() => readStatus(text))).toSatisfy((thrown) => thrown === undefined || thrown instanceof Fault);
        catalogFiles(dpkg, {
          'var/lib/dpkg/status': text,
          'var/lib/dpkg/diversions': text,
          'var/lib/dpkg/info/x.list': text,
        });
      }),
      { numRuns: 500 },
    );
  });
});

test('a file of status.d that names thousands of packages is named, not believed', () => {
  const many = Array.from({ length: 1001 }, (_, i) => `Package: p${i}\nVersion: 1\n`).join('\n');
  const { packages, faults } = catalogFiles(dpkg, { 'var/lib/dpkg/status.d/many': many });
  expect([packages, faults]).toEqual([[], { 'var/lib/dpkg/status.d/many': 'dpkg/too-many' }]);
});
