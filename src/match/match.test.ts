import { describe, expect, test } from 'vitest';
import { advisory, affected, type FakeRecords, fakeIndex, notAffected } from '../../test/fakes/advisory-index.ts';
import { bomOf, deb, pkg, trixie } from '../../test/fakes/packages.ts';
import type { Affected } from '../advisory/types.ts';
import type { Bom } from '../bom/types.ts';
import { ecosystemsOf, match } from './match.ts';
import type { Finding } from './types.ts';

/** `CVE-1 libc6 affected`, those that are suppressed with who decided. */
function lines(bom: Bom, records: FakeRecords): string[] {
  return match(bom, fakeIndex(records)).findings.map(lineOf);
}

function lineOf({ id, package: p, status, decisions }: Finding): string {
  return [id, p.name, status, ...decisions.map(({ by }) => `by ${by}`)].join(' ');
}

const tracker = (id: string, ...list: readonly Affected[]) => advisory(id, 'debian-tracker', list);
const archive = (id: string, ...list: readonly Affected[]) => advisory(id, 'debian-archive', list);
const osv = (id: string, ...list: readonly Affected[]) => advisory(id, 'osv', list);

test('a Maven artifact is known by its package URL, its divider encoded or not', () => {
  const advisories = [osv('GHSA-a', affected('Maven', 'org.example:a'))];
  const bom = bomOf([pkg('pkg:maven/org.example/a@1'), pkg('pkg:maven/org.example%2Fa@2')], undefined);
  expect(match(bom, fakeIndex({ advisories })).findings).toHaveLength(2);
});

