// A feed's files in a folder.
import { FileBeneath, namesBeneath } from '../io/beneath.ts';
import { fileExists } from '../io/files.ts';
import type { RandomAccess } from '../lib/random-access.ts';
import type { FeedFile, FeedFiles } from './feed.ts';
import { checkPath, tooLargeFile, unreachable } from './file-faults.ts';

/** Most names of one folder. */
const NAMES = 1_000_000;

/** Files of `folder` and the folders in it. Links are followed as long as they stay below it: else Fault `file/outside`. */
export function folderFiles(folder: string): FeedFiles {
  const check = async (path: string): Promise<void> => {
    if (!(await fileExists(folder))) throw unreachable(folder, path, new Error('there is no such folder'));
  };
  return {
    base: folder,
    async open(path, limit) {
      checkPath(path);
      await check(path);
      const file = FileBeneath.open(folder, path);
      if (file === undefined || file.size <= limit) return file === undefined ? undefined : new FolderFile(file);
      file[Symbol.dispose]();
      throw tooLargeFile(folder, path, limit);
    },
    async list(path) {
      if (path !== '') checkPath(path);
      await check(path);
      return namesBeneath(folder, path, NAMES);
    },
  };
}

class FolderFile implements FeedFile {
  readonly #file: FileBeneath;

  constructor(file: FileBeneath) {
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  get modified(): number {
    return Math.floor(this.#file.modified / 1000);
  }

  get tag(): string {
    return `${this.#file.modified}-${this.#file.size}`;
  }

  chunks(): AsyncIterable<Buffer> {
    return this.#file.stream();
  }

  async random(): Promise<RandomAccess> {
    return await Promise.resolve(this.#file);
  }

  async all(): Promise<Buffer> {
    return await Promise.resolve(this.#file.read(0, this.#file.size));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file[Symbol.dispose]();
    await Promise.resolve();
  }
}
