// Locking a definition's packages, and obeying a lock.
import { fetchIndex, type IndexFile, indexFiles, readIndex } from '../../archive/indexes.ts';
import { type KeyringFile, keysFor } from '../../archive/keys.ts';
import type { HighWaterMarks } from '../../archive/marks.ts';
import type { Mirrors } from '../../archive/mirrors.ts';
import { fetchPackages, type PackageFile } from '../../archive/packages.ts';
import { fetchRelease, verifyRelease } from '../../archive/releases.ts';
import { parseSources } from '../../archive/sources.ts';
import { type Lock, makeLock } from '../../build/lock.ts';
import { checkLock, checkLockedRelease, lockedFiles, lockedInRelease } from '../../build/lock-check.ts';
import { type PackageRequests, parseRequests } from '../../build/request.ts';
import { type Resolution, type ResolvedPackage, resolvePackages } from '../../build/resolve.ts';
import type { RepositoryIndex } from '../../build/universe.ts';
import { debianArchitecture } from '../../deb/architecture.ts';
import type { BlobFolder } from '../../io/blobs.ts';
import type { Downloader } from '../../io/download.ts';
import { Fault } from '../../lib/faults.ts';
import { canonicalJson } from '../../lib/json.ts';
import { inParallel } from '../../lib/parallel.ts';

/** What of a definition decides which packages an image has. */
export interface Selection {
  /** A digest of it all. */
  readonly digest: string;
  readonly repositories: readonly string[];
  readonly packages: readonly string[];
  readonly platforms: readonly string[];
  /** The files of `contents.keyring`. */
  readonly keyring: readonly KeyringFile[];
}

export interface LockSettings {
  readonly downloader: Downloader;
  readonly mirrors: Mirrors;
  readonly marks: HighWaterMarks;
  /** Where indexes and packages are kept. */
  readonly blobs: BlobFolder;
  readonly now: Date;
  /** Bytes done and in all, of what is being fetched. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The platform that is resolved first. */
  readonly first?: string | undefined;
  /** Told of each platform as soon as it is resolved, while others may not be yet. */
  readonly resolved?: ((platform: string, packages: readonly PackageToFetch[]) => void) | undefined;
}

/** A resolved package, and the archive that it is from. */
export type PackageToFetch = ResolvedPackage & PackageFile;

/** How many downloads run at once. */
const PARALLEL = 8;

/**
 * Locks a selection to what the archives have now: verifies and judges their signed states, resolves every platform,
 * and notes the states' dates once all went well.
 */
export async function lockSelection(selection: Selection, settings: LockSettings): Promise<Lock> {
  const { marks, keyring, signal } = { ...settings, keyring: selection.keyring };
  const sources = parseSources(selection.repositories);
  const requests = parseRequests(selection.packages);
  const repositories = await inParallel(
    sources,
    PARALLEL,
    async (source, stop) => await fetchRelease(source, { ...settings, keyring }, { signal: stop }),
    signal,
  );
  const indexes = new Map(
    selection.platforms.map((platform) => {
      const architecture = debianArchitecture(platform);
      return [platform, repositories.flatMap((repository) => indexFiles(repository, architecture))] as const;
    }),
  );
  const resolutions = await resolveAll(requests, indexes, settings);
  const toLock = repositories.map((repository) => ({ ...repository, indexes: usedIndexes(repository, indexes) }));
  const lock = makeLock(selection.digest, toLock, resolutions);
  for (const { mark, release } of repositories) await marks.record(mark, release.date);
  return lock;
}

// One platform's indexes at a time are in memory; the next one's are fetched meanwhile.
async function resolveAll(
  requests: PackageRequests,
  indexes: ReadonlyMap<string, readonly IndexFile[]>,
  settings: LockSettings,
): Promise<Map<string, Resolution>> {
  const { blobs, first, resolved } = settings;
  const stop = new AbortController();
  const signal = settings.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, settings.signal]);
  const order = [...indexes].sort(([a], [b]) => Number(b === first) - Number(a === first));
  const resolutions = new Map<string, Resolution>();
  let fetched = fetchIndexes(order[0]?.[1] ?? [], { ...settings, signal });
  try {
    for (const [i, [platform, files]] of order.entries()) {
      await fetched;
      fetched = fetchIndexes(order[i + 1]?.[1] ?? [], { ...settings, signal });
      fetched.catch(() => undefined); // Thrown where it is awaited.
      const read = await readAll(files, blobs);
      const resolution = resolvePackages(requests, read, debianArchitecture(platform));
      for (const { index } of read) index[Symbol.dispose]();
      resolutions.set(platform, resolution);
      resolved?.(platform, withArchives(resolution, files));
    }
    return resolutions;
  } finally {
    stop.abort();
    await fetched.catch(() => undefined);
  }
}