describe('a Debian package', () => {
  const glibc = affected('Debian:13', 'glibc', '2.41-12+deb13u1');

  test('is matched by its source and the source’s version', () => {
    const bom = bomOf([
      deb('libc6', '2.41-12', 'glibc'),
      deb('glibc', '1.0-1', 'other', '9-1'),
      deb('libz', '1:3+b1', 'glibc', '2.41-12+deb13u1'),
    ]);
    expect(lines(bom, { advisories: [tracker('CVE-1', glibc)] })).toEqual(['CVE-1 libc6 affected']);
  });

  test('is never compared by the number of its rebuild', () => {
    const bom = bomOf([deb('a', '1.0-1+b2'), deb('b', '1.0-1+b2', 'src-b', '')]);
    const advisories = [
      tracker('CVE-1', affected('Debian:13', 'a', '1.0-1+b1'), affected('Debian:13', 'src-b', '1.0-1+a')),
    ];
    expect(lines(bom, { advisories })).toEqual(['CVE-1 a affected', 'CVE-1 b affected']);
  });

  test('has no finding where the suite’s fix is installed, whatever is said of every release', () => {
    const bom = bomOf([deb('libc6', '2.41-12+deb13u1', 'glibc')]);
    const advisories = [tracker('CVE-1', glibc), osv('CVE-1', affected('Debian', 'glibc', '2.42-1'))];
    expect(lines(bom, { advisories })).toEqual([]);
    expect(lines(bom, { advisories: advisories.slice(1) })).toEqual(['CVE-1 libc6 affected']);
  });

  test('keeps what its packager denies, where another feed says it', () => {
    const bom = bomOf([deb('libc6', '2.41-12', 'glibc')]);
    const denied = tracker('CVE-1', notAffected('Debian:13', 'glibc'));
    expect(lines(bom, { advisories: [denied] })).toEqual([]);
    expect(lines(bom, { advisories: [denied, archive('CVE-1', glibc)] })).toEqual([
      'CVE-1 libc6 not-affected by packager',
    ]);
    const [finding] = match(bom, fakeIndex({ advisories: [denied, archive('CVE-1', glibc)] })).findings;
    expect(finding).toMatchObject({
      evidence: [{ feed: 'debian-archive', advisory: 'CVE-1', range: { introduced: '0', fixed: '2.41-12+deb13u1' } }],
      decisions: [{ source: 'debian-tracker CVE-1.json', status: 'not-affected' }],
      fix: { state: 'fixed', versions: ['2.41-12+deb13u1'] },
    });
  });

  test('is affected where its own packager denies it for other releases only', () => {
    const bom = bomOf([deb('libc6', '2.41-12', 'glibc')]);
    const advisories = [tracker('CVE-1', affected('Debian:13', 'glibc'), notAffected('Debian', 'glibc'))];
    expect(lines(bom, { advisories })).toEqual(['CVE-1 libc6 affected']);
  });

  test('has the fix of a deferred vulnerability where the suite has it', () => {
    const deferred = tracker('CVE-1', affected('Debian:13', 'glibc', undefined, { fix: 'deferred' }));
    const advisories = [deferred, archive('CVE-1', glibc)];
    const index = fakeIndex({ advisories });
    expect(match(bomOf([deb('libc6', '2.41-12', 'glibc')]), index).findings).toMatchObject([
      { status: 'affected', fix: { state: 'fixed', versions: ['2.41-12+deb13u1'] } },
    ]);
    expect(match(bomOf([deb('libc6', '2.41-12+deb13u1', 'glibc')]), index).findings).toEqual([]);
    expect(
      match(bomOf([deb('libc6', '2.41-12', 'glibc')]), fakeIndex({ advisories: [deferred] })).findings,
    ).toMatchObject([{ fix: { state: 'deferred', versions: [] } }]);
  });

  test('needs the highest of several fixes', () => {
    const advisories = [
      tracker('DSA-1-1', affected('Debian:13', 'glibc', '2.41-12+deb13u1', { fixedBy: 'DSA-1-1', fixedAt: 1 })),
      advisory(
        'DSA-1-2',
        'debian-tracker',
        [affected('Debian:13', 'glibc', '2.41-12+deb13u2', { fixedBy: 'DSA-1-2', fixedAt: 2 })],
        { covers: ['CVE-1'] },
      ),
      advisory('DSA-1-0', 'debian-tracker', [affected('Debian:13', 'glibc', '2.41-12+deb13u1')], { covers: ['CVE-1'] }),
    ];
    const [finding] = match(
      bomOf([deb('libc6', '2.41-12', 'glibc')]),
      fakeIndex({ advisories: advisories.slice(1) }),
    ).findings;
    expect(finding?.fix).toEqual({ state: 'fixed', versions: ['2.41-12+deb13u2'], published: 2, advisory: 'DSA-1-2' });
    const half = bomOf([deb('libc6', '2.41-12+deb13u1', 'glibc')]);
    expect(lines(half, { advisories: advisories.slice(1) })).toEqual(['CVE-1 libc6 affected']);
  });

  test('keeps the id of an advisory without a CVE, and gets one finding of each vulnerability that one covers', () => {
    const bom = bomOf([deb('libc6', '2.41-12', 'glibc')]);
    const advisories = [
      tracker('DSA-2-1', glibc),
      advisory('DSA-3-1', 'debian-tracker', [glibc], { covers: ['CVE-1', 'CVE-2'] }),
    ];
    expect(lines(bom, { advisories })).toEqual([
      'CVE-1 libc6 affected',
      'CVE-2 libc6 affected',
      'DSA-2-1 libc6 affected',
    ]);
  });

  test('of which the packager has not decided is under investigation, unless another feed says more', () => {
    const bom = bomOf([deb('libc6', '2.41-12', 'glibc')]);
    const undecided = tracker('CVE-1', affected('Debian:13', 'glibc', undefined, { status: 'under-investigation' }));
    expect(lines(bom, { advisories: [undecided] })).toEqual(['CVE-1 libc6 under-investigation']);
    expect(lines(bom, { advisories: [undecided, archive('CVE-1', glibc)] })).toEqual(['CVE-1 libc6 affected']);
  });

  test('is not matched where somebody else made it', () => {
    const bom = bomOf([
      deb('nodejs', '20.11.1-1nodesource1'),
      deb('docker-ce', '5:26.1.0-1', 'docker-ce', '5:26.1.0-1', { maintainer: 'Docker <support@docker.com>' }),
    ]);
    const advisories = [tracker('CVE-1', affected('Debian:13', 'nodejs'), affected('Debian:13', 'docker-ce'))];
    const { findings, notCovered, covered } = match(bom, fakeIndex({ advisories }));
    expect(findings).toEqual([]);
    expect(notCovered.map(({ name, reason, ecosystem }) => [name, reason, ecosystem])).toEqual([
      ['docker-ce', 'third-party', 'Debian:13'],
      ['nodejs', 'third-party', 'Debian:13'],
    ]);
    expect(covered).toBe(0);
  });

  test('is not touched by what touches other packages of its source alone', () => {
    const bom = bomOf([deb('zlib1g', '1:1.3-1', 'zlib'), deb('minizip', '1:1.3-1', 'zlib')]);
    const advisories = [
      tracker('CVE-1', affected('Debian:13', 'zlib', undefined, { only: { notPackages: ['zlib1g'] } })),
    ];
    expect(lines(bom, { advisories })).toEqual(['CVE-1 minizip affected']);
  });

  test('with a signature is what it was built of', () => {
    const bom = bomOf([
      deb('linux-image-6.12', '6.12.48-1', 'linux-signed-amd64', '6.12.48+1'),
      deb('grub-efi-amd64-signed', '1+2.12+9', 'grub-efi-amd64-signed', '1+2.12+9+deb13u1'),
    ]);
    const advisories = [
      tracker('CVE-1', affected('Debian:13', 'linux', '6.12.57-1'), affected('Debian:13', 'grub2', '2.12-9+deb13u2')),
    ];
    expect(match(bom, fakeIndex({ advisories })).findings.map(({ evidence }) => evidence[0]?.version)).toEqual([
      '2.12-9+deb13u1',
      '6.12.48-1',
    ]);
  });
});

