// Packages under those that need them.
import type { Bom, BomPackage } from '../bom/types.ts';

/** Packages nested deeper than this stand in no line of their own. */
const DEEPEST = 100;

export interface TreeLine {
  readonly package: BomPackage;
  /** For each level from the first: whether more follows on it after this line. */
  readonly more: readonly boolean[];
  /** What it needs stands in the lines after it. */
  readonly opens: boolean;
  /** What it needs stands at an earlier line. */
  readonly above: boolean;
  /** What it needs is not shown: it stands too deep. */
  readonly cut: boolean;
}

/**
 * Every package with what it needs below it, each time that something needs it; what a package needs is shown once. The
 * first level are those that nothing needs; of packages that need each other the first stands there.
 */
export function* forestOf({ packages }: Bom): Generator<TreeLine> {
  const byPurl = new Map(packages.map((p) => [p.purl, p]));
  const needed = new Set(packages.flatMap((p) => p.dependencies));
  const shown = new Set<string>();
  const tops = packages.filter((p) => !needed.has(p.purl));
  yield* below(tops, byPurl, shown);
  // Left are those that only need each other.
  for (const p of packages) if (!shown.has(p.purl)) yield* below([p], byPurl, shown);
}

interface Level {
  readonly packages: readonly BomPackage[];
  next: number;
}

function* below(
  tops: readonly BomPackage[],
  byPurl: ReadonlyMap<string, BomPackage>,
  shown: Set<string>,
): Generator<TreeLine> {
  const levels: Level[] = [{ packages: tops, next: 0 }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const p = level.packages[level.next++];
    if (p === undefined) {
      levels.pop();
      continue;
    }
    const needs = p.dependencies.flatMap((purl) => byPurl.get(purl) ?? []);
    const above = needs.length > 0 && shown.has(p.purl);
    const cut = needs.length > 0 && !above && levels.length >= DEEPEST;
    const opens = needs.length > 0 && !above && !cut;
    yield { package: p, more: levels.map((one) => one.next < one.packages.length), opens, above, cut };
    if (!above && !cut) shown.add(p.purl);
    if (opens) levels.push({ packages: needs, next: 0 });
  }
}

/** Packages, and relations of any of them to another. */
export function sizeOf({ packages }: Bom): { readonly packages: number; readonly relations: number } {
  return { packages: packages.length, relations: packages.reduce((sum, p) => sum + p.dependencies.length, 0) };
}
