// How much a finding matters, in one number, as Grype computes it.
import type { Epss, KnownExploited, Severity, SeverityLevel } from '../advisory/types.ts';
import { isNvd, scoreOf } from './severity.ts';
import type { FindingSeverity } from './types.ts';

/** The middle of what each level's CVSS scores are, of 10; a severity that nobody knows stands in the middle of all. */
const midpoints: Readonly<Record<SeverityLevel | 'unknown', number>> = {
  critical: 9,
  high: 7.5,
  medium: 5,
  low: 3,
  negligible: 0.5,
  unknown: 5,
};

export interface RiskFactors {
  readonly severity: FindingSeverity;
  /** Every severity known, whoever's. */
  readonly severities: readonly Severity[];
  readonly epss: Epss | undefined;
  readonly exploited: KnownExploited | undefined;
}

/**
 * 0.0 to 100.0, one decimal place: min(threat · severity · kev, 1) · 100. The threat is 1 where it is known to be
 * exploited, else EPSS, else 0; the severity the mean of the level's middle and the CVSS scores' mean, of 10; kev 1.05
 * where it is known to be exploited, 1.1 where by ransomware. The CVSS scores are those of the source whose level
 * counts, else NVD's, else everybody's; scores of 0 say nothing.
 */
export function riskOf({ severity, severities, epss, exploited }: RiskFactors): number {
  const threat = exploited === undefined ? bounded(epss?.score ?? 0) : 1;
  if (threat === 0) return 0;
  const kev = exploited === undefined ? 1 : exploited.ransomware ? 1.1 : 1.05;
  const middle = midpoints[severity.level] / 10;
  const scores = countingScores(severity, severities);
  const seriousness = scores.length === 0 ? middle : (middle + mean(scores) / 10) / 2;
  // What binary fractions leave below a half is a half.
  return Math.round(Math.min(threat * seriousness * kev, 1) * 1000 + 1e-9) / 10;
}

function countingScores(severity: FindingSeverity, severities: readonly Severity[]): readonly number[] {
  const own = scoresOf(severities.filter(({ source }) => source === severity.source));
  if (own.length > 0) return own;
  const nvd = scoresOf(severities.filter(isNvd));
  return nvd.length > 0 ? nvd : scoresOf(severities);
}

function scoresOf(severities: readonly Severity[]): readonly number[] {
  return severities.map((s) => scoreOf(s) ?? 0).filter((score) => score > 0);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0) / numbers.length;
}

function bounded(probability: number): number {
  return probability >= 0 && probability <= 1 ? probability : 0;
}
