// Makes packages of what a cataloger knows of them.
import { compareStrings } from '../lib/bytes.ts';
import type { CatalogedPackage } from './types.ts';

type Known = 'purl' | 'name' | 'version' | 'locations';

/** What is known of a package: everything but these four may be left out. */
export type Given = Pick<CatalogedPackage, Known> & {
  readonly [K in Exclude<keyof CatalogedPackage, Known | 'kind'>]?: CatalogedPackage[K] | undefined;
};

/** The package, with dependencies sorted, each once, and never on itself; its kind is the package URL's type. */
export function packageOf(given: Given): CatalogedPackage {
  const { dependencies = [], unmetDependencies, ...rest } = given;
  return {
    architecture: undefined,
    source: undefined,
    maintainer: undefined,
    description: undefined,
    homepage: undefined,
    archive: undefined,
    licence: undefined,
    ...rest,
    kind: given.purl.slice('pkg:'.length, given.purl.indexOf('/')),
    dependencies: sortedSet(dependencies.filter((purl) => purl !== given.purl)),
    ...(unmetDependencies === undefined || unmetDependencies.length === 0
      ? {}
      : { unmetDependencies: sortedSet(unmetDependencies) }),
  };
}

export function sortedSet(texts: Iterable<string>): readonly string[] {
  return [...new Set(texts)].sort(compareStrings);
}