describe('a package of a registry', () => {
  test('is one finding under all its names with all evidence', () => {
    const advisories = [
      advisory('GHSA-a', 'osv', [affected('PyPI', 'zope-interface', '5.0')], { aliases: ['CVE-9', 'PYSEC-1'] }),
      advisory('PYSEC-1', 'osv', [affected('PyPI', 'zope-interface', '5.1')], { aliases: ['CVE-9'] }),
    ];
    const bom = bomOf([pkg('pkg:pypi/zope-interface@4.0', { name: 'Zope.Interface' })], undefined);
    const [finding, ...others] = match(bom, fakeIndex({ advisories })).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      id: 'CVE-9',
      aliases: ['GHSA-a', 'PYSEC-1'],
      evidence: [{ advisory: 'GHSA-a' }, { advisory: 'PYSEC-1' }],
      fix: { state: 'fixed', versions: ['5.1'] },
    });
  });

  test('is fixed first in its own line of releases', () => {
    const ranges = [
      { introduced: '1.0.0', fixed: '1.4.2' },
      { introduced: '2.0.0', fixed: '2.1.3' },
      { introduced: '3.0.0', fixed: '3.0.1' },
    ];
    const advisories = [osv('GHSA-a', affected('npm', 'a', undefined, { ranges, fix: 'fixed' }))];
    const [finding] = match(bomOf([pkg('pkg:npm/a@2.0.5')], undefined), fakeIndex({ advisories })).findings;
    expect(finding?.fix.versions).toEqual(['2.1.3', '3.0.1']);
  });

  test('that a distribution’s package owns is the distribution’s, where its advisories are complete', () => {
    const owner = deb('python3-urllib3', '2.3.0-3', 'python-urllib3');
    const owned = pkg('pkg:pypi/urllib3@2.3.0', { ownedBy: owner.purl, locations: [{ path: 'usr/lib/python3/x' }] });
    const ghsa = advisory('GHSA-a', 'osv', [affected('PyPI', 'urllib3', '2.5.0')], { aliases: ['CVE-1'] });
    const bom = bomOf([owner, owned]);
    const covers = [
      { ecosystem: 'PyPI', feed: 'osv', scope: 'all' },
      { ecosystem: 'Debian:13', feed: 'debian-tracker', scope: 'all' },
    ] as const;
    expect(lines(bom, { advisories: [ghsa], covers })).toEqual(['CVE-1 urllib3 not-affected by owner']);
    const patched = tracker('CVE-1', affected('Debian:13', 'python-urllib3', '2.3.0-2'));
    expect(lines(bom, { advisories: [ghsa, patched], covers })).toEqual(['CVE-1 urllib3 fixed by owner']);
    const open = tracker('CVE-1', affected('Debian:13', 'python-urllib3'));
    expect(lines(bom, { advisories: [ghsa, open], covers })).toEqual([
      'CVE-1 urllib3 not-affected by owner',
      'CVE-1 python3-urllib3 affected',
    ]);
  });

  test('stays affected where its owner’s distribution tells of fixes alone, and does not name this one', () => {
    const owner = deb('python3-urllib3', '2.3.0-3', 'python-urllib3');
    const owned = pkg('pkg:pypi/urllib3@2.3.0', { ownedBy: owner.purl, locations: [{ path: 'usr/lib/python3/x' }] });
    const ghsa = advisory('GHSA-a', 'osv', [affected('PyPI', 'urllib3', '2.5.0')], { aliases: ['CVE-1'] });
    const covers = [
      { ecosystem: 'PyPI', feed: 'osv', scope: 'all' },
      { ecosystem: 'Debian:13', feed: 'debian-archive', scope: 'fixed-only' },
    ] as const;
    expect(lines(bomOf([owner, owned]), { advisories: [ghsa], covers })).toEqual(['CVE-1 urllib3 affected']);
    const named = archive('CVE-1', affected('Debian:13', 'python-urllib3', '2.3.0-3'));
    expect(lines(bomOf([owner, owned]), { advisories: [ghsa, named], covers })).toEqual([
      'CVE-1 urllib3 fixed by owner',
    ]);
  });

  test('stays affected where its files lie in no place of the system’s, whoever lists them', () => {
    const owner = deb('base-files', '12.4');
    const advisories = [osv('GHSA-a', affected('npm', 'a')), tracker('CVE-7', affected('Debian:13', 'x'))];
    const covers = [
      { ecosystem: 'npm', feed: 'osv', scope: 'all' },
      { ecosystem: 'Debian:13', feed: 'debian-tracker', scope: 'all' },
    ] as const;
    const at = (...paths: readonly string[]) => {
      const locations = paths.map((path) => ({ path }));
      return lines(bomOf([owner, pkg('pkg:npm/a@1', { ownedBy: owner.purl, locations })]), { advisories, covers });
    };
    const system = 'usr/share/nodejs/a/package.json';
    expect(at(system)).toEqual(['GHSA-a a not-affected by owner']);
    const others = ['app/a/package.json', 'usr/local/lib/node_modules/a/package.json', 'opt/a/package.json'];
    expect(others.map((path) => at(system, path))).toEqual(others.map(() => ['GHSA-a a affected']));
    // Of which nobody says a place.
    expect(at()).toEqual(['GHSA-a a affected']);
  });

  test('of which no feed speaks is covered where its owner is', () => {
    const owner = deb('openssl', '3.5.1-1');
    const program = pkg('pkg:generic/openssl@3.5.1', { ownedBy: owner.purl, locations: [{ path: 'usr/bin/openssl' }] });
    const advisories = [tracker('CVE-1', affected('Debian:13', 'x'))];
    expect(match(bomOf([owner, program]), fakeIndex({ advisories }))).toMatchObject({ covered: 2, notCovered: [] });
    expect(match(bomOf([owner, program]), fakeIndex({ advisories: [] }))).toMatchObject({ covered: 0 });
  });

  test('stays affected where its owner is of somebody else', () => {
    const owner = deb('nodejs', '20.11.1-1nodesource1');
    const owned = pkg('pkg:npm/npm@10.2.4', { ownedBy: owner.purl, locations: [{ path: 'usr/lib/node/npm' }] });
    const advisories = [osv('GHSA-a', affected('npm', 'npm')), tracker('CVE-7', affected('Debian:13', 'nodejs'))];
    expect(lines(bomOf([owner, owned]), { advisories })).toEqual(['GHSA-a npm affected']);
  });

  test('that the document does not identify is told apart from one of a kind that no feed knows', () => {
    const known = pkg('pkg:generic/x@1');
    const bom = bomOf([known, pkg('pkg:generic/y@1', { unidentified: true })]);
    const { notCovered } = match(bom, fakeIndex({ advisories: [] }));
    expect(notCovered.map(({ name, reason }) => [name, reason])).toEqual([
      ['x', 'kind'],
      ['y', 'no-purl'],
    ]);
  });

  test('without a version is held by what is said of every version alone', () => {
    const advisories = [osv('MAL-1', affected('npm', 'bad')), osv('GHSA-a', affected('npm', 'bad', '2.0.0'))];
    const { findings, notCovered } = match(bomOf([pkg('pkg:npm/bad')], undefined), fakeIndex({ advisories }));
    expect(findings.map(lineOf)).toEqual(['MAL-1 bad affected']);
    expect(notCovered.map(({ reason }) => reason)).toEqual(['no-version']);
  });

  test('tells through what it is needed', () => {
    const to = (name: string) => `pkg:npm/${name}@1.0.0`;
    const packages = [
      pkg(to('app'), { dependencies: [to('a'), to('b')] }),
      pkg(to('a'), { dependencies: [to('deep')] }),
      pkg(to('b'), { dependencies: [to('deep')] }),
      pkg(to('tool'), { dependencies: [to('deep')] }),
      pkg(to('deep'), { dependencies: [] }),
    ];
    const [finding] = match(
      bomOf(packages, undefined),
      fakeIndex({ advisories: [osv('GHSA-a', affected('npm', 'deep'))] }),
    ).findings;
    expect(finding?.package.parents).toEqual([[to('tool')], [to('app'), to('a')]]);
  });
});

