// .deb files: fetched by the digests of a resolution or a lock.
import type { BlobFolder } from '../io/blobs.ts';
import type { Downloader } from '../io/download.ts';
import type { Digest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { inParallel } from '../lib/parallel.ts';

/** A .deb to be fetched. */
export interface PackageFile {
  readonly name: string;
  readonly version: string;
  /** Below the archive's address. */
  readonly filename: string;
  readonly digest: Digest;
  readonly size: number;
  /** A symbol or URL, as the definition has it. */
  readonly archive: string;
}

export interface FetchSettings {
  readonly downloader: Downloader;
  /** The address of an archive, see `Mirrors.address`; asked only when something has to be fetched from it. */
  readonly address: (archive: string) => Promise<string>;
  /** How many at once; 8 unless given. */
  readonly parallel?: number | undefined;
  /** Bytes done and bytes in all, of what is not in the store yet. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Most bytes that one call fetches. */
const TOTAL = 64 * 2 ** 30;

/**
 * Fetches packages into the folder, except those that are there (by digest and size; who reads them verifies them).
 * Nothing that is not what its digest says is kept, nor half of it.
 * @returns the number of bytes fetched
 * @throws Fault `archive/vanished` (the archive dropped a file), `archive/altered` (other or truncated content),
 * `archive/too-large`, and those of `Downloader` and `Mirrors`; each names the file
 */
export async function fetchPackages(
  packages: readonly PackageFile[],
  folder: BlobFolder,
  settings: FetchSettings,
): Promise<number> {
  const unique = [...new Map(packages.map((file) => [file.digest, file])).values()];
  const there = await Promise.all(unique.map(async ({ digest, size }) => await folder.has(digest, size)));
  const missing = unique.filter((_, i) => there[i] === false);
  const total = missing.reduce((sum, { size }) => sum + size, 0);
  const large = missing.find(({ size }) => size > limits.deb);
  if (large !== undefined || total > TOTAL) throw tooLarge(large, total);
  // The largest first: the last ones to end are then short.
  missing.sort((a, b) => b.size - a.size);
  let done = 0;
  const onBytes = (count: number) => {
    done += count;
    settings.progress?.(done, total);
  };
  await inParallel(
    missing,
    settings.parallel ?? 8,
    async (file, signal) => await fetchPackage(file, folder, settings, { signal, onBytes }),
    settings.signal,
  );
  return total;
}

async function fetchPackage(
  file: PackageFile,
  folder: BlobFolder,
  { downloader, address }: FetchSettings,
  progress: { signal: AbortSignal; onBytes: (count: number) => void },
): Promise<void> {
  const path = file.filename.split('/').map(encodeURIComponent).join('/');
  const url = `${await address(file.archive)}/${path}`;
  try {
    await downloader.blob({ url, digest: file.digest, size: file.size }, folder, progress);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'download/gone') throw vanished(file, error);
    if (error.code === 'blob/altered' || error.code === 'download/too-large') throw altered(file, error);
    throw error;
  }
}

function vanished({ name, version, filename }: PackageFile, cause: Fault): Fault {
  return new Fault(
    'archive/vanished',
    `The archive does not have ${filename} any more (${name} ${version}).`,
    'A newer version has taken its place: run `temper lock DEFINITION` to lock what is there now.',
    { cause },
  );
}

function altered({ name, version, filename }: PackageFile, cause: Fault): Fault {
  return new Fault(
    'archive/altered',
    `${filename} (${name} ${version}) is not what the archive signed for: ${cause.message}`,
    'Something between here and the archive changed or truncated it; try again, or use another mirror.',
    { cause },
  );
}

function tooLarge(file: PackageFile | undefined, total: number): Fault {
  return new Fault(
    'archive/too-large',
    file === undefined
      ? `The packages to be fetched have ${total} bytes together, more than ${TOTAL}.`
      : `${file.filename} has ${file.size} bytes, more than the ${limits.deb} that are fetched.`,
    'Ask for fewer or smaller packages.',
  );
}
