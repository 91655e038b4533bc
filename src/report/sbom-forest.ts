// Packages under those that need them.
import type { Bom, BomPackage } from '../bom/types.ts';

/** What a package needs that is nested this deep stands on the first level again. */
const DEEPEST = 100;

export interface TreeLine {
  readonly package: BomPackage;
  /** For each level from the first: whether more follows on it after this line. */
  readonly more: readonly boolean[];
  /** What it needs stands in the lines after it. */
  readonly opens: boolean;
  /** What it needs stands at an earlier line. */
  readonly above: boolean;
  /** It stands too deep: it is on the first level, too, with what it needs. */
  readonly below: boolean;
}

/**
 * Every package with what it needs below it, each time that something needs it; what a package needs is shown once. The
 * first level are those that nothing needs; of packages that need each other the first stands there.
 */
export function* forestOf({ packages }: Bom): Generator<TreeLine> {
  const byPurl = new Map(packages.map((p) => [p.purl, p]));
  yield* linesOf(topsOf(packages, byPurl), byPurl);
}

function topsOf(packages: readonly BomPackage[], byPurl: ReadonlyMap<string, BomPackage>): BomPackage[] {
  const needed = new Set(packages.flatMap((p) => p.dependencies));
  const reached = new Set<BomPackage>();
  const reach = (top: BomPackage) => {
    const left = [top];
    for (let p = left.pop(); p !== undefined; p = left.pop()) {
      if (reached.has(p)) continue;
      reached.add(p);
      for (const purl of p.dependencies) left.push(...(byPurl.has(purl) ? [byPurl.get(purl) ?? p] : []));
    }
  };
  const tops = packages.filter((p) => !needed.has(p.purl));
  tops.forEach(reach);
  // Left are those that only need each other.
  for (const p of packages) {
    if (reached.has(p)) continue;
    tops.push(p);
    reach(p);
  }
  return tops;
}

interface Level {
  readonly packages: readonly BomPackage[];
  next: number;
}

function* linesOf(tops: BomPackage[], byPurl: ReadonlyMap<string, BomPackage>): Generator<TreeLine> {
  const shown = new Set<string>();
  const levels: Level[] = [{ packages: tops, next: 0 }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const p = level.packages[level.next++];
    if (p === undefined) {
      levels.pop();
      continue;
    }
    const needs = p.dependencies.flatMap((purl) => byPurl.get(purl) ?? []);
    const above = needs.length > 0 && shown.has(p.purl);
    const below = needs.length > 0 && !above && levels.length >= DEEPEST;
    const opens = needs.length > 0 && !above && !below;
    yield { package: p, more: levels.map((one) => one.next < one.packages.length), opens, above, below };
    if (below) tops.push(p);
    else if (!above) shown.add(p.purl);
    if (opens) levels.push({ packages: needs, next: 0 });
  }
}