describe('Go', () => {
  const stdlib = osv('GO-1', affected('Go', 'stdlib', '1.22.3'));

  test.each([
    ['go1.22.1', true],
    ['1.22.1 X:boringcrypto', true],
    ['go1.22.1-X:boringcrypto', true],
    ['1.22.3', false],
    ['go1.22.3-X:nocoverageredesign', false],
  ])('reads the standard library’s version %s', (version, isAffected) => {
    const bom = bomOf([pkg('pkg:golang/stdlib', { name: 'stdlib', version })], undefined);
    expect(lines(bom, { advisories: [stdlib] })).toHaveLength(isAffected ? 1 : 0);
  });

  test('compares no commit of a main module, and every one of a module that it needs', () => {
    const advisories = [
      osv('GO-2', affected('Go', 'example.com/a', '1.2.3'), affected('Go', 'example.com/b', '1.2.3')),
    ];
    const bom = bomOf(
      [
        pkg('pkg:golang/example.com/a@v0.0.0-20240101000000-abcdefabcdef', {
          properties: [{ name: 'go:toolchain', value: '1.22.1' }],
        }),
        pkg('pkg:golang/example.com/b@v0.0.0-20240101000000-abcdefabcdef'),
      ],
      undefined,
    );
    const { findings, notCovered } = match(bom, fakeIndex({ advisories }));
    expect(findings.map(lineOf)).toEqual(['GO-2 example.com/b affected']);
    expect(notCovered.map(({ name, reason }) => [name, reason])).toEqual([['example.com/a', 'no-version']]);
  });

  test('holds what is said of pseudo-versions alone against these, and of releases against releases', () => {
    const only = (goVersions: 'pseudo' | 'released') =>
      osv(`GO-${goVersions}`, affected('Go', 'example.com/a', undefined, { only: { goVersions } }));
    const bom = bomOf(
      [pkg('pkg:golang/example.com/a@v0.0.0-20240101000000-abcdefabcdef'), pkg('pkg:golang/example.com/a@v1.2.3')],
      undefined,
    );
    const { findings } = match(bom, fakeIndex({ advisories: [only('pseudo'), only('released')] }));
    expect(findings.map((one) => [one.id, one.package.version])).toEqual([
      ['GO-pseudo', 'v0.0.0-20240101000000-abcdefabcdef'],
      ['GO-released', 'v1.2.3'],
    ]);
  });

  test('finds a module under a name in another case: its host knows one repository', () => {
    const bom = bomOf([pkg('pkg:golang/github.com/burntsushi/toml@v1.0.0', { name: 'github.com/BurntSushi/toml' })]);
    const advisories = [osv('GO-5', affected('Go', 'github.com/burntsushi/toml', '1.1.0'))];
    expect(lines(bom, { advisories })).toEqual(['GO-5 github.com/BurntSushi/toml affected']);
  });

  test('takes a build of a published version of Python for that version', () => {
    const ranges = [{ introduced: '0', lastAffected: '2.0.1' }];
    const advisories = [osv('PYSEC-1', affected('PyPI', 'torch', undefined, { ranges }))];
    const found = (version: string) => lines(bomOf([pkg(`pkg:pypi/torch@${version}`)]), { advisories }).length;
    expect(['2.0.1', '2.0.1%2Bcu118', '2.0.2%2Bcu118'].map(found)).toEqual([1, 1, 0]);
    const named = [
      osv('PYSEC-2', affected('PyPI', 'torch', undefined, { ranges: [], versions: ['2.0.1', '2.0.2+b'] })),
    ];
    const meant = (version: string) => lines(bomOf([pkg(`pkg:pypi/torch@${version}`)]), { advisories: named }).length;
    expect(['2.0.1%2Bcu118', '2.0.2%2Ba', '2.0.2%2Bb'].map(meant)).toEqual([1, 0, 1]);
    const local = [osv('PYSEC-3', affected('PyPI', 'torch', '2.0.1+b'))];
    const before = (version: string) => lines(bomOf([pkg(`pkg:pypi/torch@${version}`)]), { advisories: local }).length;
    expect(['2.0.1%2Ba', '2.0.1%2Bb'].map(before)).toEqual([1, 0]);
  });

  test('leaves out what other systems have alone, where programs say theirs', () => {
    const windows = osv('GO-3', affected('Go', 'stdlib', '1.22.3', { only: { goos: ['windows'] } }));
    const library = pkg('pkg:golang/stdlib@1.22.1');
    const program = (os: string) =>
      pkg(`pkg:golang/m@v1.0.0?os=${os}`, { name: 'm', properties: [{ name: 'go:build:GOOS', value: os }] });
    expect(lines(bomOf([library, program('linux')], undefined), { advisories: [windows] })).toEqual([]);
    expect(
      lines(bomOf([library, program('linux'), program('windows')], undefined), { advisories: [windows] }),
    ).toHaveLength(1);
    expect(lines(bomOf([library], undefined), { advisories: [windows] })).toHaveLength(1);
  });

  test('merges the Go database’s records with GitHub’s', () => {
    const advisories = [
      advisory('GO-4', 'osv', [affected('Go', 'example.com/a', '1.2.3')], { aliases: ['CVE-4', 'GHSA-4'] }),
      advisory('GHSA-4', 'osv', [affected('Go', 'example.com/a', '1.2.3')], { aliases: ['CVE-4'] }),
    ];
    const bom = bomOf([pkg('pkg:golang/example.com/a@v1.2.2')], undefined);
    expect(match(bom, fakeIndex({ advisories })).findings).toMatchObject([
      { id: 'CVE-4', aliases: ['GHSA-4', 'GO-4'] },
    ]);
  });
});

