// The changelogs of one Debian release: of its update suites, or of what is asked for in all its suites.
import type { SourceChangelog } from '../../advisory/debian-archive/supply.ts';
import type { FeedPackage } from '../../advisory/feed.ts';
import { readSources } from '../../archive/changelogs.ts';
import { indexFiles, readIndex } from '../../archive/indexes.ts';
import type { VerifiedRepository } from '../../archive/releases.ts';
import {
  isUpdateSuite,
  newerSources,
  type NewestSource,
  type SuiteIndex,
  updatedSources,
} from '../../archive/source-packages.ts';
import { BlobFolder } from '../../io/blobs.ts';
import { joinPath } from '../../io/files.ts';
import { SealedFolder, sealKeyPath } from '../../io/sealed.ts';
import { limits } from '../../lib/limits.ts';
import type { ArchiveChangelogOptions } from './archive-changelogs.ts';
import { archiveSettings } from '../build/build-lock.ts';
import { fetchIndexes } from '../build/lock.ts';

/** Bytes of a .deb that is fetched for its changelog without being asked for: kernels are beyond. */
const LARGEST = 64 << 20;

/**
 * @param repositories the release's suites
 * @param asked packages of this release that somebody has: those alone are looked for; `undefined`: all that has updates
 * @throws Fault `archive/…`, `network/…`, `deb/malformed-index`, `store/altered`
 */
export async function* readRelease(
  repositories: readonly VerifiedRepository[],
  ecosystem: string,
  asked: readonly FeedPackage[] | undefined,
  options: ArchiveChangelogOptions,
): AsyncGenerator<SourceChangelog> {
  const blobs = new BlobFolder(joinPath(options.cache, 'changelogs', 'packages'));
  const used = repositories.filter(({ source }) => asked !== undefined || isUpdateSuite(source.suite));
  const newest = await newestIn(used, asked, options);
  const { downloader, mirrors, signal, progress } = await archiveSettings(blobs, options, `changelogs of ${ecosystem}`);
  const read = readSources(newest, {
    blobs,
    largest: asked === undefined ? LARGEST : limits.deb,
    cache: new SealedFolder(joinPath(options.cache, 'changelogs'), sealKeyPath()),
    downloader,
    address: async (archive) => await mirrors.address(archive),
    progress,
    signal,
    fetched: options.fetched,
  });
  for await (const { source, file, fixes, missing } of read) {
    const path = `${source.suite}/${file.filename}`;
    yield { ecosystem, source: source.name, version: source.version, file: path, fixes, missing };
  }
}

/** Indexes are in memory while the newest versions are chosen, and not longer. */
async function newestIn(
  repositories: readonly VerifiedRepository[],
  asked: readonly FeedPackage[] | undefined,
  options: ArchiveChangelogOptions,
): Promise<NewestSource[]> {
  const blobs = new BlobFolder(joinPath(options.cache, 'packages'));
  const files = repositories.flatMap((repository) => indexFiles(repository, options.architecture ?? 'amd64'));
  await fetchIndexes(files, await archiveSettings(blobs, options, 'indexes'));
  const suites: SuiteIndex[] = [];
  try {
    for (const file of files) {
      suites.push({ source: file.repository.source, index: await readIndex(file, blobs) });
    }
    return asked === undefined ? updatedSources(suites) : newerSources(suites, asked);
  } finally {
    for (const { index } of suites) index[Symbol.dispose]();
  }
}
