// One package for each purl: what a cataloger saw at several places.
import { compareStrings } from '../lib/bytes.ts';
import type { CatalogedPackage } from './types.ts';

/**
 * The packages in the order of their first places. Of several with one purl the first tells what it is; their
 * dependencies, places and files come together, and a property counts where all have it.
 */
export function mergePackages(packages: readonly CatalogedPackage[]): readonly CatalogedPackage[] {
  const merged: CatalogedPackage[] = [];
  for (const [first, ...others] of Map.groupBy(packages, ({ purl }) => purl).values()) {
    if (first === undefined) continue;
    merged.push(others.length === 0 ? first : together(first, [first, ...others]));
  }
  return merged;
}

function together(first: CatalogedPackage, all: readonly CatalogedPackage[]): CatalogedPackage {
  const files = all.flatMap((one) => [...(one.files ?? [])]);
  const missing = sortedOnce(all.flatMap((one) => one.unmetDependencies ?? []));
  const properties = first.properties?.filter(({ name, value }) =>
    all.every((one) => one.properties?.some((other) => other.name === name && other.value === value)),
  );
  return {
    ...first,
    licence: all.find(({ licence }) => licence !== undefined)?.licence,
    hashes: all.find(({ hashes }) => hashes !== undefined)?.hashes,
    dependencies: sortedOnce(all.flatMap(({ dependencies }) => dependencies)),
    locations: [...new Map(all.flatMap(({ locations }) => locations).map((at) => [keyOf(at), at])).values()],
    unmetDependencies: missing.length === 0 ? undefined : missing,
    properties: properties === undefined || properties.length === 0 ? undefined : properties,
    ...(files.length === 0 ? {} : { files }),
  };
}

function keyOf({ path, within = [] }: CatalogedPackage['locations'][number]): string {
  return [path, ...within].join('\0');
}

function sortedOnce(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(compareStrings);
}
