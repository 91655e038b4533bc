// Filters that name no package.
import type { Bom } from '../../bom/types.ts';
import { closest } from '../../lib/closest.ts';
import { type FindingFilter, isNamed } from '../../match/filter.ts';

/** A sentence for each name that no package has: a misspelt one would hide every finding. */
export function namingNothing(boms: readonly Bom[], { packages = [] }: FindingFilter): readonly string[] {
  const missing = packages.filter((wanted) => !boms.some((bom) => bom.packages.some((p) => isNamed(p, wanted))));
  if (missing.length === 0) return [];
  const names = [...new Set(boms.flatMap((bom) => bom.packages.map(({ name }) => name)))];
  return missing.map((wanted) => {
    const [near] = closest(wanted, names, 1);
    return `No package is called "${wanted.slice(0, 200)}"${near === undefined ? '' : `; there is ${near}`}.`;
  });
}
