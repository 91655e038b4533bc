import { expect, test } from 'vitest';
import type { Epss, KnownExploited, Severity, SeverityLevel } from '../advisory/types.ts';
import { riskOf } from './risk.ts';
import type { FindingSeverity } from './types.ts';

const epss = (score: number): Epss => ({ id: 'CVE-2024-0001', score, percentile: 0.5 });
const kev = (ransomware: boolean): KnownExploited => ({
  id: 'CVE-2024-0001',
  added: '2024-03-29',
  due: '2024-04-19',
  ransomware,
  action: '',
});

function risk(
  level: SeverityLevel | 'unknown',
  scores: readonly number[],
  probability?: number,
  exploited?: KnownExploited,
): number {
  const severity: FindingSeverity = { level, source: 'nvd', score: undefined, vector: undefined };
  const severities = scores.map((score): Severity => ({ source: 'nvd', score }));
  return riskOf({ severity, severities, epss: probability === undefined ? undefined : epss(probability), exploited });
}

test.each([
  ['EPSS alone: 0.5 · 0.9', risk('critical', [], 0.5), 45],
  ['one decimal place: 0.50033 · 0.9', risk('critical', [], 0.50033), 45],
  ['the mean with CVSS: 0.944 · (0.9 + 1.0) / 2', risk('critical', [10], 0.944), 89.7],
  ['the mean with the mean of two scores: 0.1 · (0.75 + 0.85) / 2', risk('high', [9, 8], 0.1), 8],
  ['medium: 0.2 · 0.5', risk('medium', [], 0.2), 10],
  ['low: 0.2 · 0.3', risk('low', [], 0.2), 6],
  ['negligible: 1 · 0.05', risk('negligible', [], 1), 5],
  ['a severity that nobody knows: 0.2 · 0.5', risk('unknown', [], 0.2), 10],
  ['a CVSS score of 0 says nothing', risk('low', [0], 0.2), 6],
  ['known to be exploited: 1 · 0.75 · 1.05', risk('high', [7.5], 0.001, kev(false)), 78.8],
  ['by ransomware: 1 · 0.75 · 1.1', risk('high', [7.5], undefined, kev(true)), 82.5],
  ['never more than 100', risk('critical', [10], 1, kev(true)), 100],
  ['no threat known', risk('critical', [10]), 0],
  ['a probability that is none', risk('critical', [10], 11), 0],
  ['a probability that is no number', risk('critical', [10], Number.NaN), 0],
])('computes %s', (_, found, expected) => {
  expect(found).toBe(expected);
});

test("takes the CVSS score of the source whose level counts, else NVD's, else everybody's", () => {
  const severity: FindingSeverity = { level: 'high', source: 'redhat', score: undefined, vector: undefined };
  const of = (...severities: Severity[]) => riskOf({ severity, severities, epss: epss(1), exploited: undefined });
  const [own, nvd, other] = ['redhat', 'nvd', 'ghsa'].map((source, i): Severity => ({ source, score: [5, 9.5, 2][i] }));
  if (own === undefined || nvd === undefined || other === undefined) throw new Error('three severities');
  expect(of(own, nvd, other)).toBe(62.5);
  expect(of(nvd, other)).toBe(85);
  expect(of(other)).toBe(47.5);
  expect(of()).toBe(75);
});
