// A scan's result in numbers.
import type { ScanReport } from '../flow/scan/scan.ts';
import { levelsInOrder } from '../match/rank.ts';
import type { Finding, FindingSeverity, NotCovered } from '../match/types.ts';

export interface ScanTotals {
  readonly findings: number;
  /** Of every level, also where there is none; `unknown` counts those that nobody has rated. */
  readonly levels: Readonly<Record<FindingSeverity['level'], number>>;
  readonly fixable: number;
  readonly exploited: number;
  readonly vulnerabilities: number;
  /** Packages with findings. */
  readonly affected: number;
  readonly packages: number;
  readonly suppressed: number;
  readonly filtered: number;
  readonly covered: number;
  readonly notCovered: number;
}

export function totalsOf(report: ScanReport): ScanTotals {
  const { findings, suppressed, filtered, bom, covered, notCovered } = report;
  const count = (is: (finding: Finding) => boolean): number => findings.filter(is).length;
  const levels = Object.fromEntries(
    levelsInOrder.map((level) => [level, count((finding) => finding.severity.level === level)]),
  ) as Record<FindingSeverity['level'], number>;
  return {
    findings: findings.length,
    levels,
    fixable: count(({ fix }) => fix.state === 'fixed'),
    exploited: count((finding) => finding.exploited !== undefined),
    vulnerabilities: new Set(findings.map(({ id }) => id)).size,
    affected: new Set(findings.map((finding) => finding.package.purl)).size,
    packages: bom.packages.length,
    suppressed: suppressed.length,
    filtered,
    covered,
    notCovered: notCovered.length,
  };
}

/** Why packages are not covered, the reason of most first: `no-feed` of `Alpine:v3.99`, 12 packages. */
export function uncoveredGroups(
  notCovered: readonly NotCovered[],
): readonly { readonly reason: NotCovered['reason']; readonly what: string; readonly count: number }[] {
  const groups = new Map<string, { reason: NotCovered['reason']; what: string; count: number }>();
  for (const { reason, ecosystem, purl } of notCovered) {
    const what = reason === 'no-purl' ? '' : (ecosystem ?? purl.slice('pkg:'.length, purl.indexOf('/')));
    const key = `${reason} ${what}`;
    const group = groups.get(key) ?? { reason, what, count: 0 };
    group.count++;
    groups.set(key, group);
  }
  // Groups stand in the order of their first packages, which are sorted.
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
