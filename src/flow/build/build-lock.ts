// The lock of a definition: written on the first run, obeyed afterwards, what a build takes from it.
import { readHostSources } from '../../archive/host.ts';
import { HighWaterMarks } from '../../archive/marks.ts';
import { Mirrors } from '../../archive/mirrors.ts';
import type { Distribution } from '../../bom/types.ts';
import type { BuildPackage } from '../../build/assemble.ts';
import { selectionDigest } from '../../build/definition.ts';
import { type Lock, lockText, readLock } from '../../build/lock.ts';
import type { Ingredient } from '../../build/record.ts';
import type { BlobFolder } from '../../io/blobs.ts';
import { now } from '../../io/clock.ts';
import { Downloader } from '../../io/download.ts';
import { joinPath, readFile, readFileIfThere, resolvePath } from '../../io/files.ts';
import { writeFile } from '../../io/pending-file.ts';
import { userFolders } from '../../io/user-folders.ts';
import { humanSize } from '../../lib/bytes.ts';
import { type Digest, digestOf } from '../../lib/digest.ts';
import { limits } from '../../lib/limits.ts';
import { debPurl } from '../../purl/deb.ts';
import type { ReadDefinition } from './build-inputs.ts';
import { readConfiguration } from '../configuration-file.ts';
import {
  fetchFiles,
  fetchLocked,
  type LockSettings,
  lockSelection,
  type PackageToFetch,
  type Selection,
  verifyLock,
} from './lock.ts';

