// Which distribution an image is of: read like a cataloger's files, before any packages are made of them.
import type { Distribution } from '../bom/types.ts';
import type { LocatedFact } from './catalog.ts';
import { DISTRIBUTION_FILE_LIMIT, distributionPaths, readDistribution } from './os-release.ts';
import { isStreamFile, readStreams, type StreamFact, streamFiles, streamOf } from './redhat-stream.ts';
import type { CatalogFile, Cataloger } from './types.ts';

/** Gives no packages: its facts are the distributions and update streams that single files tell of. */
export const distributionFiles: Cataloger<Distribution | StreamFact> = {
  id: 'os-release',
  version: 2,
  evidence: 'installed',
  reads: [...distributionPaths.map((path) => ({ path })), ...streamFiles],
  limit: DISTRIBUTION_FILE_LIMIT,
  parse: ({ path, content }: CatalogFile) => {
    const text = content.read(0, DISTRIBUTION_FILE_LIMIT).toString(path.endsWith('busybox') ? 'latin1' : 'utf8');
    return isStreamFile(path) ? readStreams(path, text) : readDistribution([{ path, text }]);
  },
  assemble: () => [],
};

/** What the files together say; some are believed before others. */
export function distributionOf(facts: readonly LocatedFact[]): Distribution | undefined {
  const found = new Map(facts.map(({ path, fact }) => [path, fact as Distribution]));
  const distribution = distributionPaths.map((path) => found.get(path)).find((one) => one !== undefined);
  if (distribution?.id !== 'rhel' || distribution.stream !== undefined) return distribution;
  const told = facts.filter(({ path }) => isStreamFile(path)).map(({ fact }) => fact as StreamFact);
  const stream = streamOf(told, distribution.versionId);
  return stream === undefined ? distribution : { ...distribution, stream };
}
