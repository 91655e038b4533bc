// Changelogs of source packages: out of the smallest .debs that hold them, each read once.
import { readChangelog } from '../deb/changelog.ts';
import { changelogFixes } from '../deb/changelog-cves.ts';
import { debChangelog } from '../deb/deb-changelog.ts';
import type { BlobFolder } from '../io/blobs.ts';
import { remove } from '../io/files.ts';
import type { SealedFolder } from '../io/sealed.ts';
import { giveBack } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { inParallel } from '../lib/parallel.ts';
import { type Finding, keepFinding, keptFinding } from './changelog-cache.ts';
import { ChangelogSearch, type ReadSource } from './changelog-search.ts';
import { type FetchSettings, fetchPackages, type PackageFile } from './packages.ts';
import type { NewestSource } from './source-packages.ts';

export interface ChangelogSettings extends FetchSettings {
  /** Where .debs are while they are read: nobody else's, for they are removed. */
  readonly blobs: BlobFolder;
  /** Bytes of a .deb that is fetched for its changelog. */
  readonly largest: number;
  /** What was read of each .deb, so that none is fetched twice. */
  readonly cache: SealedFolder;
  /** Told of the bytes that were fetched. */
  readonly fetched?: ((bytes: number) => void) | undefined;
}

/** .debs that are unpacked at once. */
const UNPACKED = 3;

/**
 * Reads the changelogs of source packages, as many at a time as one round of downloads brings. A .deb that is malformed
 * or has none is passed over for the next; one that cannot be fetched is a fault.
 * @throws Fault `archive/…`, `network/…`, `store/altered`
 */
export async function* readSources(
  sources: readonly NewestSource[],
  settings: ChangelogSettings,
): AsyncGenerator<ReadSource> {
  let searches = sources.map((source) => new ChangelogSearch(source, settings.largest));
  for (;;) {
    for (const { result } of searches) if (result !== undefined) yield result;
    searches = searches.filter(({ result }) => result === undefined);
    if (searches.length === 0) return;
    await look(searches, settings);
  }
}

/** One more .deb of each search. */
async function look(searches: readonly ChangelogSearch[], settings: ChangelogSettings): Promise<void> {
  const missing: ChangelogSearch[] = [];
  for (const search of searches) {
    const known = await keptFinding(search.next, settings.cache);
    if (known === undefined) missing.push(search);
    else search.see(known);
  }
  const files = missing.map(({ next }) => next);
  settings.fetched?.(await fetchPackages(files, settings.blobs, settings));
  const read = async (search: ChangelogSearch) => search.see(await findIn(search.next, search.source.name, settings));
  await inParallel(missing, UNPACKED, read, settings.signal);
}

async function findIn(file: PackageFile, source: string, settings: ChangelogSettings): Promise<Finding> {
  const bytes = (await settings.blobs.read(file.digest, limits.deb)) ?? (await fetchedAgain(file, settings));
  const finding = await findingOf(bytes, file.name, source);
  giveBack(bytes);
  await keepFinding(file, finding, settings.cache);
  await remove(settings.blobs.path(file.digest));
  return finding;
}

/** A stored file that was altered is removed when it is read. */
async function fetchedAgain(file: PackageFile, settings: ChangelogSettings): Promise<Buffer> {
  await fetchPackages([file], settings.blobs, settings);
  const bytes = await settings.blobs.read(file.digest, limits.deb);
  if (bytes !== undefined) return bytes;
  throw new Fault(
    'store/altered',
    `The stored package ${file.name} is gone or was altered as soon as it was fetched.`,
    'Something else writes to the cache; choose another folder with --cache.',
  );
}

async function findingOf(bytes: Buffer, name: string, source: string): Promise<Finding> {
  try {
    const found = await debChangelog(bytes, name);
    if (found.kind === 'link') return found;
    if (found.kind === 'none') return none(`${name} brings no changelog.`);
    const entries = readChangelog(found.text);
    const isOwn = entries.some((entry) => entry.source === source);
    if (!isOwn) return none(`The changelog in ${name} is not that of ${source}.`);
    return { kind: 'fixes', fixes: [...changelogFixes(entries, source).values()] };
  } catch (error) {
    if (error instanceof Fault) return { kind: 'none', code: error.code, reason: error.message };
    throw error;
  }
}

function none(reason: string): Finding {
  return { kind: 'none', code: 'deb/no-changelog', reason };
}
