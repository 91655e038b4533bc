import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import addFormats from 'ajv-formats';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { advisory, affected, covers, end, fakeFeed } from '../../../test/fakes/feeds.ts';
import { bomOf, deb, pkg } from '../../../test/fakes/packages.ts';
import type { Feed } from '../../advisory/feed.ts';
import { writeBom } from '../../bom/write.ts';
import type { Fault } from '../../lib/faults.ts';
import { scanRenderer } from '../../report/scan-formats.ts';
import { buildDatabase } from '../database/db-build.ts';
import { scan, type ScanOptions } from './scan.ts';
import { selectionOf } from './scan-selection.ts';

const tool = { name: 'temper', version: '0.1.0' };
const NOW = 1_760_000_000;
const DAY = 86_400;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-scan-'));
  for (const name of ['CONFIG', 'CACHE', 'STATE']) vi.stubEnv(`XDG_${name}_HOME`, join(folder, name.toLowerCase()));
  vi.stubEnv('HOME', folder);
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

function common(now = NOW) {
  return {
    cache: join(folder, 'cache'),
    offline: true,
    insecure: false,
    environment: { SOURCE_DATE_EPOCH: String(now) },
    signal: new AbortController().signal,
    progress: () => undefined,
  };
}

function options(more: Partial<ScanOptions> = {}): ScanOptions {
  const own = { db: join(folder, 'x.db'), maxDbAge: undefined, filter: {}, failOn: [], remember: false };
  const statements = { vex: [], ignore: [], keys: [], policy: undefined };
  return { ...common(), ...own, statements, declared: false, ...more };
}

const rated = (level: 'critical' | 'low') => ({ severities: [{ source: 'debian', level }] });
const feeds: readonly Feed[] = [
  fakeFeed('debian-tracker', [
    covers('Debian:13'),
    advisory('CVE-2026-1001', {
      feed: 'debian-tracker',
      summary: 'a flaw',
      references: ['https://example.org/1'],
      affected: [
        affected('Debian:13', 'glibc', {
          ranges: [{ introduced: '0', fixed: '2.41-12+deb13u1' }],
          ...rated('critical'),
          fixedBy: 'DSA-1-1',
          fixedAt: NOW,
        }),
      ],
    }),
    advisory('CVE-2026-1002', {
      feed: 'debian-tracker',
      affected: [affected('Debian:13', 'glibc', { ranges: [], fix: 'deferred', ...rated('low') })],
    }),
    advisory('CVE-2026-1003', {
      feed: 'debian-tracker',
      affected: [affected('Debian:13', 'zlib', { status: 'not-affected', ranges: [] })],
    }),
    end(),
  ]),
  fakeFeed('osv', [
    covers('Debian:13', 'fixed-only'),
    advisory('CVE-2026-1003', {
      feed: 'osv',
      affected: [affected('Debian:13', 'zlib', { ranges: [{ introduced: '0', fixed: '2' }] })],
    }),
    end(),
  ]),
  fakeFeed('epss', [
    { kind: 'epss', epss: { id: 'CVE-2026-1001', score: 0.425, percentile: 0.9 }, date: '2026-08-16' },
    end(),
  ]),
  fakeFeed('kev', [
    {
      kind: 'exploited',
      exploited: { id: 'CVE-2026-1001', added: '2026-01-01', due: '2026-02-01', ransomware: true, action: 'Update.' },
    },
    end(),
  ]),
];

async function makeDatabase(now = NOW): Promise<void> {
  await buildDatabase({
    ...common(now),
    output: join(folder, 'x.db'),
    from: feeds.map(({ id, address }) => `${id}:${address ?? ''}`),
    ecosystems: undefined,
    keepGoing: false,
    push: undefined,
    key: undefined,
    password: '',
    feeds,
  });
}

const packages = [
  deb('libc6', '2.41-12', 'glibc', '2.41-12', { locations: [{ path: 'var/lib/dpkg/status' }] }),
  deb('zlib1g', '1', 'zlib'),
  pkg('pkg:generic/busybox@1.36.1'),
];

async function sbomFile(): Promise<string> {
  const path = join(folder, 'app.json');
  await writeFile(path, [...writeBom(bomOf(packages), 'json', tool)].join(''));
  return `sbom:${path}`;
}

const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => undefined,
    (fault: Fault) => fault.code,
  );

