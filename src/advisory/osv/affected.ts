// What a record says of one package.
import { isWithin, spansOf, type VersionSpan } from '../../osv/events.ts';
import { listOf, Members } from '../../osv/members.ts';
import { ecosystemName, packageName } from '../../osv/names.ts';
import { type OsvAffected, type OsvRange, rangesOf } from '../../osv/schema.ts';
import { isGoPseudoVersion } from '../../version/go.ts';
import { type VersionOrder, versionOrder } from '../../version/order.ts';
import type { Affected, AffectedOnly, FixState } from '../types.ts';
import { END_OF_LIFE, packageSeverities } from './severities.ts';

/** Comparisons that are spent at most to find versions that the ranges hold. */
const MOST_COMPARISONS = 1_000_000;

/**
 * One, or several where it depends on the kind of version what holds; empty where it names no version: commits alone, an
 * empty span.
 * @throws Fault `osv/malformed`
 */
export function affectedOf(entry: OsvAffected, id: string): readonly Affected[] {
  return rangesThatCount(entry).flatMap((ranges) => affectedIn(entry, id, ranges) ?? []);
}

function affectedIn(entry: OsvAffected, id: string, { ranges: counting, goVersions }: Counting): Affected | undefined {
  const ecosystem = ecosystemName(entry.ecosystem);
  const order = versionOrder(ecosystem);
  const ranges = distinctSpans(counting.flatMap((range) => spansOf(range.events, orderOf(range, order))));
  const versions = versionsBeside(entry.versions, ranges, order);
  if (ranges.length === 0 && versions.length === 0) return undefined;
  const severities = packageSeverities(entry, id);
  const only = ecosystem === 'Go' ? onlyOf(entry.ecosystemSpecific, goVersions) : undefined;
  return {
    ecosystem,
    name: packageName(ecosystem, entry.name),
    status: 'affected',
    ranges,
    versions,
    fix: fixOf(entry, ranges),
    ...(severities.length > 0 && { severities }),
    ...(only !== undefined && { only }),
  };
}

interface Counting {
  readonly ranges: readonly OsvRange[];
  readonly goVersions?: AffectedOnly['goVersions'];
}

// The Go database says "all versions" where a project's releases are no versions of its module, and has the project's own
// beside it ("custom_ranges" of go.dev/doc/security/vuln/database). These decide on versions of the kinds that they name,
// releases or pseudo-versions; a pseudo-version has no place among the releases of another numbering, nor they among its.
function rangesThatCount(entry: OsvAffected): readonly Counting[] {
  const ranges = entry.ranges.filter(({ type }) => type === 'SEMVER' || type === 'ECOSYSTEM');
  const saysAll = ranges.every(({ events }) => events.every((e) => e.kind === 'introduced' && e.version === '0'));
  const custom = entry.ecosystem === 'Go' && saysAll ? rangesOf(entry.ecosystemSpecific.list('custom_ranges')) : [];
  const named = custom.flatMap(({ events }) => events.map(({ version }) => version)).filter((one) => one !== '0');
  if (named.length === 0) return [{ ranges }];
  const pseudo = named.filter(isGoPseudoVersion).length;
  if (pseudo === 0) return [{ ranges: custom }, { ranges, goVersions: 'pseudo' }];
  return pseudo === named.length ? [{ ranges: custom }, { ranges, goVersions: 'released' }] : [{ ranges: custom }];
}

function orderOf(range: OsvRange, order: VersionOrder | undefined): VersionOrder | undefined {
  return order ?? (range.type === 'SEMVER' ? versionOrder('npm') : undefined);
}

function distinctSpans(spans: readonly VersionSpan[]): readonly VersionSpan[] {
  if (spans.length < 2) return spans;
  const seen = new Map(
    spans.map((span) => [[span.introduced, span.fixed ?? '', span.lastAffected ?? ''].join('\0'), span]),
  );
  return [...seen.values()];
}

/** The versions that the ranges do not hold. */
function versionsBeside(
  versions: readonly string[],
  ranges: readonly VersionSpan[],
  order: VersionOrder | undefined,
): readonly string[] {
  if (versions.length === 0) return versions;
  const distinct = [...new Set(versions)];
  if (order === undefined || distinct.length * ranges.length > MOST_COMPARISONS) return distinct;
  return ranges.length === 0 ? distinct : distinct.filter((version) => isWithin(version, ranges, order) !== true);
}

function fixOf(entry: OsvAffected, ranges: readonly VersionSpan[]): FixState {
  if (ranges.some((range) => range.fixed !== undefined)) return 'fixed';
  if (entry.ecosystemSpecific.loose('urgency') === END_OF_LIFE) return 'wont-fix';
  return ranges.some((range) => range.lastAffected === undefined) ? 'not-fixed' : 'unknown';
}

/** Import paths, symbols and platforms (go.dev/doc/security/vuln/database, "ecosystem_specific"). */
function onlyOf(specific: Members, goVersions: AffectedOnly['goVersions']): AffectedOnly | undefined {
  const imports = listOf(specific.looseList('imports'), (value) => {
    const entry = Members.of(value);
    const path = entry?.loose('path') ?? '';
    if (entry === undefined || path === '') return undefined;
    const [symbols, goos, goarch] = [entry.texts('symbols'), entry.texts('goos'), entry.texts('goarch')];
    return { path, symbols, goos, goarch };
  });
  if (imports.length === 0) return goVersions === undefined ? undefined : { goVersions };
  const goos = inEach(imports.map((entry) => entry.goos));
  const goarch = inEach(imports.map((entry) => entry.goarch));
  return {
    imports: imports.map(({ path, symbols }) => ({ path, symbols })),
    ...(goos !== undefined && { goos }),
    ...(goarch !== undefined && { goarch }),
    ...(goVersions !== undefined && { goVersions }),
  };
}

/** What any of the lists has; `undefined` where one is empty, which means everything. */
function inEach(lists: readonly (readonly string[])[]): readonly string[] | undefined {
  return lists.some((list) => list.length === 0) ? undefined : [...new Set(lists.flat())].sort();
}
