// Who needs whom, and who does no longer: by names, since versions are compared elsewhere.
import type { BomPackage } from '../bom/types.ts';
import { compareStrings } from '../lib/bytes.ts';
import { packageName } from './package-name.ts';
import type { Relationship, RelationshipChanges } from './types.ts';

/** How many there are: each package's dependencies, added up. */
export function relationshipCount(packages: readonly BomPackage[]): number {
  return packages.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
}

/** Sorted by both names, each once. */
export function relationshipChanges(a: readonly BomPackage[], b: readonly BomPackage[]): RelationshipChanges {
  const [before, after] = [relationships(a), relationships(b)];
  return { added: without(after, before), removed: without(before, after) };
}

function relationships(packages: readonly BomPackage[]): Map<string, Set<string>> {
  const names = new Map(packages.map((p) => [p.purl, packageName(p)]));
  const needs = new Map<string, Set<string>>();
  for (const { purl, dependencies } of packages) {
    const from = names.get(purl) ?? purl;
    const to = needs.get(from) ?? new Set();
    needs.set(from, to);
    for (const needed of dependencies) to.add(names.get(needed) ?? needed);
  }
  return needs;
}

function without(all: Map<string, Set<string>>, others: Map<string, Set<string>>): readonly Relationship[] {
  return [...all]
    .flatMap(([from, needs]) =>
      [...needs].filter((to) => others.get(from)?.has(to) !== true).map((to) => ({ from, to })),
    )
    .sort((x, y) => compareStrings(x.from, y.from) || compareStrings(x.to, y.to));
}
