import { cpuTime } from '../../../test/fakes/cpu-time.ts';
import { describe, expect, test } from 'vitest';
import { parseOsv } from '../../osv/schema.ts';
import type { Advisory, Affected, Severity } from '../types.ts';
import { advisoryOf } from './advisory.ts';
import { Wanted } from './wanted.ts';

const everything = new Wanted(undefined);
const range = (...events: Record<string, string>[]) => ({ type: 'ECOSYSTEM', events });
const npm = { ecosystem: 'npm', name: 'x' };

function advisory(record: Record<string, unknown>): Advisory {
  return advisoryOf(parseOsv(JSON.stringify({ id: 'GHSA-a', ...record })), 'npm/all.zip#GHSA-a.json', everything);
}

function affected(entry: Record<string, unknown>, id = 'GHSA-a'): Affected | undefined {
  return advisory({ id, affected: [{ package: npm, ...entry }] }).affected[0];
}

test('has everything of the record that people and programs look for', () => {
  const record = advisory({
    modified: '2021-03-08T16:02:43Z',
    published: '2021-03-08T16:06:50Z',
    aliases: ['CVE-2020-28498'],
    summary: ' Use of a broken\nalgorithm ',
    details: 'Long.\n\nVery.',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N' }],
    affected: [{ package: npm, ranges: [range({ introduced: '0' }, { fixed: '6.5.4' })] }],
    references: [
      { type: 'WEB', url: 'https://example.org/a' },
      { type: 'WEB', url: 'ftp://example.org/b' },
      { type: 'WEB', url: 'javascript:alert(1)' },
      { type: 'WEB', url: 'https://example.org/a' },
      { type: 'WEB', url: 'http://example.org/c' },
    ],
    database_specific: { cwe_ids: ['CWE-79', 'CWE-327', 'x', 7], severity: 'MODERATE' },
  });
  expect(record).toEqual({
    id: 'GHSA-a',
    feed: 'osv',
    record: 'npm/all.zip#GHSA-a.json',
    aliases: ['CVE-2020-28498'],
    covers: [],
    summary: 'Use of a broken algorithm',
    details: 'Long.\n\nVery.',
    references: ['https://example.org/a', 'http://example.org/c'],
    published: 1615219610,
    modified: 1615219363,
    withdrawn: undefined,
    severities: [
      { source: 'ghsa', level: 'medium', stated: 'MODERATE' },
      { source: 'ghsa', vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N' },
    ],
    cwes: ['CWE-327', 'CWE-79'],
    affected: [
      {
        ecosystem: 'npm',
        name: 'x',
        status: 'affected',
        ranges: [{ introduced: '0', fixed: '6.5.4' }],
        versions: [],
        fix: 'fixed',
      },
    ],
  });
});

test('texts are bounded, and cut between characters', () => {
  const record = advisory({ summary: 'a'.repeat(1000), details: `${'d'.repeat(3999)}😀 more` });
  expect([record.summary.length, record.details]).toEqual([300, 'd'.repeat(3999)]);
  const many = Array.from({ length: 100 }, (_, i) => ({ url: `https://example.org/${i}` }));
  expect(
    advisory({ references: [{ url: `https://example.org/${'a'.repeat(3000)}` }, ...many] }).references,
  ).toHaveLength(50);
});

describe('severities', () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  test.each<[string, Record<string, unknown>, Severity[]]>([
    [
      'of CVSS 2',
      { severity: [{ type: 'CVSS_V2', score: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' }] },
      [{ source: 'ghsa', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' }],
    ],
    [
      'of CVSS 4',
      { severity: [{ type: 'CVSS_V4', score: 'CVSS:4.0/AV:N/AC:L' }] },
      [{ source: 'ghsa', vector: 'CVSS:4.0/AV:N/AC:L' }],
    ],
    ['of a type that is a number', { severity: [{ type: 3, score: vector }] }, [{ source: 'ghsa', vector }]],
    ['that are no vectors', { severity: [{ type: 'CVSS_V3', score: '7.5' }] }, []],
    [
      'of Ubuntu',
      {
        id: 'UBUNTU-CVE-2024-0001',
        severity: [
          { type: 'CVSS_V3', score: vector },
          { type: 'Ubuntu', score: 'medium' },
        ],
      },
      [
        { source: 'ubuntu', vector },
        { source: 'ubuntu', level: 'medium', stated: 'medium' },
      ],
    ],
    [
      'of Ubuntu, negligible',
      { id: 'UBUNTU-CVE-2024-0001', severity: [{ type: 'Ubuntu', score: 'negligible' }] },
      [{ source: 'ubuntu', level: 'negligible', stated: 'negligible' }],
    ],
    [
      'of Debian are those that OSV brings',
      { id: 'DEBIAN-CVE-2024-0001', severity: [{ type: 'CVSS_V3', score: vector }] },
      [{ source: 'osv', vector }],
    ],
    [
      'of AlmaLinux stand in the title',
      { id: 'ALSA-2024:1', summary: 'Important: openssl security update' },
      [{ source: 'almalinux', level: 'high', stated: 'Important' }],
    ],
    [
      'of a malicious package',
      { id: 'MAL-2024-1', severity: [] },
      [{ source: 'openssf', level: 'critical', stated: 'malicious' }],
    ],
    ['that are words of no meaning', { database_specific: { severity: 'UNKNOWN' } }, []],
  ])('%s', (_, record, expected) => {
    expect(advisory(record).severities).toEqual(expected);
  });

  const open = { ranges: [range({ introduced: '0' })] };
  test.each<[string, string, Record<string, unknown>, Severity[] | undefined]>([
    [
      'unimportant to Debian',
      'DEBIAN-CVE-2024-0001',
      { ecosystem_specific: { urgency: 'unimportant' } },
      [{ source: 'debian', level: 'negligible', stated: 'unimportant' }],
    ],
    [
      'at its end for Debian',
      'DEBIAN-CVE-2024-0001',
      { ecosystem_specific: { urgency: 'end-of-life' } },
      [{ source: 'debian', level: 'negligible', stated: 'end-of-life' }],
    ],
    [
      'not yet assigned by Debian',
      'DEBIAN-CVE-2024-0001',
      { ecosystem_specific: { urgency: 'not yet assigned' } },
      undefined,
    ],
    [
      'unmaintained',
      'RUSTSEC-2024-0001',
      { database_specific: { informational: 'unmaintained' } },
      [{ source: 'rustsec', level: 'negligible', stated: 'unmaintained' }],
    ],
    [
      'unsound',
      'RUSTSEC-2024-0001',
      { database_specific: { informational: 'unsound', cvss: null } },
      [{ source: 'rustsec', level: 'low', stated: 'unsound' }],
    ],
    [
      'unsound with a score',
      'RUSTSEC-2024-0001',
      { database_specific: { informational: 'unsound', cvss: vector } },
      undefined,
    ],
    ['a vulnerability of Rust', 'RUSTSEC-2024-0001', { database_specific: { informational: null } }, undefined],
    [
      'of its own',
      'USN-1-1',
      { severity: [{ type: 'Ubuntu', score: 'low' }] },
      [{ source: 'ubuntu', level: 'low', stated: 'low' }],
    ],
  ])('of a package that is %s', (_, id, entry, expected) => {
    expect(affected({ ...open, ...entry }, id)?.severities).toEqual(expected);
  });
});

describe('what is affected', () => {
  test('drops commits, and keeps versions that are named beside them', () => {
    const git = { type: 'GIT', repo: 'https://example.org', events: [{ introduced: '0' }] };
    expect(affected({ ranges: [git] })).toBeUndefined();
    expect(affected({ ranges: [git], versions: ['1', '1', '2'] })).toMatchObject({
      ranges: [],
      versions: ['1', '2'],
      fix: 'unknown',
    });
  });

  test('is not every version where a range is empty or nothing is named', () => {
    expect(affected({ ranges: [range({ introduced: '1' }, { fixed: '1' })] })).toBeUndefined();
    expect(affected({ ranges: [] })).toBeUndefined();
  });

  test('drops versions that the ranges hold', () => {
    const debian = {
      package: { ecosystem: 'Debian:13', name: 'x' },
      ranges: [range({ introduced: '0' }, { fixed: '1:2-1' })],
    };
    expect(affected({ ...debian, versions: ['1:1-1', '5-1', '1:2-1', '1:3-1'] })).toMatchObject({
      ranges: [{ introduced: '0', fixed: '1:2-1' }],
      versions: ['1:2-1', '1:3-1'],
    });
  });

  test('keeps all versions where it would take too long to tell', () => {
    const debian = { package: { ecosystem: 'Debian:13', name: 'x' } };
    const ranges = Array.from({ length: 2000 }, (_, i) => range({ introduced: `${2 * i}` }, { fixed: `${2 * i + 1}` }));
    const versions = Array.from({ length: 1000 }, (_, i) => `${2 * i}`);
    const start = cpuTime();
    expect(affected({ ...debian, ranges, versions })?.versions).toHaveLength(1000);
    expect(cpuTime() - start).toBeLessThan(2000);
  });

  test.each([
    ['fixed', [{ introduced: '0' }, { fixed: '1' }], {}],
    ['not-fixed', [{ introduced: '0' }], {}],
    ['unknown', [{ introduced: '0' }, { last_affected: '1' }], {}],
    ['wont-fix', [{ introduced: '0' }], { urgency: 'end-of-life' }],
    ['not-fixed', [{ introduced: '0' }], { urgency: 'unimportant' }],
  ])('says %s of %j with %j', (fix, events, specific) => {
    expect(affected({ ranges: [range(...events)], ecosystem_specific: specific })?.fix).toBe(fix);
  });

  test('has names as they are looked up, and nothing twice', () => {
    const entry = (ecosystem: string, name = 'openssl') => ({
      package: { ecosystem, name },
      ranges: [range({ introduced: '0' })],
    });
    const record = advisory({
      affected: [
        entry('Red Hat:enterprise_linux:9::appstream'),
        entry('Red Hat:enterprise_linux:9::baseos'),
        entry('PyPI', 'Zope.Interface'),
      ],
    });
    expect(record.affected.map(({ ecosystem, name }) => [ecosystem, name])).toEqual([
      ['Red Hat:enterprise_linux:9', 'openssl'],
      ['PyPI', 'zope-interface'],
    ]);
  });

  describe('of Go', () => {
    const go = (specific: unknown, ...events: Record<string, string>[]) =>
      affected({
        package: { ecosystem: 'Go', name: 'example.org/x' },
        ranges: [{ type: 'SEMVER', events: events.length > 0 ? events : [{ introduced: '0' }] }],
        ecosystem_specific: specific,
      });

    test('has import paths with symbols', () => {
      const imports = [
        { path: 'example.org/x/a', symbols: ['F', 7] },
        { path: 'example.org/x/b' },
        { symbols: ['G'] },
        'x',
      ];
      expect(go({ imports })?.only).toEqual({
        imports: [
          { path: 'example.org/x/a', symbols: ['F'] },
          { path: 'example.org/x/b', symbols: [] },
        ],
      });
      expect(go({ imports: 'x' })?.only).toBeUndefined();
    });

    test('is bound to platforms where each import path is', () => {
      const a = { path: 'a', goos: ['windows'], goarch: ['amd64'] };
      expect(go({ imports: [a, { path: 'b', goos: ['linux', 'windows'] }] })?.only).toEqual({
        imports: [
          { path: 'a', symbols: [] },
          { path: 'b', symbols: [] },
        ],
        goos: ['linux', 'windows'],
      });
      expect(go({ imports: [a, { path: 'b' }] })?.only?.goos).toBeUndefined();
    });

    test('means its own ranges where the releases are no versions of the module', () => {
      const custom_ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.9.0' }] }];
      expect(go({ custom_ranges })).toMatchObject({ ranges: [{ introduced: '0', fixed: '1.9.0' }], fix: 'fixed' });
      expect(go({ custom_ranges }, { introduced: '1.0.0' })?.ranges).toEqual([{ introduced: '1.0.0' }]);
      expect(go({ custom_ranges: [] })?.ranges).toEqual([{ introduced: '0' }]);
      expect(() => go({ custom_ranges: 'x' })).toThrow(expect.objectContaining({ code: 'osv/malformed' }));
    });

    test.each<[string[], string | undefined]>([
      [['9.2.4'], 'pseudo'],
      [['1.9.2-0.20250521205822-0ba0b99665a9'], 'released'],
      [['0.0.0-20260129092249-bb0625fd1896', '2.10.11'], undefined],
    ])('means all versions of the kind that its own ranges, fixed in %j, do not name', (fixes, kind) => {
      const events = fixes.flatMap((fixed) => [{ introduced: '0' }, { fixed }]);
      const { affected: said } = advisory({
        affected: [
          {
            package: { ecosystem: 'Go', name: 'example.org/x' },
            ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
            ecosystem_specific: { custom_ranges: [{ type: 'ECOSYSTEM', events }] },
          },
        ],
      });
      const more = said.slice(1).map(({ ranges, only, fix }) => ({ ranges, only, fix }));
      const all = { ranges: [{ introduced: '0' }], only: { goVersions: kind }, fix: 'not-fixed' };
      expect(more).toEqual(kind === undefined ? [] : [all]);
    });
  });
});

describe('what is wanted', () => {
  test.each<[readonly string[] | undefined, string, boolean]>([
    [undefined, 'anything', true],
    [['npm'], 'npm', true],
    [['npm'], 'PyPI', false],
    [['Debian:13'], 'Debian:13', true],
    [['Debian:13'], 'Debian:12', false],
    [['Debian:13'], 'Debian', true],
    [['Debian'], 'Debian:12', true],
    [[], 'npm', false],
  ])('of %j has %s: %s', (ecosystems, ecosystem, has) => {
    expect(new Wanted(ecosystems).has(ecosystem)).toBe(has);
  });

  test.each<[readonly string[] | undefined, readonly string[] | undefined, string, boolean]>([
    [['npm'], ['npm', 'PyPI'], 'npm', true],
    [['npm'], ['PyPI'], 'npm', false],
    [['Debian:13'], ['Debian'], 'Debian', true],
    [['Debian:13', 'Debian:12'], ['Debian:13'], 'Debian', false],
    [['Debian'], ['Debian:13'], 'Debian', false],
    [undefined, ['Debian'], 'Debian', true],
    [undefined, ['Debian:13'], 'Debian', false],
    [undefined, ['npm'], 'Debian', false],
    [['npm'], undefined, 'npm', true],
  ])('%j was wanted with %j in %s: %s', (now, before, folder, is) => {
    expect(new Wanted(now).isWithin(new Wanted(before), folder)).toBe(is);
  });
});
