// Scanning the SBOM of an image gives the same as scanning the image, in every format that says what packages there are.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTemperJson } from '../../src/bom/json/read.ts';
import { planOf } from '../../src/match/all.ts';
import { Releases } from '../../src/match/releases.ts';
import { type FakeEntry, fakeImageOf } from '../fakes/image-archive.ts';
import { zipOf } from '../fakes/zip.ts';
import { baseLayer, haveShared, needsShared, npm7, npmLayer, saveDocker, saveLayout, shared } from './sbom-images.ts';
import { User } from './temper.ts';

const FORMATS = [
  'json',
  'spdx-json',
  'spdx-json@3.0',
  'spdx-tag-value',
  'cyclonedx-json',
  'cyclonedx-json@1.7',
  'cyclonedx-xml',
];

let user: User;
beforeAll(async () => {
  user = await User.create();
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

const stanza = (fields: Readonly<Record<string, string>>): string =>
  Object.entries({
    Status: 'install ok installed',
    Architecture: 'amd64',
    Maintainer: 'Debian <x@debian.org>',
    ...fields,
  })
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');

/** Source packages of another name and version, an epoch, a rebuild, headers, somebody else's package, a language's package that one brings. */
const debian: readonly FakeEntry[] = [
  { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\nPRETTY_NAME="Debian 13"\n' },
  {
    path: 'var/lib/dpkg/status',
    content: [
      stanza({ Package: 'libc6', Version: '2.41-12', Source: 'glibc' }),
      stanza({ Package: 'login', Version: '1:4.16.0-2+really2.41-5', Source: 'util-linux (2.41-5)', Depends: 'libc6' }),
      stanza({ Package: 'bash', Version: '5.2.37-2+b5', Source: 'bash (5.2.37-2)', Depends: 'libc6' }),
      stanza({
        Package: 'python3-requests',
        Version: '2.32.3+dfsg-5',
        Source: 'requests',
        Architecture: 'all',
        Depends: 'bash',
      }),
      stanza({ Package: 'linux-libc-dev', Version: '6.12.1-1', Source: 'linux', Architecture: 'all' }),
      stanza({ Package: 'docker-ce', Version: '5:28.0-1~debian.13~trixie', Maintainer: 'Docker <support@docker.com>' }),
    ].join('\n'),
  },
  {
    path: 'var/lib/dpkg/info/python3-requests.list',
    content: '/usr/lib/python3/dist-packages/requests-2.32.3.dist-info/METADATA\n',
  },
  {
    path: 'usr/lib/python3/dist-packages/requests-2.32.3.dist-info/METADATA',
    content: 'Metadata-Version: 2.1\nName: requests\nVersion: 2.32.3\n',
  },
];

const tracked = (source: string, cve: string, fields: object): object => ({
  [source]: {
    [cve]: {
      scope: 'local',
      releases: {
        trixie: { status: 'open', repositories: { trixie: '1' }, urgency: 'not yet assigned', ...fields },
      },
    },
  },
});

async function feeds(): Promise<void> {
  const issues = {
    ...tracked('glibc', 'CVE-2026-1001', { status: 'resolved', fixed_version: '2.41-12+deb13u1', urgency: 'high' }),
    ...tracked('util-linux', 'CVE-2026-1002', { nodsa: 'minor', nodsa_reason: 'postponed' }),
    ...tracked('bash', 'CVE-2026-1003', { status: 'resolved', fixed_version: '5.2.37-3' }),
    ...tracked('linux', 'CVE-2026-1006', { status: 'resolved', fixed_version: '6.12.9-1' }),
    ...tracked('requests', 'CVE-2026-1004', { urgency: 'unimportant' }),
  };
  await mkdir(user.path('tracker'), { recursive: true });
  await writeFile(user.path('tracker/json'), JSON.stringify(issues));
  await records('osv', [
    ['npm', 'left-pad', 'GHSA-aaaa-bbbb-cccc', '1.3.1'],
    ['PyPI', 'requests', 'GHSA-aaaa-bbbb-dddd', '2.99'],
    ['Alpine:v3.19', 'musl', 'CVE-2026-1005', '1.2.5-r0'],
  ]);
}

type Row = readonly [ecosystem: string, name: string, id: string, fixed: string | undefined];

/** A copy of OSV's bucket. */
async function records(folder: string, rows: readonly Row[]): Promise<void> {
  for (const [base, some] of Map.groupBy(rows, ([ecosystem]) => ecosystem.split(':', 1)[0] ?? '')) {
    const entries = some.map(([ecosystem, name, id, fixed]) => ({
      name: `${id}.json`,
      content: JSON.stringify({
        id,
        modified: '2026-08-16T00:00:00Z',
        summary: `about ${name}`,
        severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
        affected: [
          {
            package: { ecosystem, name },
            ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])] }],
          },
        ],
      }),
    }));
    await mkdir(user.path(folder, base), { recursive: true });
    await writeFile(user.path(folder, base, 'all.zip'), zipOf(entries));
  }
}

interface Shown {
  readonly findings: readonly {
    readonly id: string;
    readonly package: {
      readonly parents: readonly unknown[];
      readonly origin?: string;
      readonly locations: readonly unknown[];
    };
  }[];
  readonly suppressed: readonly unknown[];
  readonly notCovered: readonly { readonly reason: string }[];
}

const EPOCH = { env: { SOURCE_DATE_EPOCH: '1790000000' } };