export interface LockingOptions {
  readonly offline: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

export interface LockedBuild {
  readonly lock: Lock;
  readonly path: string;
  readonly digest: Digest;
  /** Written by this run. */
  readonly created: boolean;
  /** Seconds since 1970. */
  readonly epoch: number;
  readonly packages: ReadonlyMap<string, readonly BuildPackage[]>;
  readonly exclusions: ReadonlyMap<string, readonly { readonly name: string; readonly askedBy: readonly string[] }[]>;
  readonly ingredients: readonly Ingredient[];
  readonly distribution: Distribution;
}

/**
 * The lock beside a definition, verified; made when there is none.
 * @param platforms those to be built; a lock always has all of the definition's
 * @param resolved told of each platform as soon as it is resolved, when the lock is made: the first of `platforms` first
 * @throws Fault `lock/…`, `archive/…`, `resolve/…`
 */
export async function lockedBuild(
  read: ReadDefinition,
  path: string,
  platforms: readonly string[],
  blobs: BlobFolder,
  options: LockingOptions,
  resolved?: LockSettings['resolved'],
): Promise<LockedBuild> {
  const selection = await selectionOf(read);
  const bytes = await readFileIfThere(path, limits.document);
  if (bytes === undefined) {
    const lock = await writeLock(selection, path, blobs, options, { first: platforms[0], resolved });
    return describe(lock, path, platforms, true);
  }
  const lock = readLock(bytes, path);
  await verifyLock(lock, { ...selection, platforms }, read.given);
  return describe(lock, path, platforms, false);
}

/** Resolves anew and writes the lock. @throws Fault `archive/…`, `resolve/…`, `file/…` */
export async function renewLock(
  read: ReadDefinition,
  path: string,
  blobs: BlobFolder,
  options: LockingOptions,
): Promise<{ before: Lock | undefined; after: Lock }> {
  const bytes = await readFileIfThere(path, limits.document);
  // A lock that cannot be read is what this command is for.
  const before = bytes === undefined ? undefined : readable(bytes, path);
  const after = await writeLock(await selectionOf(read), path, blobs, options);
  return { before, after };
}

function readable(bytes: Buffer, path: string): Lock | undefined {
  try {
    return readLock(bytes, path);
  } catch {
    return undefined;
  }
}

async function writeLock(
  selection: Selection,
  path: string,
  blobs: BlobFolder,
  options: LockingOptions,
  order: Pick<LockSettings, 'first' | 'resolved'> = {},
): Promise<Lock> {
  const marks = new HighWaterMarks(joinPath(userFolders.state(), 'archives'));
  const settings = { ...(await archiveSettings(blobs, options, 'indexes')), ...order, marks, now: now() };
  const lock = await lockSelection(selection, settings);
  await writeFile(path, lockText(lock));
  return lock;
}

/** Fetches the packages of the platforms that are not in the store. @returns bytes fetched */
export async function fetchPackages(locked: LockedBuild, blobs: BlobFolder, options: LockingOptions): Promise<number> {
  return await fetchLocked(locked.lock, [...locked.packages.keys()], await archiveSettings(blobs, options, 'packages'));
}

/** Fetches packages of which there is no lock yet. @returns bytes fetched */
export async function fetchEarly(
  packages: readonly PackageToFetch[],
  blobs: BlobFolder,
  options: LockingOptions,
): Promise<number> {
  return await fetchFiles(packages, await archiveSettings(blobs, options, 'packages'));
}

/** How an archive is reached: mirrors by environment, configuration and host. @param what is fetched, for the progress line */
export async function archiveSettings(
  blobs: BlobFolder,
  options: LockingOptions,
  what: string,
): Promise<Omit<LockSettings, 'marks' | 'now'>> {
  const given = (await readConfiguration())?.mirrors;
  const configured = { 'debian:': given?.debian, 'debian-security:': given?.['debian-security'] };
  return {
    blobs,
    downloader: new Downloader({ offline: options.offline }),
    mirrors: new Mirrors({ environment: options.environment, configured, host: async () => await readHostSources() }),
    signal: options.signal,
    progress: (done, total) => options.progress(`fetching ${what}: ${humanSize(done)} of ${humanSize(total)}`),
  };
}

async function selectionOf({ definition, folder }: ReadDefinition): Promise<Selection> {
  const keyring = await Promise.all(
    definition.contents.keyring.map(async (name) => ({
      name,
      armored: (await readFile(resolvePath(folder, name), limits.key)).toString('utf8'),
    })),
  );
  const { repositories, packages } = definition.contents;
  return {
    digest: selectionDigest(
      definition,
      keyring.map(({ armored }) => digestOf(armored)),
    ),
    repositories,
    packages,
    platforms: definition.platforms,
    keyring,
  };
}

function describe(lock: Lock, path: string, platforms: readonly string[], created: boolean): LockedBuild {
  const distribution = distributionOf(lock);
  const distro = `${distribution.id}-${distribution.versionId}`;
  const chosen = platforms.map(
    (platform) => [platform, lock.platforms[platform] ?? { packages: [], exclusions: [] }] as const,
  );
  const packages = new Map(
    chosen.map(
      ([platform, locked]) =>
        [
          platform,
          locked.packages.map(
            (p): BuildPackage => ({
              ...p,
              maintainer: p.maintainer,
              description: p.description,
              homepage: p.homepage,
              purl: debPurl({ ...p, distro }),
            }),
          ),
        ] as const,
    ),
  );
  const debs = new Map(
    [...packages.values()]
      .flat()
      .map((p) => [
        p.digest,
        { name: p.filename.slice(p.filename.lastIndexOf('/') + 1), uri: p.purl, digest: p.digest },
      ]),
  );
  const releases = lock.repositories.map((r) => ({
    name: `${r.name} InRelease`,
    uri: `${r.archive.replace(/:$/, ':/')}dists/${r.suite}/InRelease`,
    digest: r.inRelease.digest,
  }));
  return {
    lock,
    path,
    digest: digestOf(lockText(lock)),
    created,
    epoch: lock.sourceDateEpoch,
    packages,
    exclusions: new Map(chosen.map(([platform, locked]) => [platform, locked.exclusions])),
    ingredients: [...releases, ...debs.values()],
    distribution,
  };
}

// The first repository is the distribution; its signed version is `13.7`.
function distributionOf({ repositories }: Lock): Distribution {
  const [first] = repositories;
  const id = (first?.origin ?? 'debian').toLowerCase().replace(/[^a-z0-9._-]+/g, '-');
  const versionId = /^\d+/.exec(first?.version ?? '')?.[0] ?? first?.codename ?? first?.suite ?? '';
  const release = first?.codename === undefined ? '' : ` (${first.codename})`;
  return { id, versionId, prettyName: `${first?.origin ?? 'Debian'} ${first?.version ?? versionId}${release}` };
}
