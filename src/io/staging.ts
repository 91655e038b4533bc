// Blobs whose digests are known only when they were written: staged in a folder of their own, then kept or dropped.
import type { Digest } from '../lib/digest.ts';
import { BlobFolder } from './blobs.ts';
import { fileAge, folderOf, joinPath, listFolder, makeFolder, remove } from './files.ts';
import { PendingFile } from './pending-file.ts';
import { hasEnded, processName } from './locks.ts';

/** Most folders that one run looks at: what killed runs left behind beyond that, the next runs remove. */
const MOST_FOLDERS = 1000;
/** Milliseconds after which a folder counts as left behind where nobody knows whether its process runs. */
const ABANDONED = 86_400_000;

export interface StagedBlob {
  write(chunk: Uint8Array): Promise<void>;
  /** Puts the blob under the digest that its writer computed. */
  keep(digest: Digest, size: number): Promise<void>;
}

/** One process's staging folder. */
export class Staging implements AsyncDisposable {
  readonly blobs: BlobFolder;
  readonly #folder: string;
  /** Those that were neither kept nor dropped yet. */
  readonly #pending = new Set<PendingFile>();
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.blobs = new BlobFolder(folder);
  }

  /**
   * A new folder under `parent`, which disposal removes with all that is in it. Folders there whose processes were killed
   * are removed now.
   * @throws Fault `file/…`
   */
  static async in(parent: string): Promise<Staging> {
    await removeLeftBehind(parent);
    // The name says whose it is, so that there is never a folder without an owner.
    const folder = joinPath(parent, await processName());
    await makeFolder(folder);
    return new Staging(folder);
  }

  /** Where a file may stand until the end that others write: a database. */
  path(name: string): string {
    return joinPath(this.#folder, name);
  }

  async open(): Promise<StagedBlob> {
    const file = await PendingFile.open(joinPath(this.#folder, `blob-${this.#count++}`));
    this.#pending.add(file);
    return {
      write: async (chunk) => {
        await file.write(chunk);
      },
      keep: async (digest) => {
        await makeFolder(folderOf(this.blobs.path(digest)));
        await file.commitAs(this.blobs.path(digest));
        this.#pending.delete(file);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#pending) await file[Symbol.asyncDispose]();
    await remove(this.#folder);
  }
}

async function removeLeftBehind(parent: string): Promise<void> {
  for (const { name, kind } of (await listFolder(parent)).slice(0, MOST_FOLDERS)) {
    const folder = joinPath(parent, name);
    if (kind !== 'folder' || !((await hasEnded(name)) ?? (await fileAge(folder)) > ABANDONED)) continue;
    // Another run may sweep at the same time: what one of them cannot remove, a later one will.
    await remove(folder).catch(() => undefined);
  }
}
