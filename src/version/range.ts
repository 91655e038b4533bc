// Ranges of versions: OSV schema 1.7, "affected[].ranges[].events fields" and "Evaluation".
import type { VersionOrder } from './order.ts';

/** A half-open range in an ecosystem's order. Without an end it reaches every later version. */
export interface Range {
  /** The first version that is meant; `0` is before every version. */
  readonly introduced: string;
  /** The first version that is not. */
  readonly fixed?: string | undefined;
  /** The last version that is. */
  readonly lastAffected?: string | undefined;
}

/** Ranges of one package that are looked at for its fixes; a record has a few. */
const RANGES = 500;

/**
 * Whether a range holds a version. An end that cannot be compared decides nothing: where the other excludes the version the
 * answer is no, else it is `undefined`. The range of all versions holds those without a place in the order too.
 */
export function inRange(order: VersionOrder, version: string, range: Range): boolean | undefined {
  const begun = isBegun(order, version, range.introduced);
  if (begun === false) return false;
  const ended = isEnded(order, version, range);
  if (ended === true) return false;
  return begun === undefined || ended === undefined ? undefined : true;
}

/**
 * The versions that fix a package: the ends after its version that none of the ranges holds, in order, none twice. The first
 * ends the range that holds the version where that has an end: it is the fix in the package's own line of releases.
 */
export function fixedVersions(order: VersionOrder, version: string, ranges: readonly Range[]): readonly string[] {
  const only = ranges[0];
  if (only !== undefined && ranges.length === 1)
    return only.fixed !== undefined && isAfter(order, only.fixed, version) ? [only.fixed] : [];
  const looked = ranges.slice(0, RANGES);
  const fixes = looked.flatMap(({ fixed }) => (fixed !== undefined && isAfter(order, fixed, version) ? [fixed] : []));
  return [...new Set(fixes)]
    .filter((fix) => !looked.some((range) => inRange(order, fix, range) === true))
    .sort((a, b) => order(a, b) ?? 0);
}

function isBegun(order: VersionOrder, version: string, introduced: string): boolean | undefined {
  if (introduced === '0') return true;
  const difference = order(version, introduced);
  return difference === undefined ? undefined : difference >= 0;
}

function isEnded(order: VersionOrder, version: string, range: Range): boolean | undefined {
  const { fixed, lastAffected } = range;
  const end = fixed ?? lastAffected;
  if (end === undefined) return false;
  const difference = order(version, end);
  if (difference === undefined) return undefined;
  return fixed === undefined ? difference > 0 : difference >= 0;
}

function isAfter(order: VersionOrder, a: string, b: string): boolean {
  const difference = order(a, b);
  return difference !== undefined && difference > 0;
}
