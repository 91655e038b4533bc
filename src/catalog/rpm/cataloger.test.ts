import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { mutationsOf } from '../../../test/fakes/mutations.ts';
import {
  hashRpmDatabase,
  ndbRpmDatabase,
  type RpmFields,
  rpmPackage,
  sqliteRpmDatabase,
} from '../../../test/fakes/rpm.ts';
import { rpm } from './cataloger.ts';

const distribution = { id: 'fedora', versionId: '40', prettyName: 'Fedora Linux 40' };
const purl = (name: string, version = '1-1') => `pkg:rpm/fedora/${name}@${version}?arch=x86_64&distro=fedora-40`;
const of = (packages: readonly RpmFields[], files: Record<string, string | { link: string }> = {}) =>
  catalogFiles(
    rpm,
    { 'var/lib/rpm/rpmdb.sqlite': sqliteRpmDatabase(packages.map(rpmPackage)), ...files },
    { distribution },
  );
const EQUAL = 8;

const bash: RpmFields = {
  name: 'bash',
  version: '5.2.26',
  release: '3.fc40',
  files: ['/usr/bin/bash', '/bin/sh', '/usr/share/doc/gone'],
  more: {
    epoch: [1],
    sourceRpm: 'bash-5.2.26-3.fc40.src.rpm',
    licence: 'GPLv3+',
    vendor: 'Fedora Project',
    packager: 'Builders',
    summary: 'The GNU Bourne Again shell',
    url: 'https://www.gnu.org/software/bash',
    modularityLabel: 'shell:5:2024:abc',
  },
};

describe('packages', () => {
  test.each([
    ['rpmdb.sqlite', sqliteRpmDatabase],
    ['Packages.db', ndbRpmDatabase],
    ['Packages', hashRpmDatabase],
  ])('of %s say what their headers say', (name, database) => {
    const files = {
      [`usr/lib/sysimage/rpm/${name}`]: database([rpmPackage(bash), rpmPackage({ name: 'gpg-pubkey' })]),
    };
    const { packages, faults } = catalogFiles(rpm, files, { distribution });
    expect(faults).toEqual({});
    expect(packages).toMatchObject([
      {
        purl: 'pkg:rpm/fedora/bash@5.2.26-3.fc40?arch=x86_64&distro=fedora-40&epoch=1&rpmmod=shell:5:2024:abc&upstream=bash-5.2.26-3.fc40.src.rpm',
        kind: 'rpm',
        name: 'bash',
        version: '1:5.2.26-3.fc40',
        architecture: 'x86_64',
        source: { name: 'bash', version: '5.2.26-3.fc40' },
        maintainer: 'Builders',
        description: 'The GNU Bourne Again shell',
        homepage: 'https://www.gnu.org/software/bash',
        licence: { expression: 'GPL-3.0-or-later' },
        properties: [
          { name: 'rpm:modularityLabel', value: 'shell:5:2024:abc' },
          { name: 'rpm:vendor', value: 'Fedora Project' },
        ],
        locations: [{ path: `usr/lib/sysimage/rpm/${name}` }],
      },
    ]);
  });

  test('of an image without a database stand in its manifest', () => {
    const path = 'var/lib/rpmmanifest/container-manifest-2';
    const text =
      'openssl-libs\t1.1.1k-15.cm2\t1653816591\t1653631609\tMicrosoft Corporation\t2\t4365048\tx86_64\t0\topenssl-1.1.1k-15.cm2.src.rpm\n';
    const mariner = { id: 'mariner', versionId: '2.0', prettyName: '' };
    const { packages } = catalogFiles(rpm, { [path]: text }, { distribution: mariner });
    expect(packages).toMatchObject([
      {
        purl: 'pkg:rpm/mariner/openssl-libs@1.1.1k-15.cm2?arch=x86_64&distro=mariner-2.0&epoch=2&upstream=openssl-1.1.1k-15.cm2.src.rpm',
        version: '2:1.1.1k-15.cm2',
        source: { name: 'openssl', version: '1.1.1k-15.cm2' },
        maintainer: 'Microsoft Corporation',
      },
    ]);
    expect(catalogFiles(rpm, { [path]: 'no manifest\n' }).faults).toEqual({ [path]: 'rpm/malformed-manifest' });
  });

  test('own their files where they are', () => {
    const { owners, packages } = of([bash], {
      bin: { link: 'usr/bin' },
      'usr/bin/bash': '',
      'usr/bin/sh': { link: 'bash' },
    });
    const [found] = packages;
    expect(owners).toEqual({ 'usr/bin/bash': found?.purl, 'usr/bin/sh': found?.purl });
  });
});

