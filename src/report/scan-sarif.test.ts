import { expect, test } from 'vitest';
import { findingIn, HOSTILE, libc, lodash, scanReport } from '../../test/fakes/scan-report.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import { scanSarif } from './scan-sarif.ts';

interface Rule {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly defaultConfiguration: { readonly level: string };
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly suppressions?: readonly unknown[];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
  readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }[];
}

function runOf(report: ScanReport) {
  const text = [...scanSarif(report, { tool: { name: 'temper', version: '1.2.3' }, showSuppressed: false })].join('');
  const { runs } = JSON.parse(text) as {
    runs: [
      {
        tool: { driver: { rules: Rule[] } };
        results: Result[];
        invocations: [{ toolExecutionNotifications: { message: { text: string } }[] }];
        properties: { notCovered: unknown[] };
      },
    ];
  };
  return runs[0];
}

test('has a rule for each vulnerability with the score that GitHub sorts by, and none where nobody has rated it', () => {
  const { tool, results } = runOf(scanReport());
  const scores = tool.driver.rules.map(({ id, properties }) => [id, properties['security-severity']]);
  expect(scores).toEqual([
    ['CVE-2026-0001', '9.8'],
    ['CVE-2026-0002', '8.0'],
    ['CVE-2026-0003', undefined],
    [`X-${HOSTILE}`, '0.1'],
    ['CVE-2026-0004', '8.0'],
    ['CVE-2026-0005', '8.0'],
  ]);
  expect(results.map(({ ruleIndex }) => tool.driver.rules[ruleIndex]?.id)).toEqual(results.map(({ ruleId }) => ruleId));
  expect(results.map(({ level }) => level)).toEqual(['error', 'error', 'warning', 'note', 'error', 'error']);
  expect(tool.driver.rules[0]?.properties['tags']).toEqual([
    'security',
    'vulnerability',
    'known-exploited',
    'external/cwe/cwe-079',
    'external/cwe/cwe-1321',
  ]);
});

test('a score never leaves the level that counts', () => {
  const severity = { level: 'low' as const, source: 'debian', score: 9.8, vector: undefined };
  const { tool } = runOf(scanReport({ findings: [findingIn(libc, 'CVE-1', { severity })], suppressed: [] }));
  expect(tool.driver.rules[0]?.properties['security-severity']).toBe('3.9');
});

test('lists suppressed findings with the reason, whatever people are shown', () => {
  const { results } = runOf(scanReport());
  expect(results.map(({ suppressions }) => suppressions)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    [
      {
        kind: 'external',
        status: 'accepted',
        justification:
          'vulnerable_code_not_in_execute_path: The parser is never called. (product.openvex.json, somebody@example.org)',
      },
    ],
    [expect.objectContaining({ kind: 'external', status: 'accepted' })],
  ]);
});

test('places are addresses of files in the image, of the image itself where none is known', () => {
  const { results } = runOf(scanReport());
  const uris = results.map(({ locations }) => locations.map((one) => one.physicalLocation.artifactLocation.uri));
  expect(uris.slice(0, 4)).toEqual([
    ['app/a%20b/package.json', 'srv/x.jar'],
    ['var/lib/dpkg/status'],
    ['var/lib/dpkg/status'],
    ['image'],
  ]);
});

test('fingerprints outlive a new version of the package, and no two results have the same', () => {
  const marks = (report: ScanReport) =>
    runOf(report).results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
  const older = findingIn({ ...lodash, version: '4.17.19', purl: 'pkg:npm/lodash@4.17.19' }, 'CVE-1');
  const newer = findingIn(lodash, 'CVE-1');
  expect(marks(scanReport({ findings: [older], suppressed: [] }))).toEqual(
    marks(scanReport({ findings: [newer], suppressed: [] })),
  );
  expect(new Set(marks(scanReport({ findings: [older, newer], suppressed: [] }))).size).toBe(2);
});

test('brackets and braces of hostile names are no links and no placeholders', () => {
  const text = runOf(scanReport()).results[3]?.message.text ?? '';
  expect(text).toContain('\\[a\\](javascript:x) {{0}}');
});

test('holds what GitHub takes, the worst first, and says how many are left out', () => {
  const many = Array.from({ length: 25_010 }, (_, i) => findingIn(libc, `CVE-2026-${i + 10_000}`));
  const { results, tool, invocations } = runOf(scanReport({ findings: many }));
  expect([results.length, tool.driver.rules.length]).toEqual([25_000, 25_000]);
  expect(invocations[0].toolExecutionNotifications[0]?.message.text).toBe(
    '12 findings left out: a run has at most 25000 results',
  );
});

test('says what is not covered and how old the database is', () => {
  const { invocations, properties } = runOf(scanReport());
  const notes = invocations[0].toolExecutionNotifications.map(({ message }) => message.text);
  expect(notes).toEqual([
    '2 packages not covered: 1 generic (no feed speaks of such), 1 Alpine:v3.99 (not in the database)',
    'only vulnerabilities with a fix are known of Debian:13',
    'database: Debian security tracker 2 h',
  ]);
  expect(properties.notCovered).toHaveLength(2);
});