describe('a scan', () => {
  test('gives findings, what is suppressed, and what nothing is known of', async () => {
    await makeDatabase();
    using result = await scan(await sbomFile(), options());
    const [report] = result.reports;
    expect(report?.findings.map(({ id }) => id)).toEqual(['CVE-2026-1001', 'CVE-2026-1002']);
    expect(report?.suppressed.map(({ id, status }) => [id, status])).toEqual([['CVE-2026-1003', 'not-affected']]);
    expect(report?.notCovered.map(({ name, reason }) => [name, reason])).toEqual([['busybox', 'kind']]);
    expect(result.notes).toEqual([]);
  });

  test('shows people what to look at first, and the rest in numbers', async () => {
    await makeDatabase(NOW - 2 * DAY);
    using result = await scan(await sbomFile(), options());
    const [report] = result.reports;
    const render = await scanRenderer('table');
    const text = report === undefined ? '' : [...render(report, { tool, showSuppressed: true })].join('');
    expect(text).toBe(`VULNERABILITY  SEVERITY           PACKAGE  INSTALLED  FIXED IN         EPSS  RISK  EXPLOITED
CVE-2026-1001  critical (debian)  libc6    2.41-12    2.41-12+deb13u1  43 %  99.0  KEV, ransomware
CVE-2026-1002  low (debian)       libc6    2.41-12    deferred                  -

Suppressed:
VULNERABILITY  SEVERITY  PACKAGE  INSTALLED  FIXED IN  RISK  STATUS
CVE-2026-1003  unknown   zlib1g   1          2            -  not affected
  CVE-2026-1003 in zlib1g, by packager: The packager says that zlib is not affected in Debian:13.

2 findings in 1 of 3 packages: 1 critical, 1 low; 1 with a fix, 1 known to be exploited
1 finding suppressed
1 package not covered: 1 generic (no feed speaks of such)
database: Fake osv 2 d, Fake debian-tracker 2 d, Fake kev 2 d, Fake epss 2 d
`);
  });

  test('writes JSON as its schema says', async () => {
    await makeDatabase();
    using result = await scan(await sbomFile(), options({ failOn: ['kev'] }));
    const [report] = result.reports;
    const render = await scanRenderer('json');
    const document: unknown = JSON.parse(
      report === undefined ? '' : [...render(report, { tool, showSuppressed: false })].join(''),
    );
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../docs/schemas/scan-1.json'), 'utf8'),
    ) as AnySchema;
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const valid = ajv.compile(schema);
    void valid(document);
    expect(valid.errors).toBeNull();
    expect(document).toMatchObject({
      totals: { findings: 2, levels: { critical: 1, low: 1, unknown: 0 }, suppressed: 1, packages: 3, covered: 2 },
      failures: [{ condition: 'kev', count: 1 }],
      findings: [
        {
          id: 'CVE-2026-1001',
          package: { locations: [{ path: 'var/lib/dpkg/status' }], source: { name: 'glibc' } },
          fix: {
            state: 'fixed',
            versions: ['2.41-12+deb13u1'],
            published: '2025-10-09T08:53:20Z',
            advisory: 'DSA-1-1',
          },
          references: ['https://example.org/1'],
          epss: { score: 0.425 },
        },
        { id: 'CVE-2026-1002', fix: { state: 'deferred', versions: [] } },
      ],
    });
  });

  test('leaves out what the filters do, and fails on what is left', async () => {
    await makeDatabase();
    const count = async (words: Parameters<typeof selectionOf>[0]) => {
      using result = await scan(await sbomFile(), options(selectionOf(words)));
      const [report] = result.reports;
      return [report?.findings.length, report?.filtered, report?.failures.map(({ condition }) => condition)];
    };
    expect(await count({ onlyFixed: true, failOn: ['low', 'fixable'] })).toEqual([1, 1, ['low', 'fixable']]);
    expect(await count({ severity: ['low'], failOn: ['high', 'kev', 'unknown'] })).toEqual([1, 2, []]);
    expect(await count({ minEpss: '40%', failOn: ['any'] })).toEqual([1, 2, ['any']]);
    expect(await count({ package: ['zlib', 'pkg:deb/debian/none'], failOn: ['any'] })).toEqual([0, 2, []]);
    expect(await count({ package: ['pkg:deb/debian/libc6'], failOn: ['medium'] })).toEqual([2, 1, ['medium']]);
  });

  test('tells that headers of the kernel which are asked for were not looked up', async () => {
    await makeDatabase();
    const path = join(folder, 'headers.json');
    const bom = bomOf([deb('linux-libc-dev', '6.12.1-1', 'linux'), deb('libc6', '2.41-12', 'glibc')]);
    await writeFile(path, [...writeBom(bom, 'json', tool)].join(''));
    const filter = selectionOf({ package: ['linux-libc-dev', 'libc6'] });
    using result = await scan(`sbom:${path}`, options(filter));
    expect(result.warnings).toEqual([
      '"linux-libc-dev" has the kernel\'s headers alone, which are looked up with --kernel-headers only.',
    ]);
    expect(result.reports[0]?.notCovered).toMatchObject([{ name: 'linux-libc-dev', reason: 'kernel-headers' }]);
    using all = await scan(`sbom:${path}`, options({ ...filter, kernelHeaders: true }));
    expect([all.warnings, all.reports[0]?.notCovered]).toEqual([[], []]);
  });

  test('tells of names of packages that no package has', async () => {
    await makeDatabase();
    const filter = selectionOf({ package: ['glibc', 'pkg:deb/debian/libc6', 'libc7', 'pkg:npm/x'] });
    using result = await scan(await sbomFile(), options(filter));
    expect(result.warnings).toEqual([
      'No package is called "libc7"; there is libc6.',
      'No package is called "pkg:npm/x".',
    ]);
    // One that is begun, before others that are as short a way off.
    using begun = await scan(await sbomFile(), options(selectionOf({ package: ['libc', 'zl'] })));
    expect(begun.warnings).toEqual([
      'No package is called "libc"; there is libc6.',
      'No package is called "zl"; there is zlib1g.',
    ]);
  });

  test('judges findings by rules and documents before they are counted, and tells of what has expired', async () => {
    await makeDatabase();
    const rule = (vulnerability: string, expires: string) =>
      `- { vulnerability: ${vulnerability}, reason: not reachable, expires: ${expires} }\n`;
    const ignore = join(folder, 'ignore.yaml');
    await writeFile(ignore, rule('CVE-2026-1001', '2999-01-01') + rule('CVE-2026-1002', '2001-01-01'));
    const vex = join(folder, 'vex.json');
    await writeFile(
      vex,
      JSON.stringify({
        '@context': 'https://openvex.dev/ns/v0.2.0',
        '@id': 'https://example.org/vex/1',
        author: 'Team',
        timestamp: '2026-01-01T00:00:00Z',
        version: 1,
        statements: [
          {
            vulnerability: { name: 'CVE-2026-1002' },
            products: [{ '@id': 'pkg:deb/debian/glibc' }],
            status: 'not_affected',
            justification: 'vulnerable_code_not_present',
          },
        ],
      }),
    );
    const statements = { vex: [], ignore: [ignore], keys: [], policy: undefined };
    using ignored = await scan(await sbomFile(), options({ statements }));
    expect(ignored.reports[0]?.suppressed.map(({ id, status }) => [id, status]).sort()).toEqual([
      ['CVE-2026-1001', 'ignored'],
      ['CVE-2026-1003', 'not-affected'],
    ]);
    expect(ignored.warnings).toEqual([expect.stringContaining('CVE-2026-1002')]);
    // What is set for the sake of the same bytes does not bring time back.
    const environment = { SOURCE_DATE_EPOCH: '900000000' };
    using early = await scan(await sbomFile(), options({ statements, environment }));
    expect(early.warnings).toEqual(ignored.warnings);
    using both = await scan(await sbomFile(), options({ statements: { ...statements, vex: [vex] } }));
    expect(both.reports[0]?.suppressed.map(({ id, status }) => [id, status]).sort()).toEqual([
      ['CVE-2026-1001', 'ignored'],
      ['CVE-2026-1002', 'not-affected'],
      ['CVE-2026-1003', 'not-affected'],
    ]);
  });
});

