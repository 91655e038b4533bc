// Packages of which the second side tells less than the first: that nothing is found in them is no answer.
import { purlPath } from '../purl/peek.ts';
import { packageName } from './package-name.ts';
import type { Side } from './types.ts';

type Named = { readonly purl: string; readonly kind: string; readonly name: string };

/**
 * How many packages of the second side are not covered though the first side's of the same name are; for lack of a feed, though
 * any of the same type is: a system that calls itself another has other names. Headers of a kernel, which are left out on purpose,
 * are none. 0 where a side does not tell.
 */
export function blindSpots(a: Side, b: Side): number {
  const { uncovered = [] } = b.findings;
  if (uncovered.length === 0 || a.packages === undefined) return 0;
  const before = a.findings.uncovered ?? [];
  const unknown = new Set(before.map(({ purl }) => purl));
  const unknownNames = new Set(before.map(({ purl }) => packageName(named(purl))));
  const known = a.packages.filter(({ purl }) => !unknown.has(purl));
  const names = new Set(known.map(packageName));
  const kinds = new Set(known.map(({ kind }) => kind));
  return uncovered.filter(({ purl, reason }) => {
    const p = named(purl);
    if (reason === 'kernel-headers') return false;
    if (unknownNames.has(packageName(p))) return false;
    return reason === 'no-feed' ? kinds.has(p.kind) : names.has(packageName(p));
  }).length;
}

function named(purl: string): Named {
  return { purl, kind: purl.slice('pkg:'.length, Math.max(purl.indexOf('/'), 0)), name: purlPath(purl).name };
}
