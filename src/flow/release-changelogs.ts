// The changelogs of one Debian release: its update suites whole, of the release itself what is asked for.
import type { SourceChangelog } from '../advisory/debian-archive/supply.ts';
import type { FeedPackage } from '../advisory/feed.ts';
import { readSources } from '../archive/changelogs.ts';
import { indexFiles, readIndex } from '../archive/indexes.ts';
import type { VerifiedRepository } from '../archive/releases.ts';
import { isUpdateSuite, type NewestSource, newestSources, type SuiteIndex } from '../archive/source-packages.ts';
import { BlobFolder } from '../io/blobs.ts';
import { joinPath } from '../io/files.ts';
import { SealedFolder, sealKeyPath } from '../io/sealed.ts';
import type { ArchiveChangelogOptions } from './archive-changelogs.ts';
import { archiveSettings } from './build-lock.ts';
import { fetchIndexes } from './lock.ts';

/**
 * @param repositories the release's suites; those without updates are read when something is asked for
 * @param asked packages of this release that somebody has
 * @throws Fault `archive/…`, `network/…`, `deb/malformed-index`, `store/altered`
 */
export async function* readRelease(
  repositories: readonly VerifiedRepository[],
  ecosystem: string,
  asked: readonly FeedPackage[],
  options: ArchiveChangelogOptions,
): AsyncGenerator<SourceChangelog> {
  const blobs = new BlobFolder(joinPath(options.cache, 'packages'));
  const used = repositories.filter(({ source }) => asked.length > 0 || isUpdateSuite(source.suite));
  const newest = await newestIn(used, asked, blobs, options);
  const { downloader, mirrors, signal, progress } = await archiveSettings(blobs, options, `changelogs of ${ecosystem}`);
  const read = readSources(newest, {
    blobs,
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
  asked: readonly FeedPackage[],
  blobs: BlobFolder,
  options: ArchiveChangelogOptions,
): Promise<NewestSource[]> {
  const files = repositories.flatMap((repository) => indexFiles(repository, options.architecture ?? 'amd64'));
  await fetchIndexes(files, await archiveSettings(blobs, options, 'indexes'));
  const suites: SuiteIndex[] = [];
  try {
    for (const file of files) {
      suites.push({ source: file.repository.source, index: await readIndex(file, blobs) });
    }
    return newestSources(suites, asked);
  } finally {
    for (const { index } of suites) index[Symbol.dispose]();
  }
}
