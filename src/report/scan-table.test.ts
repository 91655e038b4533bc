import { expect, test } from 'vitest';
import { findingIn, libc, lodash, NOW, scanReport, source } from '../../test/fakes/scan-report.ts';
import type { DatabaseSource } from '../advisory/database/description.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import type { Finding } from '../match/types.ts';
import { scanTable } from './scan-table.ts';

function textOf(report: ScanReport, showSuppressed = false, all = false): string {
  return [...scanTable(report, { tool: { name: 'temper', version: '1' }, showSuppressed, all })].join('');
}

function many(p: typeof libc, size: number): Finding[] {
  return Array.from({ length: size }, (_, i) => findingIn(p, `CVE-${p.name}-${i}`));
}

test('ends with the numbers, what is not covered and how old the database is', () => {
  expect(textOf(scanReport()).split('\n').slice(-9)).toEqual([
    '',
    '4 findings in 3 of 3 packages: 1 critical, 1 high, 1 unknown, 1 negligible; 2 with a fix, 1 known to be exploited',
    '2 findings left out by the filters',
    '2 findings suppressed: --show-suppressed lists them with the reasons',
    '2 packages not covered: 1 generic (no feed speaks of such), 1 Alpine:v3.99 (not in the database)',
    'only vulnerabilities with a fix are known of Debian:13',
    'fails on high: 2 findings',
    'database: Debian security tracker 2 h',
    '',
  ]);
});

test('says what is not known where nothing but the archive speaks of Debian', () => {
  const line = "of Debian's archive only the suites of updates are read: what a point release alone fixed is not known";
  const archive = { ...source, feed: 'debian-archive' as const };
  const of = (feeds: readonly DatabaseSource[], fixedOnly: readonly string[]) =>
    textOf(scanReport({ fixedOnly, database: { sources: feeds, now: NOW } }));
  expect(of([archive], ['Debian:13'])).toContain(line);
  expect(of([source], ['Debian:13'])).not.toContain(line);
  expect(of([archive, source], ['Alpine:v3.22'])).not.toContain(line);
});

test('does not say that there is nothing where the filters left everything out', () => {
  const filteredOut = (filtered: number) =>
    textOf(scanReport({ findings: [], suppressed: [], filtered })).split('\n')[0];
  expect(filteredOut(240)).toBe('none of 240 findings in 3 packages passes the filters');
  expect(filteredOut(1)).toBe('the one finding in 3 packages does not pass the filters');
  expect(filteredOut(0)).toBe('no findings in 2 of 3 packages, the others are not covered');
  expect(textOf(scanReport({ findings: [], filtered: 240 }))).not.toContain('left out');
});

test('says how many packages nobody can tell apart, however each names itself', () => {
  const unknown = (purl: string) => ({
    purl,
    name: 'x',
    version: '1',
    reason: 'no-purl' as const,
    ecosystem: undefined,
  });
  const notCovered = [unknown('pkg:generic/x@1'), unknown('npm/x@1'), unknown('a:b/x@1')];
  expect(textOf(scanReport({ notCovered }))).toContain(
    '\n3 packages not covered: 3 without a package URL that can be read\n',
  );
});

test('says by which update stream a system was judged', () => {
  const of = (judged: string, named?: string) => textOf(scanReport({ stream: { judged, named } }));
  expect(of('rhel_eus:9.4', 'rhel_eus:9.4')).toContain(
    'judged as rhel_eus:9.4, the update stream that the system names',
  );
  expect(of('enterprise_linux:9')).toContain(
    'judged as enterprise_linux:9, the main update stream: the system names no other',
  );
  expect(of('enterprise_linux:9', 'rhel_eus:9.4')).toContain('of its own, rhel_eus:9.4, nothing is in the database');
});

test('no cell is wider than fifty characters, and none ends in half of one', () => {
  const finding = findingIn({ ...libc, name: `${'x'.repeat(48)}😀${'y'.repeat(9)}` }, 'CVE-1');
  const [, row = ''] = textOf(scanReport({ findings: [finding] })).split('\n');
  expect(row.isWellFormed()).toBe(true);
  expect(row.split(/ {2,}/)[2]).toBe(`${'x'.repeat(48)}…`);
});

test('suppressed findings are listed with the reasons where that is asked for', () => {
  expect(textOf(scanReport())).not.toContain('CVE-2026-0004');
  expect(textOf(scanReport(), true)).toContain('  CVE-2026-0004 in libc6, by vex: The parser is never called.\n');
});

test('nothing in it turns or moves what stands on the terminal', () => {
  expect(textOf(scanReport(), true)).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});

test('of a package with very many findings the worst are listed and the others counted; all where that is asked for', () => {
  const exploited = { ...findingIn(libc, 'CVE-exploited'), exploited: { ransomware: false } as Finding['exploited'] };
  const report = scanReport({ findings: [...many(libc, 60), exploited, ...many(lodash, 50)] });
  const text = textOf(report);
  expect(text.match(/^CVE-libc6-/gm)).toHaveLength(20);
  expect(text).toContain('\nCVE-exploited');
  expect(text).toContain('\n  … and 40 more in libc6 2.41-12 (40 high): --all lists them\n');
  expect(text.match(/^CVE-lodash-/gm)).toHaveLength(50);
  expect(text).toContain('\n111 findings in 2 of 3 packages');
  expect(textOf(report, false, true).match(/^CVE-/gm)).toHaveLength(111);
  expect(textOf(report, false, true)).not.toContain('--all');
});

test('where no package was found, nothing is said to be clean', () => {
  const report = scanReport({ findings: [], suppressed: [], notCovered: [], covered: 0 });
  expect(textOf({ ...report, bom: { ...report.bom, packages: [] } })).toContain(
    'no packages were found, so nothing is known\n',
  );
});

test('headers of the kernel are named with the option that looks them up', () => {
  const headers = { purl: 'pkg:deb/debian/linux-libc-dev@6.1', name: 'linux-libc-dev', version: '6.1' };
  const text = textOf(scanReport({ notCovered: [{ ...headers, reason: 'kernel-headers', ecosystem: 'Debian:12' }] }));
  expect(text).toContain(
    "\n1 package not covered: 1 of the kernel's headers, from which nothing runs (--kernel-headers looks them up)\n",
  );
});

test('many findings are summed up by package, with the version that fixes them', () => {
  const fix: Finding['fix'] = { state: 'fixed', versions: ['2.42-1'], published: undefined, advisory: undefined };
  const findings = [...many(libc, 18).map((one) => ({ ...one, fix })), ...many(libc, 1), ...many(lodash, 2)];
  expect(textOf(scanReport({ findings })).split('\n\n')[1]?.split('\n')).toEqual([
    'By package, the worst first:',
    'PACKAGE  INSTALLED  HIGH  FIXED IN',
    'libc6    2.41-12      19  2.42-1 (18 of 19)',
    'lodash   4.17.20       2',
  ]);
  expect(textOf(scanReport({ findings: findings.slice(1) }))).not.toContain('By package');
});