describe('RPM', () => {
  const rhel = { id: 'rhel', versionId: '9.4', prettyName: 'Red Hat Enterprise Linux 9.4' };
  const rpm = (name: string, version: string, more: object = {}) =>
    pkg(`pkg:rpm/redhat/${name}@${version}`, { name, version, ...more });
  const redhat = (id: string, ...list: readonly Affected[]) => advisory(id, 'redhat', list);
  const nine = 'Red Hat:enterprise_linux:9';

  test('counts a missing epoch as 0 and one that stands in the package URL', () => {
    const bom = bomOf(
      [rpm('a', '1.0-1.el9'), pkg('pkg:rpm/redhat/b@1.0-1.el9?epoch=2', { name: 'b', version: '1.0-1.el9' })],
      rhel,
    );
    const advisories = [redhat('CVE-1', affected(nine, 'a', '1:0.9-1.el9'), affected(nine, 'b', '1:3.0-1.el9'))];
    expect(lines(bom, { advisories })).toEqual(['CVE-1 a affected']);
  });

  test('keeps modules apart', () => {
    const label = (value: string) => ({ properties: [{ name: 'rpm:modularityLabel', value }] });
    const bom = bomOf(
      [
        rpm('nodejs', '18.1-1.module+el9', label('nodejs:18:9040020240101:rhel9')),
        rpm('npm', '8-1.module+el9', label('nodejs:20:9040020240101:rhel9')),
        rpm('plain', '1-1.el9'),
      ],
      rhel,
    );
    const fixed = (name: string, module?: string) =>
      affected(nine, name, '99-1', module === undefined ? {} : { only: { module } });
    const advisories = [
      redhat('CVE-1', fixed('nodejs', 'nodejs:18'), fixed('npm', 'nodejs:18'), fixed('plain', 'x:1')),
      redhat('CVE-2', fixed('npm'), fixed('plain')),
    ];
    expect(lines(bom, { advisories })).toEqual(['CVE-1 nodejs affected', 'CVE-2 plain affected']);
  });

  test('holds only for the architectures that are named', () => {
    const bom = bomOf([rpm('a', '1-1', { architecture: 'x86_64' }), rpm('b', '1-1', { architecture: 'noarch' })], rhel);
    const only = { only: { architectures: ['s390x'] } };
    const advisories = [redhat('CVE-1', affected(nine, 'a', '2-1', only), affected(nine, 'b', '2-1', only))];
    expect(lines(bom, { advisories })).toEqual(['CVE-1 b affected']);
  });

  test('of a stream of its own is judged by that, and by the main one where that says nothing', () => {
    const eus = { ...rhel, stream: 'rhel_eus:9.4' };
    const list = [rpm('a', '1-1.el9_4.3', { source: { name: 'src', version: '1-1.el9_4.3' } })];
    const own = 'Red Hat:rhel_eus:9.4';
    const advisories = [
      // Fixed in the stream by a version that is lower than the main one's.
      redhat('CVE-1', affected(own, 'a', '1-1.el9_4.3'), affected(nine, 'a', '1-5.el9')),
      redhat('CVE-2', affected(own, 'a', '1-1.el9_4.4'), affected(nine, 'a', '1-0.el9')),
      redhat('CVE-3', affected(nine, 'a', '1-5.el9')),
      redhat('CVE-4', affected(own, 'src', '1-1.el9_4.3'), affected(nine, 'a', '1-5.el9')),
    ];
    expect(lines(bomOf(list, eus), { advisories })).toEqual(['CVE-2 a affected', 'CVE-3 a affected']);
    expect(lines(bomOf(list, rhel), { advisories })).toEqual([
      'CVE-1 a affected',
      'CVE-3 a affected',
      'CVE-4 a affected',
    ]);
    expect(ecosystemsOf(bomOf(list, eus))).toEqual([nine, own]);
  });

  test('says by which stream it was judged', () => {
    const eus = { ...rhel, stream: 'rhel_eus:9.4' };
    const of = (distribution: typeof rhel, ...ecosystems: readonly string[]) =>
      match(
        bomOf([], distribution),
        fakeIndex({ advisories: ecosystems.map((name) => redhat(`CVE-${name}`, affected(name, 'x'))) }),
      ).stream;
    expect(of(eus, nine, 'Red Hat:rhel_eus:9.4')).toEqual({ judged: 'rhel_eus:9.4', named: 'rhel_eus:9.4' });
    expect(of(eus, nine)).toEqual({ judged: 'enterprise_linux:9', named: 'rhel_eus:9.4' });
    expect(of(rhel, nine)).toEqual({ judged: 'enterprise_linux:9', named: undefined });
    expect([of(rhel), of({ ...rhel, id: 'rocky' }, nine)]).toEqual([undefined, undefined]);
  });

  test('of another vendor is nobody’s', () => {
    const bom = bomOf([rpm('nginx', '1-1', { properties: [{ name: 'rpm:vendor', value: 'NGINX Packaging' }] })], rhel);
    const { findings, notCovered } = match(bom, fakeIndex({ advisories: [redhat('CVE-1', affected(nine, 'nginx'))] }));
    expect([findings, notCovered.map(({ reason }) => reason)]).toEqual([[], ['third-party']]);
  });
});

