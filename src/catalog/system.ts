// Which distribution an image is of: read like a cataloger's files, before any packages are made of them.
import type { Distribution } from '../bom/types.ts';
import type { LocatedFact } from './catalog.ts';
import { DISTRIBUTION_FILE_LIMIT, distributionPaths, readDistribution } from './os-release.ts';
import type { CatalogFile, Cataloger } from './types.ts';

/** Gives no packages: its facts are the distributions that single files tell of. */
export const distributionFiles: Cataloger<Distribution> = {
  id: 'os-release',
  version: 1,
  evidence: 'installed',
  reads: distributionPaths.map((path) => ({ path })),
  limit: DISTRIBUTION_FILE_LIMIT,
  parse: ({ path, content }: CatalogFile) => {
    const text = content.read(0, DISTRIBUTION_FILE_LIMIT).toString(path.endsWith('busybox') ? 'latin1' : 'utf8');
    return readDistribution([{ path, text }]);
  },
  assemble: () => [],
};

/** What the files together say; some are believed before others. */
export function distributionOf(facts: readonly LocatedFact[]): Distribution | undefined {
  const found = new Map(facts.map(({ path, fact }) => [path, fact as Distribution]));
  return distributionPaths.map((path) => found.get(path)).find((distribution) => distribution !== undefined);
}