describe('requirements', () => {
  test('are met by names, provisions and files, and by nothing for what rpm itself knows', () => {
    const { edges, packages } = of(
      [
        {
          name: 'a',
          requires: [
            ['b', EQUAL, '1-1'],
            ['libc.so.6()(64bit)', 0, ''],
            ['/bin/sh', 0, ''],
            ['/usr/bin/env', 0, ''],
            ['rpmlib(CompressedFileNames)', (1 << 24) | 10, '3.0.4-1'],
            ['wanted', 1 << 19, ''],
            ['gone', 12, '2'],
            ['a', 0, ''],
          ],
        },
        { name: 'b' },
        { name: 'glibc', provides: [['libc.so.6()(64bit)', 0, '']] },
        { name: 'coreutils', files: ['/usr/bin/env'] },
        { name: 'shell', files: ['/usr/bin/sh'] },
      ],
      { bin: { link: 'usr/bin' }, 'usr/bin/sh': '' },
    );
    expect(edges[purl('a')]).toEqual(['b', 'coreutils', 'glibc', 'shell'].map((name) => purl(name)));
    expect(packages[0]?.unmetDependencies).toEqual(['gone >= 2']);
  });

  test('of one version are met by that one of several', () => {
    const kernel = (version: string): RpmFields => ({
      name: 'kernel',
      version,
      provides: [['kernel', EQUAL, `${version}-1`]],
    });
    const { edges } = of([
      { name: 'a', requires: [['kernel', EQUAL, '5-1']] },
      { name: 'b', requires: [['kernel', EQUAL, '6']] },
      kernel('5'),
      kernel('6'),
    ]);
    expect(edges[purl('a')]).toEqual([purl('kernel', '5-1')]);
    expect(edges[purl('b')]).toEqual([purl('kernel', '6-1')]);
  });

  test.each([
    ['(x or b)', ['b'], []],
    ['(b and c)', ['b', 'c'], []],
    ['(b and x)', [], ['(b and x)']],
    ['(b if c)', ['b'], []],
    ['(x if y)', [], []],
    ['(x if y else c)', ['c'], []],
    ['(b unless x)', ['b'], []],
    ['(both with c)', ['c'], []],
    ['(both without c)', ['b'], []],
    ['(/opt/f if c)', ['b'], []],
    ['(broken', [], ['(broken']],
    [`${'('.repeat(19)}x or b${' or x)'.repeat(19)}`, ['b'], []],
  ])('%s', (text, names, unmet) => {
    const { edges, packages } = of([
      { name: 'a', requires: [[text, 0, '']] },
      { name: 'b', provides: [['both', 0, '']], files: ['/opt/f'] },
      { name: 'c', provides: [['both', 0, '']] },
    ]);
    expect(edges[purl('a')]).toEqual(names.map((name) => purl(name)));
    expect(packages[0]?.unmetDependencies).toEqual(unmet);
  });
});

describe('databases that cannot be read whole are said to be', () => {
  test.each([
    ['rpmdb.sqlite', Buffer.alloc(200), 'sqlite/malformed'],
    ['Packages', Buffer.alloc(600), 'rpm/malformed-database'],
    ['Packages.db', Buffer.alloc(600), 'rpm/malformed-database'],
    ['rpmdb.sqlite', sqliteRpmDatabase([Buffer.from('no header')]), 'rpm/malformed-header'],
    ['rpmdb.sqlite', sqliteRpmDatabase([rpmPackage({ name: '' })]), 'rpm/malformed-header'],
    ['rpmdb.sqlite-wal', Buffer.alloc(32), 'rpm/unmerged-log'],
  ])('%s', (name, bytes, code) => {
    expect(catalogFiles(rpm, { [`var/lib/rpm/${name}`]: bytes }).faults).toEqual({ [`var/lib/rpm/${name}`]: code });
  });

  test('but an empty file is none', () => {
    expect(catalogFiles(rpm, { 'var/lib/rpm/rpmdb.sqlite-wal': '', 'var/lib/rpm/Packages': '' }).faults).toEqual({});
  });

  test('and damage causes nothing else', () => {
    const good = sqliteRpmDatabase([rpmPackage(bash), rpmPackage({ name: 'a', requires: [['bash', 0, '']] })]);
    fc.assert(
      fc.property(mutationsOf(good), (bytes) => {
        const { faults } = catalogFiles(rpm, { 'var/lib/rpm/rpmdb.sqlite': bytes }, { distribution });
        expect(Object.values(faults).join()).toMatch(/^(?:|sqlite\/malformed|rpm\/malformed-header)$/);
      }),
      { numRuns: 500 },
    );
  });
});