test('says of what nothing is known, and why', () => {
  const bom = bomOf(
    [
      pkg('pkg:apk/alpine/musl@1.2.5-r0?distro=alpine-3.99'),
      pkg('pkg:generic/openssl@3.0.1'),
      pkg('pkg:generic/node@20.1.0'),
      pkg('pkg:npm/a@not-a-version'),
      pkg('pkg:npm/b@1.0.0'),
      pkg('pkg:deb/kali/x@1?distro=kali-2024.1'),
    ],
    undefined,
  );
  const { notCovered, covered } = match(bom, fakeIndex({ advisories: [osv('GHSA-a', affected('npm', 'a', '2.0.0'))] }));
  expect(notCovered.map(({ name, reason, ecosystem }) => [name, reason, ecosystem])).toEqual([
    ['alpine/musl', 'no-feed', 'Alpine:v3.99'],
    ['kali/x', 'no-feed', undefined],
    ['node', 'no-feed', 'Bitnami'],
    ['openssl', 'kind', undefined],
    ['a', 'version-unreadable', 'npm'],
  ]);
  expect(covered).toBe(1);
});

describe('headers of the kernel', () => {
  const headers = deb('linux-libc-dev', '6.1.176-1', 'linux');
  const records = { advisories: [tracker('CVE-1', affected('Debian:13', 'linux', '6.1.192-1'))] };

  test('are not looked up, and named; the kernel itself is', () => {
    const bom = bomOf([headers, deb('linux-image-6.1.0-40-amd64', '6.1.176-1', 'linux-signed-amd64', '6.1.176+1')]);
    const { findings, notCovered, covered } = match(bom, fakeIndex(records));
    expect(findings.map(lineOf)).toEqual(['CVE-1 linux-image-6.1.0-40-amd64 affected']);
    expect(notCovered.map(({ name, reason, ecosystem }) => [name, reason, ecosystem])).toEqual([
      ['linux-libc-dev', 'kernel-headers', 'Debian:13'],
    ]);
    expect(covered).toBe(1);
  });

  test('are looked up where that is asked for', () => {
    const result = match(bomOf([headers]), fakeIndex(records), { kernelHeaders: true });
    expect(result.findings.map(lineOf)).toEqual(['CVE-1 linux-libc-dev affected']);
    expect(result).toMatchObject({ notCovered: [], covered: 1 });
  });

  test('are not covered for another reason where there is one', () => {
    const other = { advisories: [osv('GHSA-a', affected('npm', 'a'))] };
    expect(match(bomOf([headers]), fakeIndex(other)).notCovered.map(({ reason }) => reason)).toEqual(['no-feed']);
  });
});

