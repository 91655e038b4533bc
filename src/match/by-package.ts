// Findings by the package that they are in: what to upgrade, to which version.
import { compareStrings } from '../lib/bytes.ts';
import { versionOrder, type VersionOrder } from '../version/order.ts';
import { levelsInOrder } from './rank.ts';
import type { Finding, FindingSeverity, FoundPackage } from './types.ts';

export interface PackageFindings {
  readonly package: FoundPackage;
  /** In the order of the whole. */
  readonly findings: readonly Finding[];
  /** Of levels that it has findings of. */
  readonly levels: ReadonlyMap<FindingSeverity['level'], number>;
  readonly exploited: number;
  /** The version that fixes the most that is known to be fixed; `undefined` where none is or their order is not known. */
  readonly upgrade: Upgrade | undefined;
}

export interface Upgrade {
  readonly version: string;
  /** How many of the findings it is known to fix. */
  readonly fixes: number;
}

/** Findings by package URL: first what is known to be exploited, then the worst; of the same level the package with most of them. */
export function findingsByPackage(findings: readonly Finding[]): readonly PackageFindings[] {
  const groups = Map.groupBy(findings, (finding) => finding.package.purl);
  return [...groups.values()].flatMap(packageFindings).sort(compareGroups);
}

function packageFindings(findings: readonly Finding[]): readonly PackageFindings[] {
  const [first] = findings;
  if (first === undefined) return [];
  const levels = new Map<FindingSeverity['level'], number>();
  for (const { severity } of findings) levels.set(severity.level, (levels.get(severity.level) ?? 0) + 1);
  const exploited = findings.filter((finding) => finding.exploited !== undefined).length;
  return [{ package: first.package, findings, levels, exploited, upgrade: upgradeOf(findings) }];
}

function compareGroups(a: PackageFindings, b: PackageFindings): number {
  if (a.exploited !== b.exploited) return b.exploited - a.exploited;
  for (const level of levelsInOrder) {
    const difference = (b.levels.get(level) ?? 0) - (a.levels.get(level) ?? 0);
    if (difference !== 0) return difference;
  }
  return compareStrings(a.package.purl, b.package.purl);
}

/** The latest of the first fixes: it is on the package's own line of releases where all of them are. */
function upgradeOf(findings: readonly Finding[]): Upgrade | undefined {
  const fixable = findings.flatMap(({ fix: { versions } }) => (versions.length === 0 ? [] : [versions]));
  const firsts = [...new Set(fixable.flatMap((versions) => versions.slice(0, 1)))];
  const order = versionOrder(findings[0]?.evidence[0]?.ecosystem ?? '') ?? (() => undefined);
  const version = latest(firsts, order);
  if (version === undefined) return undefined;
  return { version, fixes: fixable.filter((versions) => isFixedIn(version, versions, order)).length };
}

function latest(versions: readonly string[], order: VersionOrder): string | undefined {
  let last = versions[0];
  if (last === undefined) return undefined;
  for (const version of versions) {
    const difference = order(version, last);
    if (difference === undefined) return undefined;
    if (difference > 0) last = version;
  }
  return last;
}

/**
 * Whether a version from the first fix on has the fix. Another line of releases, whose own fix comes later, begins somewhere
 * between: there it counts only where it agrees with the first fix up to where the two fixes part.
 */
function isFixedIn(version: string, [first = '', ...others]: readonly string[], order: VersionOrder): boolean {
  const next = others.find((other) => (order(other, version) ?? 1) > 0);
  if (next === undefined || version === first || others.includes(version)) return true;
  const parts = first.split('.');
  const apart = parts.findIndex((part, i) => part !== next.split('.')[i]);
  const shared = apart === -1 ? parts.length : apart + 1;
  return parts.slice(0, shared).join('.') === version.split('.').slice(0, shared).join('.');
}
