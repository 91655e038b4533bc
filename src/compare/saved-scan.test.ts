import { expect, test } from 'vitest';
import { NOW, scanReport, source } from '../../test/fakes/scan-report.ts';
import { scanJson } from '../report/scan-json.ts';
import { isSavedScan, savedSide } from './saved-scan.ts';

const tool = { name: 'temper', version: '0.1.0' };
const saved = () =>
  JSON.parse([...scanJson(scanReport(), { tool, showSuppressed: false })].join('')) as Record<string, unknown>;

test('what a scan wrote is a side: its packages, its findings and the data that they are of', () => {
  const document = saved();
  expect(isSavedScan(document)).toBe(true);
  const { side, sources, filtered } = savedSide(document, 'scan.json');
  expect(side).toMatchObject({ kind: 'scan', packageCount: 3, related: false, files: undefined, layers: undefined });
  expect(side.packages?.map(({ kind, name, version, source }) => [kind, name, version, source?.name])).toContainEqual([
    'deb',
    'libc6',
    '2.41-12',
    'glibc',
  ]);
  expect(side.findings.findings.map(({ id }) => id)).toContain('CVE-2026-0004');
  expect(sources).toMatchObject([{ feed: 'debian-tracker' }]);
  expect(filtered).toBe(2);
});

test('its data is as old as the scan said, which of a folder is the age of what is in it', () => {
  const folder = { ...source, local: true, read: NOW - 60, modified: NOW - 94 * 86_400 };
  const report = scanReport({ database: { sources: [folder, source], now: NOW } });
  const document: unknown = JSON.parse([...scanJson(report, { tool, showSuppressed: false })].join(''));
  const time = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '');
  expect(savedSide(document, 'scan.json').sources.map(({ current, read }) => [current, read])).toEqual([
    [time(NOW - 94 * 86_400), time(NOW - 60)],
    [time(NOW - 7200), time(NOW - 7200)],
  ]);
});

test('one that does not list packages tells how many there are', () => {
  const { packages: _, ...old } = saved();
  const { side } = savedSide(old, 'scan.json');
  expect([side.packages, side.packageCount]).toEqual([undefined, 3]);
});

test('what is missing or of another shape is named', () => {
  for (const document of [{}, { ...saved(), findings: [{ id: 1 }] }, { ...saved(), totals: { packages: -1 } }]) {
    expect(() => savedSide(document, 'scan.json')).toThrow(expect.objectContaining({ code: 'scan/malformed' }));
  }
  expect(isSavedScan(null)).toBe(false);
  expect(isSavedScan({ $schema: 'urn:temper:schema:sbom:1' })).toBe(false);
});
