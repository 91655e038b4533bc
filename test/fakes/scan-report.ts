// Results of scans, with what is hostile in every place that a feed, an image or a document fills.
import type { DatabaseSource } from '../../src/advisory/database/description.ts';
import type { BomPackage } from '../../src/bom/types.ts';
import type { ScanReport } from '../../src/flow/scan/scan.ts';
import type { Finding, FindingDecision } from '../../src/match/types.ts';
import { bomOf, deb, pkg } from './packages.ts';

export const NOW = 1_787_000_000;
export const HOSTILE = '<script>alert(1)</script> | @everyone `x` [a](javascript:x) {0} "\' \u202e\u0000\ud800 #1';

export function findingIn(p: BomPackage, id: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    aliases: [],
    package: {
      purl: p.purl,
      name: p.name,
      version: p.version,
      kind: p.kind,
      source: p.source,
      locations: p.locations ?? [],
      origin: p.origin,
      evidence: p.evidence,
      parents: [],
    },
    evidence: [
      {
        advisory: id,
        feed: 'debian-tracker',
        record: `json#${p.name}/${id}`,
        ecosystem: 'Debian:13',
        name: p.name,
        version: p.version,
        range: { introduced: '0', fixed: '9' },
      },
    ],
    severity: { level: 'high', source: 'debian', score: undefined, vector: undefined },
    severities: [],
    epss: undefined,
    exploited: undefined,
    risk: 0,
    fix: { state: 'not-fixed', versions: [], published: undefined, advisory: undefined },
    status: 'affected',
    decisions: [],
    summary: `about ${id}`,
    references: () => [],
    cwes: [],
    published: undefined,
    ...more,
  };
}

export const decided: FindingDecision = {
  by: 'vex',
  status: 'not-affected',
  justification: 'vulnerable_code_not_in_execute_path',
  reason: 'The parser is never called.',
  source: 'product.openvex.json',
  author: 'somebody@example.org',
  at: 1_780_000_000,
  expires: undefined,
};

export const source: DatabaseSource = {
  feed: 'debian-tracker',
  title: 'Debian security tracker',
  base: 'https://feed.example/json',
  local: false,
  licence: undefined,
  ecosystems: undefined,
  read: NOW - 7200,
  modified: undefined,
  digest: `sha256:${'ab'.repeat(32)}`,
  records: 3,
  skipped: 0,
};

export const libc = deb('libc6', '2.41-12', 'glibc', '2.41-12', { locations: [{ path: 'var/lib/dpkg/status' }] });
export const lodash = pkg('pkg:npm/lodash@4.17.20', {
  locations: [{ path: 'app/a b/package.json' }, { path: 'srv/x.jar', within: ['WEB-INF/lib/y.jar'] }],
});
const odd = pkg('pkg:generic/odd@1', { name: HOSTILE, version: HOSTILE });

const critical = findingIn(lodash, 'CVE-2026-0001', {
  aliases: ['GHSA-aaaa-bbbb-cccc'],
  severity: { level: 'critical', source: 'ghsa', score: 9.8, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
  severities: [
    { source: 'ghsa', level: 'critical', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8 },
    { source: 'nvd', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' },
    { source: 'other', vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N' },
    { source: 'bad', vector: 'nonsense' },
  ],
  epss: { id: 'CVE-2026-0001', score: 0.5, percentile: 0.9, date: '2026-08-16' },
  exploited: { id: 'CVE-2026-0001', added: '2026-01-02', due: '2026-02-02', ransomware: true, action: 'Update.' },
  risk: 99.5,
  fix: { state: 'fixed', versions: ['4.17.21', '5.0.0'], published: 1_770_000_000, advisory: 'GHSA-aaaa-bbbb-cccc' },
  references: () => ['https://example.org/a?b=<c>'],
  cwes: ['CWE-79', 'CWE-1321'],
  published: 1_760_000_000,
});

/** Every kind of finding once: the worst, one nobody has rated, one under investigation, suppressed ones, hostile ones. */
export function scanReport(more: Partial<ScanReport> = {}): ScanReport {
  const bom = bomOf([libc, lodash, odd]);
  return {
    platform: 'linux/amd64',
    bom: { ...bom, subject: { ...bom.subject, manifestDigest: `sha256:${'cd'.repeat(32)}` } },
    findings: [
      critical,
      findingIn(libc, 'CVE-2026-0002', { status: 'under-investigation' }),
      findingIn(libc, 'CVE-2026-0003', {
        severity: { level: 'unknown', source: undefined, score: undefined, vector: undefined },
      }),
      findingIn(odd, `X-${HOSTILE}`, {
        severity: { level: 'negligible', source: HOSTILE, score: 0, vector: HOSTILE },
        severities: [{ source: HOSTILE, stated: HOSTILE, level: 'negligible', score: 0, vector: HOSTILE }],
        aliases: [HOSTILE],
        summary: HOSTILE,
        references: () => ['https://example.org/"><script>'],
        cwes: [HOSTILE],
        fix: { state: 'fixed', versions: [HOSTILE], published: undefined, advisory: HOSTILE },
      }),
    ],
    suppressed: [
      findingIn(libc, 'CVE-2026-0004', { status: 'not-affected', decisions: [decided] }),
      findingIn(odd, 'CVE-2026-0005', {
        status: 'ignored',
        decisions: [{ ...decided, by: 'ignore-rule', status: 'ignored', justification: undefined, reason: HOSTILE }],
      }),
    ],
    filtered: 2,
    notCovered: [
      { purl: 'pkg:generic/odd@1', name: HOSTILE, version: HOSTILE, reason: 'kind', ecosystem: undefined },
      { purl: 'pkg:apk/a@1', name: 'a', version: '1', reason: 'no-feed', ecosystem: 'Alpine:v3.99' },
    ],
    covered: 2,
    fixedOnly: ['Debian:13'],
    database: { sources: [source], now: NOW },
    failures: [{ condition: 'high', count: 2 }],
    ...more,
  };
}
