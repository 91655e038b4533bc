// Packages indexes: fetched by the digests that a verified Release lists.
import { PackagesIndex } from '../deb/packages.ts';
import type { ReleaseFile } from '../deb/release.ts';
import type { BlobFolder } from '../io/blobs.ts';
import type { Downloader, DownloadProgress } from '../io/download.ts';
import { giveBack } from '../lib/bytes.ts';
import { decompressSized } from '../lib/decompress.ts';
import { digestOf, hexOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import type { VerifiedRepository } from './releases.ts';

/** An index as a Release lists it: the file to fetch, and what it is when decompressed. */
export interface IndexFile {
  readonly repository: VerifiedRepository;
  /** `main/binary-amd64/Packages.gz`, below the suite's folder. */
  readonly path: string;
  readonly file: ReleaseFile;
  readonly content: ReleaseFile;
}

/**
 * The indexes of a repository's components for one of Debian's architectures; none where the repository is not meant
 * for it. Packages of architecture `all` are in each index, or in one of their own where the Release says so.
 * @throws Fault `archive/no-index` when the Release does not list one that is needed
 */
export function indexFiles(repository: VerifiedRepository, architecture: string): IndexFile[] {
  const { source, release } = repository;
  if (source.architectures !== undefined && !source.architectures.includes(architecture)) return [];
  return source.components.flatMap((component) => {
    const own = indexFile(repository, component, architecture);
    if (own === undefined) throw noIndex(repository, component, architecture);
    const all = release.separateAll ? indexFile(repository, component, 'all') : undefined;
    return all === undefined ? [own] : [own, all];
  });
}

/** The one that is read the fastest, but never one whose decompressed content the Release does not list too. */
function indexFile(repository: VerifiedRepository, component: string, architecture: string): IndexFile | undefined {
  const { files } = repository.release;
  const plain = `${component}/binary-${architecture}/Packages`;
  const content = files.get(plain);
  if (content === undefined) return undefined;
  // gzip first: a third more to fetch than xz, but decompressed in a fifth of the time.
  for (const path of [`${plain}.gz`, `${plain}.xz`, plain]) {
    const file = files.get(path);
    if (file !== undefined) return { repository, path, file, content };
  }
  return undefined;
}

/** Where an index is fetched from: by its digest where the archive offers that, so that an update cannot come between. */
export function indexUrl({ repository, path, file }: IndexFile, base: string): string {
  const { source, release } = repository;
  const folder = path.slice(0, path.lastIndexOf('/'));
  const name = release.acquireByHash ? `${folder}/by-hash/SHA256/${hexOf(file.digest)}` : path;
  return `${base}/dists/${source.suite}/${name}`;
}

/**
 * Fetches an index into the folder unless it is there.
 * @throws Fault `archive/altered`, `archive/index-vanished`, and those of `Downloader`
 */
export async function fetchIndex(
  index: IndexFile,
  base: () => Promise<string>,
  folder: BlobFolder,
  downloader: Downloader,
  progress: DownloadProgress = {},
): Promise<void> {
  const { digest, size } = index.file;
  if (size > limits.packagesIndex) throw altered(index, `it claims to have ${size} bytes`);
  if (await folder.has(digest, size)) return;
  const url = indexUrl(index, await base());
  await downloader.blob({ url, digest, size }, folder, progress).catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'download/gone') throw vanished(index, error);
    if (ALTERED.has(error.code)) throw altered(index, error.message, error);
    throw error;
  });
}

const ALTERED: ReadonlySet<string> = new Set(['blob/altered', 'download/too-large']);

/**
 * Reads a fetched index, decompressed and checked against the Release once more. The result keeps its whole content in
 * memory: let it go before reading another architecture's.
 * @throws Fault `archive/altered`; `archive/index-missing` when it was not fetched or was damaged since
 */
export async function readIndex(index: IndexFile, folder: BlobFolder): Promise<PackagesIndex> {
  const { path, file, content } = index;
  if (content.size > limits.packagesIndex) throw altered(index, `it claims to have ${content.size} bytes`);
  const bytes = await folder.read(file.digest, limits.packagesIndex);
  if (bytes === undefined) {
    throw new Fault(
      'archive/index-missing',
      `The index ${path} is not in the store any more.`,
      'Run the command again.',
    );
  }
  const text = await decompressSized(bytes, content.size, `The index ${path}`).catch((error: unknown) => {
    throw error instanceof Fault ? altered(index, error.message, error) : error;
  });
  if (text !== bytes) giveBack(bytes);
  if (text.length !== content.size || digestOf(text) !== content.digest) {
    throw altered(index, 'its content has another size or digest than the Release says');
  }
  return new PackagesIndex(text);
}

function noIndex({ source, release }: VerifiedRepository, component: string, architecture: string): Fault {
  return new Fault(
    'archive/no-index',
    `"${source.name}" has no packages of the component ${component} for ${architecture}.`,
    `It has the components ${release.components.join(', ')} and the architectures ${release.architectures.join(', ')}.`,
  );
}

function vanished({ repository, path }: IndexFile, cause: Fault): Fault {
  return new Fault(
    'archive/index-vanished',
    `The index ${path} of "${repository.source.name}" is not there any more.`,
    'The mirror is being updated; try again in a few minutes.',
    { cause },
  );
}

function altered({ repository, path }: IndexFile, why: string, cause?: unknown): Fault {
  return new Fault(
    'archive/altered',
    `The index ${path} of "${repository.source.name}" is refused: ${why}`.replace(/\.?$/, '.'),
    'Something between here and the archive changed it; try again, or use another mirror.',
    { cause },
  );
}
