import { expect, test } from 'vitest';
import { findingIn, HOSTILE, libc, scanReport } from '../../test/fakes/scan-report.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import { scanGitlab } from './scan-gitlab.ts';

interface Vulnerability {
  readonly id: string;
  readonly name: string;
  readonly severity: string;
  readonly solution?: string;
  readonly identifiers: readonly { readonly type: string; readonly value: string; readonly url: string }[];
  readonly cvss_vectors?: readonly { readonly vendor: string; readonly vector: string }[];
  readonly flags?: readonly object[];
  readonly details: Readonly<Record<string, { readonly value: string }>>;
  readonly location: object;
}

function documentOf(report: ScanReport) {
  const options = { tool: { name: 'temper', version: '1.2.3' }, showSuppressed: false };
  return JSON.parse([...scanGitlab(report, options)].join('')) as {
    version: string;
    scan: { start_time: string; messages: { level: string; value: string }[] };
    vulnerabilities: Vulnerability[];
  };
}

test('is a report of a scan at a time, with what is not covered', () => {
  expect(documentOf(scanReport())).toMatchObject({
    version: '15.2.1',
    scan: {
      analyzer: { id: 'temper', name: 'temper', version: '1.2.3', vendor: { name: 'temper' } },
      scanner: { id: 'temper' },
      type: 'container_scanning',
      status: 'success',
      start_time: '2026-08-17T20:53:20',
      end_time: '2026-08-17T20:53:20',
      messages: [
        { level: 'warn', value: expect.stringContaining('2 packages not covered') as string },
        { level: 'warn', value: 'only vulnerabilities with a fix are known of Debian:13' },
        { level: 'info', value: 'database: Debian security tracker 2 h' },
      ],
    },
  });
});

test('says of each finding what GitLab shows', () => {
  const [first] = documentOf(scanReport()).vulnerabilities;
  expect(first).toMatchObject({
    name: 'CVE-2026-0001',
    severity: 'Critical',
    solution: 'Upgrade lodash to 4.17.21 or 5.0.0.',
    location: {
      dependency: { package: { name: 'lodash' }, version: '4.17.20' },
      operating_system: 'debian 13',
      image: 'image',
    },
  });
  expect(first?.id).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(first?.identifiers.map(({ type, value }) => [type, value])).toEqual([
    ['cve', 'CVE-2026-0001'],
    ['ghsa', 'GHSA-aaaa-bbbb-cccc'],
    ['cwe', '79'],
    ['cwe', '1321'],
  ]);
});

test('an unknown severity is unknown, and only vectors that the schema knows are given', () => {
  const list = documentOf(scanReport()).vulnerabilities;
  expect(list.map(({ severity }) => severity)).toEqual(['Critical', 'High', 'Unknown', 'Info', 'High', 'High']);
  expect(list[0]?.cvss_vectors).toEqual([
    { vendor: 'ghsa', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
    { vendor: 'nvd', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' },
  ]);
  expect(list[3]?.cvss_vectors).toBeUndefined();
});

test('flags what somebody has found not to be there, and only says so of what a rule ignores', () => {
  const [notAffected, ignored] = documentOf(scanReport()).vulnerabilities.slice(-2);
  expect(notAffected?.flags).toEqual([
    { type: 'flagged-as-likely-false-positive', origin: 'temper', description: 'The parser is never called.' },
  ]);
  expect(ignored?.flags).toBeUndefined();
  expect(ignored?.details['status']?.value).toBe('ignored');
});

test('ids are the same in every run, and no two findings have the same', () => {
  const ids = (report: ScanReport) => documentOf(report).vulnerabilities.map(({ id }) => id);
  expect(ids(scanReport())).toEqual(ids(scanReport()));
  expect(new Set(ids(scanReport())).size).toBe(6);
});

test('texts are no longer than the schema allows', () => {
  const long = HOSTILE.repeat(1000);
  const finding = findingIn(libc, long, {
    summary: long,
    fix: { state: 'fixed', versions: [long], published: undefined, advisory: undefined },
  });
  const [only] = documentOf(scanReport({ findings: [finding], suppressed: [] })).vulnerabilities;
  expect([only?.name.length, (only?.solution?.length ?? 0) <= 7000]).toEqual([255, true]);
});
