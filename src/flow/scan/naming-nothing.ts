// Filters that name no package, or one that is not looked up.
import type { Bom } from '../../bom/types.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { closest } from '../../lib/closest.ts';
import { type FindingFilter, isNamed } from '../../match/filter.ts';
import { isKernelHeaders } from '../../match/kernel-headers.ts';
import type { MatchOptions } from '../../match/match.ts';

/**
 * A sentence for each name that no package has, since a misspelt one would hide every finding; and for each that headers of a
 * kernel alone have.
 */
export function namingNothing(
  boms: readonly Bom[],
  { packages = [] }: FindingFilter,
  { kernelHeaders }: MatchOptions,
): readonly string[] {
  return [...namingNone(boms, packages), ...(kernelHeaders === true ? [] : namingHeaders(boms, packages))];
}

function namingHeaders(boms: readonly Bom[], packages: readonly string[]): readonly string[] {
  return packages.flatMap((wanted) => {
    const named = boms.flatMap((bom) => bom.packages.filter((p) => isNamed(p, wanted)));
    if (named.length === 0 || !named.every(isKernelHeaders)) return [];
    return [
      `"${wanted.slice(0, 200)}" has the kernel's headers alone, which are looked up with --kernel-headers only.`,
    ];
  });
}

function namingNone(boms: readonly Bom[], packages: readonly string[]): readonly string[] {
  const missing = packages.filter((wanted) => !boms.some((bom) => bom.packages.some((p) => isNamed(p, wanted))));
  if (missing.length === 0) return [];
  const names = [...new Set(boms.flatMap((bom) => bom.packages.map(({ name }) => name)))];
  return missing.map((wanted) => {
    const near = continued(wanted, names) ?? closest(wanted, names, 1)[0];
    return `No package is called "${wanted.slice(0, 200)}"${near === undefined ? '' : `; there is ${near}`}.`;
  });
}

/** The shortest name that begins with what was written, which is then most of it. */
function continued(begun: string, names: readonly string[]): string | undefined {
  const found = begun === '' ? [] : names.filter((name) => name.startsWith(begun));
  return found.sort((a, b) => a.length - b.length || compareStrings(a, b))[0];
}