async function scanned(...args: readonly string[]): Promise<Shown> {
  const run = await user.temper(['scan', ...args, '--offline', '--format', 'json', '--max-db-age', '900w'], EPOCH);
  expect(run).toMatchObject({ status: 0, stderr: '' });
  return run.json() as Shown;
}

async function sameInEveryFormat(image: string, db: string, ...args: readonly string[]): Promise<Shown> {
  const expected = await scanned(image, '--db', db, ...args);
  const outputs = FORMATS.flatMap((format) => ['--output', `${format}=s.${format}`]);
  expect(await user.temper(['sbom', image, ...outputs, ...args], EPOCH)).toMatchObject({ status: 0 });
  for (const format of FORMATS)
    expect([format, await scanned(`sbom:s.${format}`, '--db', db)]).toEqual([format, expected]);
  return expected;
}

const idsOf = ({ findings }: Shown): string[] => findings.map(({ id }) => id).sort();

describe('an SBOM', () => {
  beforeAll(async () => {
    await feeds();
    const built = ['db', 'build', '--from', 'osv:osv', '--from', 'debian-tracker:tracker', '--output', 'x.db'];
    const { status, stderr } = await user.temper(built);
    if (status !== 0) throw new Error(stderr);
  });

  test('of Debian says whose a package is, what it was built of and who brings it', async () => {
    await saveDocker(user.path('debian.tar'), fakeImageOf([debian, npmLayer('left-pad', '1.3.0')]));
    const found = await sameInEveryFormat('docker-archive:debian.tar', 'x.db');
    expect(idsOf(found)).toEqual([
      'CVE-2026-1001',
      'CVE-2026-1002',
      'CVE-2026-1003',
      'CVE-2026-1004',
      'GHSA-aaaa-bbbb-cccc',
    ]);
    expect(found.findings.some((one) => one.package.parents.length > 0)).toBe(true);
    expect(found.suppressed).toMatchObject([
      { id: 'GHSA-aaaa-bbbb-dddd', status: 'not-affected', decisions: [{ by: 'owner' }] },
    ]);
    expect(found.notCovered).toMatchObject([
      { name: 'docker-ce', reason: 'third-party' },
      { name: 'linux-libc-dev', reason: 'kernel-headers' },
    ]);
    const all = await scanned('docker-archive:debian.tar', '--db', 'x.db', '--kernel-headers');
    expect(idsOf(all)).toEqual([...idsOf(found), 'CVE-2026-1006'].sort());
    for (const format of FORMATS)
      expect([format, await scanned(`sbom:s.${format}`, '--db', 'x.db', '--kernel-headers')]).toEqual([format, all]);
  });

  test('says what the base image brings, and in which layer', async () => {
    await saveLayout(user.path('base.tar'), { 'linux/amd64': fakeImageOf([baseLayer]) });
    await saveLayout(user.path('app.tar'), { 'linux/amd64': fakeImageOf([baseLayer, npmLayer('left-pad', '1.3.0')]) });
    const found = await sameInEveryFormat('oci-archive:app.tar', 'x.db', '--base', 'oci-archive:base.tar');
    expect(found.findings.map((one) => [one.id, one.package.origin])).toEqual([
      ['CVE-2026-1005', 'base'],
      ['GHSA-aaaa-bbbb-cccc', 'added'],
    ]);
    for (const { package: p } of found.findings)
      expect(p.locations).toEqual([expect.objectContaining({ layer: expect.stringMatching(/^sha256:/) })]);
  });
});

describe.skipIf(!haveShared)(`of which every package is vulnerable, the image${needsShared}`, () => {
  test.each([
    ['of npm', `docker-archive:${npm7}`],
    ['of npm with what is declared', `docker-archive:${npm7}`, '--declared'],
    ['of pnpm', `oci-archive:${shared('pnpm_pnpmlockv9.tar')}`, '--declared'],
    ['of Poetry', `docker-archive:${shared('docker-archives_docker-save_poetry.tar')}`, '--declared'],
    ['of Bundler', `docker-archive:${shared('docker-archives_docker-save_gemfile.tar')}`, '--declared'],
    ['of Java', `docker-archive:${shared('docker-archives_docker-save_java-uberjar.tar')}`],
  ])('%s', async (title, image, ...args) => {
    const name = title.replaceAll(/\W/g, '-');
    expect(await user.temper(['sbom', image, '--output', 'i.json', ...args])).toMatchObject({ status: 0 });
    const { subject, packages } = readTemperJson(JSON.parse(await readFile(user.path('i.json'), 'utf8')));
    const releases = new Releases(subject.distribution);
    const rows = packages.flatMap((p, i): Row[] => {
      const plan = planOf(p, releases.of(p));
      const [first] = 'lookups' in plan ? plan.lookups : [];
      if (first === undefined) return [];
      return [[first.ecosystem, first.name, `CVE-2026-${10_000 + i}`, i % 2 === 0 ? undefined : '9999']];
    });
    expect(rows.length).toBeGreaterThan(2);
    await records(name, rows);
    const built = ['db', 'build', '--from', `osv:./${name}`, '--output', `${name}.db`];
    expect(await user.temper(built)).toMatchObject({ status: 0 });
    const found = await sameInEveryFormat(image, `${name}.db`, ...args);
    expect(found.findings.length + found.suppressed.length).toBeGreaterThan(2);
  });
});
