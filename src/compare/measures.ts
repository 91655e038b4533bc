// The numbers of both sides, beside each other.
import type { BomPackage } from '../bom/types.ts';
import { compareStrings } from '../lib/bytes.ts';
import { levelsInOrder } from '../match/rank.ts';
import { contentSize, hasCapabilities, isSetgid, isSetuid } from './files.ts';
import { relationshipCount } from './relationships.ts';
import type { FindingChanges, FindingTotals, Measure, Side } from './types.ts';

/** By how much the second is more, in percent with one decimal; less is negative. */
export type Percent =
  /** `-95.3`; never 100 less where something is left. */
  | number
  /** There was none: no share of nothing is a number. */
  | 'new'
  | undefined;

/** `undefined` where a side is not known. */
export function percentOf({ a, b }: Pick<Measure, 'a' | 'b'>): Percent {
  if (a === undefined || b === undefined) return undefined;
  if (a === 0) return b === 0 ? 0 : 'new';
  const exact = Math.round(((b - a) / a) * 1000) / 10;
  // Neither is all gone where something is left, nor is it the same where it is not.
  if (b > 0 && exact <= -100) return -99.9;
  if (exact === 0 && a !== b) return b > a ? 0.1 : -0.1;
  return exact;
}

type Of = (side: Side) => number | undefined;

/** Counts and sizes, in the order in which they are shown. */
export function measuresOf(a: Side, b: Side, { a: before, b: after }: FindingChanges): readonly Measure[] {
  const count = (name: string, of: Of): Measure => ({ name, unit: 'count', a: of(a), b: of(b) });
  const bytes = (name: string, of: Of): Measure => ({ name, unit: 'bytes', a: of(a), b: of(b) });
  const found = (name: string, of: (totals: FindingTotals) => number): Measure => ({
    name: name === '' ? 'vulnerabilities' : `vulnerabilities.${name}`,
    unit: 'count',
    a: before.known ? of(before) : undefined,
    b: after.known ? of(after) : undefined,
  });
  return [
    count('packages', ({ packageCount }) => packageCount),
    ...kindMeasures(a, b),
    count('relationships', ({ packages, related }) => (packages && related ? relationshipCount(packages) : undefined)),
    found('', ({ findings }) => findings.length),
    ...levelsInOrder.map((level) => found(level, ({ levels }) => levels.get(level) ?? 0)),
    found('fixable', ({ fixable }) => fixable),
    found('exploited', ({ exploited }) => exploited),
    found('suppressed', ({ suppressed }) => suppressed),
    count('not-covered', ({ findings }) => findings.notCovered),
    bytes('size', ({ layers }) => storedSize(layers)),
    bytes('unpacked', ({ files }) => files && contentSize(files)),
    count('layers', ({ layers }) => layers?.length),
    count('files', ({ files }) => files?.length),
    count('setuid', ({ files }) => files?.filter(isSetuid).length),
    count('setgid', ({ files }) => files?.filter(isSetgid).length),
    // Only layers tell of them.
    count('capabilities', ({ kind, files }) => (kind === 'image' ? files?.filter(hasCapabilities).length : undefined)),
  ];
}

/** How many packages there are of each type that either side has. */
function kindMeasures({ packages: a }: Side, { packages: b }: Side): readonly Measure[] {
  const [before, after] = [kindCounts(a ?? []), kindCounts(b ?? [])];
  return [...new Set([...before.keys(), ...after.keys()])].sort(compareStrings).map((kind) => ({
    name: `packages.${kind}`,
    unit: 'count',
    a: a && (before.get(kind) ?? 0),
    b: b && (after.get(kind) ?? 0),
  }));
}

function kindCounts(packages: readonly BomPackage[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of packages) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function storedSize(layers: Side['layers']): number | undefined {
  return layers?.reduce<number | undefined>(
    (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
    0,
  );
}
