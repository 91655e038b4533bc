// The Debian archive that builds use, as the files of the feed `debian-archive`.
import type { ArchiveState, ChangelogFiles } from '../../advisory/debian-archive/supply.ts';
import type { FeedRequest } from '../../advisory/feed.ts';
import { type KeyringFile, suiteKeys } from '../../archive/keys.ts';
import { HighWaterMarks } from '../../archive/marks.ts';
import { fetchRelease, type VerifiedRepository } from '../../archive/releases.ts';
import { parseSources } from '../../archive/sources.ts';
import { debianCodename, debianEcosystem, releaseOfSuite } from '../../deb/codenames.ts';
import { BlobFolder } from '../../io/blobs.ts';
import { now } from '../../io/clock.ts';
import { joinPath } from '../../io/files.ts';
import { userFolders } from '../../io/user-folders.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { sha256Hex } from '../../lib/digest.ts';
import { inParallel } from '../../lib/parallel.ts';
import { archiveSettings, type LockingOptions } from '../build/build-lock.ts';
import { readRelease } from './release-changelogs.ts';

export interface ArchiveChangelogOptions extends LockingOptions {
  /** The cache folder: fetched files, and what was read of them. */
  readonly cache: string;
  /** Sources in a definition's form; Debian's own for each wanted release unless given. Those of other vendors are not read. */
  readonly repositories?: readonly string[] | undefined;
  /** Keys that the sources name with `signed-by`. */
  readonly keyring?: readonly KeyringFile[] | undefined;
  /** Whose packages bring the changelogs: `amd64` unless given. */
  readonly architecture?: string | undefined;
  /** Told of the bytes of packages that were fetched. */
  readonly fetched?: ((bytes: number) => void) | undefined;
}

/** What the feed `debian-archive` reads in place of files. Nothing is fetched before it is read. */
export function archiveChangelogs(options: ArchiveChangelogOptions): ChangelogFiles {
  return {
    base: 'the Debian archive',
    open: async () => await Promise.resolve(undefined),
    changelogs: { open: async (request) => await openArchive(options, request) },
  };
}

async function openArchive(given: ArchiveChangelogOptions, request: FeedRequest): Promise<ArchiveState> {
  const options = { ...given, signal: request.signal ?? given.signal, progress: request.progress ?? given.progress };
  const wanted = (request.ecosystems ?? signedReleases()).filter((name) => debianCodename(name) !== undefined);
  const marks = new HighWaterMarks(joinPath(userFolders.state(), 'archives'));
  const repositories = await signedStates(options.repositories ?? wanted.flatMap(debianSources), marks, options);
  const byEcosystem = Map.groupBy(repositories, ecosystemOf);
  const ecosystems = wanted.filter((name) => byEcosystem.has(name)).sort(compareStrings);
  const used = ecosystems.flatMap((name) => byEcosystem.get(name) ?? []);
  return {
    state: sha256Hex(used.map(({ source, digest }) => `${source.name} ${digest}\n`).join('')),
    modified: used.length === 0 ? undefined : Math.max(...used.map(({ release }) => release.date)),
    ecosystems,
    missing: wanted.filter((name) => !byEcosystem.has(name)).map(noSources),
    async *read() {
      for (const ecosystem of ecosystems) {
        const asked = request.packages?.filter((item) => item.ecosystem === ecosystem);
        if (asked?.length === 0) continue;
        yield* readRelease(byEcosystem.get(ecosystem) ?? [], ecosystem, asked, options);
      }
      for (const { mark, release } of used) await marks.record(mark, release.date);
    },
  };
}

async function signedStates(
  lines: readonly string[],
  marks: HighWaterMarks,
  options: ArchiveChangelogOptions,
): Promise<VerifiedRepository[]> {
  const { downloader, mirrors } = await archiveSettings(new BlobFolder(options.cache), options, 'releases');
  const settings = { downloader, mirrors, marks, now: now(), keyring: options.keyring ?? [] };
  return await inParallel(
    parseSources(lines),
    8,
    async (source, signal) => await fetchRelease(source, settings, { signal }),
    options.signal,
  );
}

/** Releases whose signing keys come with this version. */
function signedReleases(): string[] {
  return [...suiteKeys.keys()].map(debianEcosystem).filter((name) => name !== undefined);
}

/** Debian's own archives for a release, as a definition would list them; none where no key of it is known. */
function debianSources(ecosystem: string): string[] {
  const codename = debianCodename(ecosystem) ?? '';
  if (!suiteKeys.has(codename)) return [];
  return [
    `deb debian: ${codename} main`,
    `deb debian: ${codename}-updates main`,
    `deb debian-security: ${codename}-security main`,
  ];
}

/** Empty for other vendors' archives, whatever their suites are called, and for backports. */
function ecosystemOf({ source, release }: VerifiedRepository): string {
  if (release.origin !== 'Debian') return '';
  return debianEcosystem(releaseOfSuite(release.codename ?? source.suite)) ?? '';
}

function noSources(ecosystem: string): ArchiveState['missing'][number] {
  return {
    ecosystem,
    code: 'feed/no-release',
    reason: `No archive of ${ecosystem} is known whose signing keys come with this version.`,
  };
}
