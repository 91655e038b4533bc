import { expect, test } from 'vitest';
import { findingIn, libc, lodash, scanReport } from '../../test/fakes/scan-report.ts';
import { graphOf } from '../bom/documents.ts';
import { readBom } from '../bom/read.ts';
import { writeBom } from '../bom/write.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import { scanCycloneDx } from './scan-cyclonedx.ts';

const tool = { name: 'temper', version: '1.2.3' };

interface Vulnerability {
  readonly id: string;
  readonly ratings: readonly { readonly severity?: string; readonly score?: number; readonly method?: string }[];
  readonly analysis?: object;
  readonly affects: readonly object[];
}

function textOf(report: ScanReport): string {
  return [...scanCycloneDx(report, { tool, showSuppressed: false })].join('');
}

function documentOf(report: ScanReport) {
  return JSON.parse(textOf(report)) as {
    serialNumber: string;
    metadata: { timestamp: string; properties: { name: string; value: string }[] };
    components: { 'bom-ref': string }[];
    vulnerabilities: Vulnerability[];
  };
}

test('the rating that counts stands first, and what nobody has rated has no score', () => {
  const [worst, , unrated] = documentOf(scanReport()).vulnerabilities;
  expect(worst?.ratings.map(({ severity, score, method }) => [severity, score, method])).toEqual([
    ['critical', 9.8, 'CVSSv31'],
    ['unknown', undefined, 'CVSSv2'],
    ['unknown', undefined, 'CVSSv4'],
    ['unknown', undefined, 'other'],
  ]);
  expect(unrated?.ratings).toEqual([{ severity: 'unknown' }]);
});

test('decisions are analyses', () => {
  const analyses = documentOf(scanReport()).vulnerabilities.map(({ id, analysis }) => [id.slice(0, 13), analysis]);
  expect(analyses).toEqual([
    ['CVE-2026-0001', undefined],
    ['CVE-2026-0002', { state: 'in_triage' }],
    ['CVE-2026-0003', undefined],
    [expect.any(String), undefined],
    [
      'CVE-2026-0004',
      {
        state: 'not_affected',
        justification: 'code_not_reachable',
        detail: 'The parser is never called.\nproduct.openvex.json\nsomebody@example.org',
        firstIssued: '2026-05-28T20:26:40Z',
      },
    ],
    ['CVE-2026-0005', expect.objectContaining({ state: 'exploitable', response: ['will_not_fix'] })],
  ]);
});

test('one vulnerability affects components of the document, with their versions', () => {
  const findings = [findingIn(libc, 'CVE-1'), findingIn(lodash, 'CVE-1')];
  const { vulnerabilities, components } = documentOf(scanReport({ findings, suppressed: [] }));
  expect(vulnerabilities.map(({ affects }) => affects)).toEqual([
    [
      { ref: libc.purl, versions: [{ version: '2.41-12', status: 'affected' }] },
      { ref: lodash.purl, versions: [{ version: '4.17.20', status: 'affected' }] },
    ],
  ]);
  expect(components.map((one) => one['bom-ref'])).toEqual(expect.arrayContaining([libc.purl, lodash.purl]));
});

test('says when it was made, of what data, and what is not covered', () => {
  const { metadata } = documentOf(scanReport());
  expect(metadata.timestamp).toBe('2026-08-17T20:53:20Z');
  expect(metadata.properties.map(({ name }) => name)).toEqual([
    'temper:database',
    'temper:fixedOnly',
    'temper:notCovered',
    'temper:notCovered',
  ]);
});

test('is another document than the SBOM, and another for other findings; the same for the same', () => {
  const sbom = JSON.parse([...writeBom(scanReport().bom, 'cyclonedx-json', tool)].join('')) as { serialNumber: string };
  const serials = [
    sbom.serialNumber,
    documentOf(scanReport()).serialNumber,
    documentOf(scanReport({ findings: [] })).serialNumber,
  ];
  expect(new Set(serials).size).toBe(3);
  expect(textOf(scanReport())).toBe(textOf(scanReport()));
});

test('is read as an SBOM again, with its packages and its vulnerabilities', () => {
  const report = scanReport();
  const text = textOf(report);
  const again = readBom(Buffer.from(text), 'scan.cdx.json');
  expect(again.packages.map(({ purl }) => purl)).toEqual(report.bom.packages.map(({ purl }) => purl));
  expect([...writeBom(again, 'cyclonedx-json', tool)].join('')).toBe(text);
  if (again.document === undefined) throw new Error('no document');
  expect(graphOf(again.document).vulnerabilities.map(({ affects }) => affects)).toContainEqual([lodash.purl]);
});
