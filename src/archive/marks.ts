// High-water marks: the newest Date seen of each archive's suite, so that nobody can serve an older state again.
import { joinPath, listFolder, remove } from '../io/files.ts';
import { createFile } from '../io/pending-file.ts';
import { sha256Hex } from '../lib/digest.ts';
import { prettyJson } from '../lib/json.ts';
import { isSymbol, type RepositorySource } from './sources.ts';

const MARK = /^([0-9]{1,12})\.json$/;

/**
 * A mark is a file named by its date in a folder of its archive and suite; the highest name counts. So processes that
 * write at the same time cannot lower it, and one that dies leaves nothing half-written.
 */
export class HighWaterMarks {
  readonly #folder: string;

  /** @param folder in the user's state folder; made when something is recorded */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The newest date seen, in seconds since 1970. */
  async newest(archive: MarkedArchive): Promise<number | undefined> {
    const dates = await this.#dates(this.#path(archive));
    return dates.length === 0 ? undefined : Math.max(...dates);
  }

  /** Notes a date, in seconds since 1970, and forgets older ones. */
  async record(archive: MarkedArchive, date: number): Promise<void> {
    const folder = this.#path(archive);
    const known = await this.#dates(folder);
    if (known.some((other) => other >= date)) return;
    const { source } = archive;
    const content = prettyJson({
      archive: source.archive,
      suite: source.suite,
      date: new Date(date * 1000).toISOString(),
    });
    await createFile(joinPath(folder, `${date}.json`), content);
    for (const older of known) await remove(joinPath(folder, `${older}.json`));
  }

  async #dates(folder: string): Promise<number[]> {
    const entries = await listFolder(folder);
    return entries.flatMap(({ name }) => MARK.exec(name)?.[1] ?? []).map(Number);
  }

  #path({ source, keys }: MarkedArchive): string {
    const own = keys === undefined && isSymbol(source.archive) ? source.archive.slice(0, -1) : undefined;
    const key = own ?? sha256Hex([source.archive, ...(keys ?? [])].join('\n'));
    return joinPath(this.#folder, key, source.suite.replaceAll('/', '%2F'));
  }
}

export interface MarkedArchive {
  readonly source: RepositorySource;
  /** Fingerprints of the keys that may sign it where the definition brings them: other keys, another archive. */
  readonly keys: readonly string[] | undefined;
}
