// Which findings somebody wants to see.
import type { Finding, FindingSeverity } from './types.ts';

/** Every part that is given must hold. */
export interface FindingFilter {
  readonly severities?: ReadonlySet<FindingSeverity['level']> | undefined;
  readonly onlyFixed?: boolean | undefined;
  /** Known to be exploited, by CISA's catalogue. */
  readonly onlyKev?: boolean | undefined;
  /** 0 to 1. */
  readonly minEpss?: number | undefined;
  /** Names of packages or of their sources, or package URLs with or without version and qualifiers; any may hold. */
  readonly packages?: readonly string[] | undefined;
}

/** What filters look at. */
type Filtered = Pick<Finding, 'severity' | 'fix' | 'exploited' | 'epss'> & {
  readonly package: Pick<Finding['package'], 'purl' | 'name' | 'source'>;
};

export function passes(finding: Filtered, filter: FindingFilter): boolean {
  const { severities, onlyFixed, onlyKev, minEpss, packages } = filter;
  if (severities !== undefined && !severities.has(finding.severity.level)) return false;
  if (onlyFixed === true && finding.fix.state !== 'fixed') return false;
  if (onlyKev === true && finding.exploited === undefined) return false;
  if (minEpss !== undefined && (finding.epss?.score ?? 0) < minEpss) return false;
  return packages === undefined || packages.some((wanted) => isNamed(finding.package, wanted));
}

/** Whether a filter's word names the package. */
export function isNamed(p: Filtered['package'], wanted: string): boolean {
  if (!wanted.startsWith('pkg:')) return p.name === wanted || p.source?.name === wanted;
  return p.purl === wanted || p.purl.startsWith(`${wanted}@`) || p.purl.startsWith(`${wanted}?`);
}

/** `not-affected`, `fixed` and `ignored`: somebody has said why it does not count. */
export function isSuppressed({ status }: Pick<Finding, 'status'>): boolean {
  return status === 'not-affected' || status === 'fixed' || status === 'ignored';
}
