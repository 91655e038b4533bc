// A log in a folder, laid out so that any web server can serve it (C2SP tlog-tiles, APIs).
import { type FileSteps, fileSteps, uniqueName } from '../io/file-steps.ts';
import { folderOf, joinPath, makeFolder, resolvePath } from '../io/files.ts';
import { withLock } from '../io/locks.ts';
import { Fault } from '../lib/faults.ts';
import { Turns } from '../lib/turns.ts';
import type { LogObject, LogStorage } from './storage.ts';

/** What belongs to the writer alone, below the log's folder: not served. */
export const PRIVATE_FOLDER = '.temper';

export interface DiskOptions {
  /** The file system unless given. */
  readonly steps?: FileSteps;
  /** Keeps other writers out; a lock file in the folder unless given. */
  readonly lock?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Files are written beside their place, flushed, and renamed into it; then the folder is flushed. */
export class DiskStorage implements LogStorage {
  readonly name: string;
  readonly #folder: string;
  readonly #steps: FileSteps;
  readonly #lock: <T>(work: () => Promise<T>) => Promise<T>;
  /** Folders whose own names are on the disk. */
  readonly #lasting = new Set<string>();
  /** Of this process, one at a time: the lock file is for the others. */
  readonly #turns = new Turns(1);

  constructor(folder: string, options: DiskOptions = {}) {
    this.name = folder;
    this.#folder = resolvePath(folder);
    this.#steps = options.steps ?? fileSteps;
    this.#lock = options.lock ?? (async (work) => await lockedIn(folder, work));
  }

  async read(path: string, limit: number): Promise<Buffer | undefined> {
    return await this.#steps.read(joinPath(this.#folder, path), limit);
  }

  async write(objects: readonly LogObject[]): Promise<void> {
    const folders = new Set(objects.map(({ path }) => folderOf(joinPath(this.#folder, path))));
    await this.#prepare();
    for (const folder of folders) await this.#steps.makeFolder(folder);
    await Promise.all(
      objects.map(async ({ path, bytes }) => {
        await this.#steps.rename(await this.#partial(bytes), joinPath(this.#folder, path));
      }),
    );
    await Promise.all([...folders].map(async (folder) => await this.#flushNames(folder)));
  }

  async create({ path, bytes }: LogObject): Promise<boolean> {
    const place = joinPath(this.#folder, path);
    await this.#prepare();
    await this.#steps.makeFolder(folderOf(place));
    const partial = await this.#partial(bytes);
    const created = await this.#steps.link(partial, place);
    await this.#flushNames(folderOf(place));
    await this.#steps.remove(partial);
    return created;
  }

  async replace(object: LogObject, before: Uint8Array): Promise<boolean> {
    // One byte more than was there says that something else is there now.
    const there = await this.read(object.path, before.length).catch((fault: unknown) => {
      if (fault instanceof Fault && fault.code === 'file/too-large') return undefined;
      throw fault;
    });
    if (there?.equals(before) !== true) return false;
    await this.write([object]);
    return true;
  }

  async list(folder: string): Promise<string[]> {
    return await this.#steps.list(joinPath(this.#folder, folder));
  }

  async remove(paths: readonly string[]): Promise<void> {
    await Promise.all(paths.map(async (path) => await this.#steps.remove(joinPath(this.#folder, path))));
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    return await this.#turns.run(1, async () => await this.#lock(work));
  }

  async sweep(): Promise<void> {
    await this.#steps.remove(this.#partials());
  }

  #partials(): string {
    return joinPath(this.#folder, PRIVATE_FOLDER, 'partial');
  }

  async #prepare(): Promise<void> {
    await this.#steps.makeFolder(this.#partials());
  }

  async #partial(bytes: Uint8Array): Promise<string> {
    const path = joinPath(this.#partials(), uniqueName());
    try {
      await this.#steps.write(path, bytes);
      await this.#steps.flush(path);
      return path;
    } catch (fault) {
      await this.#steps.remove(path).catch(() => undefined);
      throw fault;
    }
  }

  /** The names in a folder and, once, those of the folders above it: a killed writer may have made them and not flushed. */
  async #flushNames(folder: string): Promise<void> {
    await this.#steps.flush(folder);
    for (let at = folder; at !== folderOf(at) && !this.#lasting.has(at); at = folderOf(at)) {
      await this.#flushAbove(at);
      this.#lasting.add(at);
    }
  }

  // Folders above the log's own may be closed to its writer, who then did not make them.
  async #flushAbove(folder: string): Promise<void> {
    try {
      await this.#steps.flush(folderOf(folder));
    } catch (fault) {
      const inside = folder.startsWith(`${this.#folder}/`);
      if (inside || !(fault instanceof Fault) || fault.code !== 'file/denied') throw fault;
    }
  }
}

async function lockedIn<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await makeFolder(joinPath(folder, PRIVATE_FOLDER));
  return await withLock(joinPath(folder, PRIVATE_FOLDER, 'lock'), work);
}
