// Which findings somebody wants to see.
import type { Finding, FindingSeverity } from './types.ts';

/** Every part that is given must hold. */
export interface FindingFilter {
  readonly severities?: ReadonlySet<FindingSeverity['level']> | undefined;
  readonly onlyFixed?: boolean | undefined;
  readonly onlyUnfixed?: boolean | undefined;
  /** Ids or aliases; any may hold. */
  readonly ids?: ReadonlySet<string> | undefined;
  /** Types of package URLs: `deb`, `npm`. */
  readonly types?: ReadonlySet<string> | undefined;
  /** `added`: what the base image does not bring, or where no base is known; `base`: what it surely does. */
  readonly origin?: 'base' | 'added' | undefined;
  /** Expressions of which one must match a package's name. */
  readonly names?: readonly { test(name: string): boolean }[] | undefined;
  /** Metrics of a CVSS vector, `AV:N`: all must stand in the one that counts. */
  readonly metrics?: readonly string[] | undefined;
  /** 0 to 1: the share of vulnerabilities that are less likely to be exploited. */
  readonly minEpssPercentile?: number | undefined;
  /** Known to be exploited, by CISA's catalogue. */
  readonly onlyKev?: boolean | undefined;
  /** 0 to 1. */
  readonly minEpss?: number | undefined;
  /** Names of packages or of their sources, or package URLs with or without version and qualifiers; any may hold. */
  readonly packages?: readonly string[] | undefined;
}

/** What filters look at. */
type Filtered = Pick<Finding, 'id' | 'aliases' | 'severity' | 'fix' | 'exploited' | 'epss'> & {
  readonly package: Pick<Finding['package'], 'purl' | 'name' | 'source'> & Partial<Pick<Finding['package'], 'origin'>>;
};

export function passes(finding: Filtered, filter: FindingFilter): boolean {
  const { severities, onlyFixed, onlyKev, minEpss, packages } = filter;
  if (severities !== undefined && !severities.has(finding.severity.level)) return false;
  if (onlyFixed === true && finding.fix.state !== 'fixed') return false;
  if (onlyKev === true && finding.exploited === undefined) return false;
  if (minEpss !== undefined && (finding.epss?.score ?? 0) < minEpss) return false;
  if (packages !== undefined && !packages.some((wanted) => isNamed(finding.package, wanted))) return false;
  return passesOthers(finding, filter);
}

function passesOthers({ id, aliases, fix, severity, epss, package: p }: Filtered, filter: FindingFilter): boolean {
  const { onlyUnfixed, ids, types, origin, names, metrics, minEpssPercentile } = filter;
  if (onlyUnfixed === true && fix.state === 'fixed') return false;
  if (ids !== undefined && ![id, ...aliases].some((one) => ids.has(one))) return false;
  if (types !== undefined && !types.has(typeOf(p.purl))) return false;
  if (origin !== undefined && (p.origin === 'base') !== (origin === 'base')) return false;
  if (names !== undefined && !names.some((one) => one.test(p.name))) return false;
  const stated = severity.vector?.split('/') ?? [];
  if (metrics !== undefined && !metrics.every((metric) => stated.includes(metric))) return false;
  return minEpssPercentile === undefined || (epss?.percentile ?? 0) >= minEpssPercentile;
}

/** `npm` of `pkg:npm/left-pad@1.3.0`. */
function typeOf(purl: string): string {
  return /^pkg:([a-z0-9.+-]+)\//.exec(purl)?.[1] ?? '';
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