function withArchives({ packages }: Resolution, files: readonly IndexFile[]): PackageToFetch[] {
  const archives = new Map(files.map(({ repository: { source } }) => [source.name, source.archive]));
  return packages.map((item) => ({ ...item, archive: archives.get(item.repository) ?? '' }));
}

async function readAll(files: readonly IndexFile[], blobs: BlobFolder): Promise<RepositoryIndex[]> {
  return await Promise.all(
    files.map(async (file) => ({ repository: file.repository.source.name, index: await readIndex(file, blobs) })),
  );
}

function usedIndexes(repository: IndexFile['repository'], indexes: ReadonlyMap<string, readonly IndexFile[]>) {
  const files = [...indexes.values()].flat().filter((file) => file.repository === repository);
  const unique = new Map(files.map((file) => [file.path, file]));
  return [...unique.values()].map(({ path, file, content }) => ({ path, ...file, content }));
}

/** Fetches indexes into the store, those that are not there. */
export async function fetchIndexes(files: readonly IndexFile[], settings: FetchingSettings): Promise<void> {
  const { blobs, downloader, mirrors, progress } = settings;
  const unique = [...new Map(files.map((file) => [file.file.digest, file])).values()];
  const missing: IndexFile[] = [];
  for (const index of unique) if (!(await blobs.has(index.file.digest, index.file.size))) missing.push(index);
  const total = missing.reduce((sum, { file }) => sum + file.size, 0);
  let done = 0;
  const onBytes = (count: number) => progress?.((done += count), total);
  await inParallel(
    missing,
    PARALLEL,
    async (index, signal) => {
      const base = async () => await mirrors.address(index.repository.source.archive);
      await fetchIndex(index, base, blobs, downloader, { signal, onBytes });
    },
    settings.signal,
  );
}

/**
 * Checks that a lock is of this selection and that its archives' states are signed by keys that may sign them. Dates are
 * not judged: a lock is meant to last.
 * @param definition as the user wrote its path, for hints
 */
export async function verifyLock(lock: Lock, selection: Selection, definition: string): Promise<void> {
  checkLock(lock, selection.digest, selection.platforms, definition);
  const sources = parseSources(selection.repositories);
  for (const [i, source] of sources.entries()) {
    const locked = lock.repositories[i];
    const { name, archive, suite, components, architectures, signedBy } = locked ?? source;
    const same = canonicalJson({ name, archive, suite, components, architectures, signedBy }) === canonicalJson(source);
    if (locked === undefined || !same || lock.repositories.length !== sources.length)
      throw otherRepositories(definition);
    const keys = await keysFor(source, selection.keyring);
    const { release } = await verifyRelease(source, lockedInRelease(locked), keys, 'ever');
    checkLockedRelease(locked, release);
  }
}

export type FetchingSettings = Pick<LockSettings, 'downloader' | 'mirrors' | 'blobs' | 'progress' | 'signal'>;

/** Fetches the packages of a lock's platforms into the store. @returns the number of bytes fetched */
export async function fetchLocked(
  lock: Lock,
  platforms: readonly string[],
  settings: FetchingSettings,
): Promise<number> {
  return await fetchFiles(lockedFiles(lock, platforms), settings);
}

/** Fetches packages into the store. @returns the number of bytes fetched */
export async function fetchFiles(files: readonly PackageFile[], settings: FetchingSettings): Promise<number> {
  const { downloader, mirrors, blobs, progress, signal } = settings;
  const address = async (archive: string) => await mirrors.address(archive);
  return await fetchPackages(files, blobs, { downloader, address, progress, signal });
}

function otherRepositories(definition: string): Fault {
  return new Fault(
    'lock/stale',
    'The lock was made from other repositories than the definition has.',
    `Run \`temper lock ${definition}\`.`,
  );
}