describe('there is no answer', () => {
  test('where the data is older than it may be; where nobody says how old, that is noted', async () => {
    await makeDatabase(NOW - 9 * DAY);
    expect(await codeOf(scan(await sbomFile(), options({ maxDbAge: '3d' })))).toBe('db/stale');
    const environment = { SOURCE_DATE_EPOCH: String(NOW - 9 * DAY) };
    expect(await codeOf(scan(await sbomFile(), options({ maxDbAge: '3d', environment })))).toBe('db/stale');
    using result = await scan(await sbomFile(), options());
    expect(result.notes).toEqual([expect.stringContaining('is old: Fake osv (9 days)')]);
    using young = await scan(await sbomFile(), options({ maxDbAge: '10d' }));
    expect(young.notes).toEqual([]);
  });

  test('where a condition is asked of packages of which nothing is known', async () => {
    await makeDatabase();
    const path = join(folder, 'other.json');
    await writeFile(path, [...writeBom(bomOf([pkg('pkg:npm/a@1.0.0')], undefined), 'json', tool)].join(''));
    expect(await codeOf(scan(`sbom:${path}`, options({ failOn: ['any'] })))).toBe('scan/nothing-known');
    using result = await scan(`sbom:${path}`, options());
    expect(result.reports).toMatchObject([{ covered: 0, notCovered: [{ reason: 'no-feed', ecosystem: 'npm' }] }]);
  });

  test('where an age is none, or no database is at the path that is named, before the image is looked at', async () => {
    await expect(scan('sbom:nowhere.json', options({ maxDbAge: '3x' }))).rejects.toMatchObject({
      code: 'option/max-db-age',
      message: '"3x" is no age.',
    });
    const named = options({ db: join(folder, 'typo.db'), offline: false });
    await expect(scan('sbom:nowhere.json', named)).rejects.toMatchObject({
      code: 'db/missing',
      hint: `Run \`temper db update --db ${join(folder, 'typo.db')}\`, or check the path.`,
    });
    expect((await readdir(folder)).filter((name) => name.startsWith('typo'))).toEqual([]);
  });

  test('without a database where none can be fetched', async () => {
    expect(await codeOf(scan(await sbomFile(), options()))).toBe('db/missing');
    expect(await codeOf(scan(await sbomFile(), options({ db: undefined })))).toBe('db/missing');
  });
});

test.each([
  [{ severity: ['grave'] }, 'option/severity'],
  [{ minEpss: '101%' }, 'option/min-epss'],
  [{ minEpss: 'x' }, 'option/min-epss'],
  [{ failOn: ['hihg'] }, 'option/fail-on'],
])('%j is refused', (words, code) => {
  expect(() => selectionOf(words)).toThrow(expect.objectContaining({ code }));
});