test('names the ecosystems of which only fixed vulnerabilities are known', () => {
  const bom = bomOf([deb('a', '1-1'), pkg('pkg:npm/a@1.0.0')]);
  const both = [archive('CVE-1', affected('Debian:13', 'x', '2')), osv('GHSA-a', affected('npm', 'x'))];
  expect(match(bom, fakeIndex({ advisories: both })).fixedOnly).toEqual(['Debian:13']);
  expect(
    match(bom, fakeIndex({ advisories: [...both, tracker('CVE-2', affected('Debian:13', 'y'))] })).fixedOnly,
  ).toEqual([]);
  expect(ecosystemsOf(bom)).toEqual(['Debian:13', 'npm']);
});

test('a package that names its own distribution is of that', () => {
  const bom = bomOf(
    [
      deb('a', '1-1'),
      pkg('pkg:deb/debian/a@1-1?distro=debian-12', { name: 'a' }),
      pkg('pkg:apk/alpine/b@1-r0?distro=3.20.3', { name: 'b' }),
      pkg('pkg:deb/debian/c@1-1', { name: 'c' }),
    ],
    trixie,
  );
  expect(ecosystemsOf(bom)).toEqual(['Alpine:v3.20', 'Debian:12', 'Debian:13']);
});

test('the worst come first, of these those with a fix, then by risk, id and package', () => {
  const rated = (
    level: 'critical' | 'low' | 'negligible' | undefined,
    more: Partial<Affected> = {},
  ): Partial<Affected> => ({
    ...more,
    severities: level === undefined ? [] : [{ source: 'debian', level }],
  });
  const advisories = [
    osv('CVE-1', affected('npm', 'a', undefined, rated('low'))),
    osv('CVE-2', affected('npm', 'a', '2.0.0', rated('low'))),
    osv('CVE-3', affected('npm', 'a', undefined, rated('critical'))),
    osv('CVE-4', affected('npm', 'a', undefined, rated('negligible'))),
    osv('CVE-5', affected('npm', 'a', undefined, rated(undefined))),
    osv('CVE-6', affected('npm', 'a', undefined, rated('low')), affected('npm', 'b', undefined, rated('low'))),
  ];
  const bom = bomOf([pkg('pkg:npm/b@1.0.0'), pkg('pkg:npm/a@1.0.0')], undefined);
  expect(lines(bom, { advisories }).map((line) => line.replace(' affected', ''))).toEqual([
    'CVE-3 a',
    'CVE-2 a',
    'CVE-1 a',
    'CVE-6 a',
    'CVE-6 b',
    'CVE-5 a',
    'CVE-4 a',
  ]);
});
