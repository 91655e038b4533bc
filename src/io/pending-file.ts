// Files that appear whole or not at all.
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../lib/faults.ts';
import { now } from './clock.ts';
import { closeFile, flushFile, openFile, renameFile, writeFile as writeAt } from './descriptors.ts';
import { errno, fileFault } from './file-faults.ts';
import { fsPromises, listFolder, makeFolders } from './files.ts';
import { constants, statSync, writeSync } from './node-fs.ts';

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/**
 * A file that appears whole or not at all: written beside its place under another name, flushed, renamed.
 * Left-overs of a killed process are named `.NAME.XXXX.partial`.
 */
export class PendingFile {
  readonly path: string;
  readonly #partial: string;
  readonly #file: number;
  #state: 'open' | 'closed' | 'done' = 'open';
  /** Fulfilled when nothing is on its way to the disk. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, partial: string, file: number) {
    this.path = path;
    this.#partial = partial;
    this.#file = file;
  }

  /** @throws Fault `file/kind` where a folder, device or pipe stands; `file/denied`, `file/disk-full`, … */
  static async open(path: string, mode = 0o666): Promise<PendingFile> {
    // As root, renaming would put a file in the place of /dev/null.
    if (stands(path)?.isFile() === false) {
      throw new Fault('file/kind', `${path} is no regular file.`, 'Name a file, or a path where nothing is yet.');
    }
    const partial = partialPath(path);
    try {
      if (stands(dirname(path)) === undefined) await makeFolders(dirname(path));
      return new PendingFile(path, partial, await openFile(partial, NEW_FILE, mode));
    } catch (cause) {
      throw fileFault(cause, `Writing ${path}`);
    }
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.#underway(this.#write(chunk));
  }

  async #underway(work: Promise<void>): Promise<void> {
    const before = this.#writing;
    this.#writing = work.then(
      async () => await before,
      async () => await before,
    );
    await work;
  }

  async #write(chunk: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < chunk.length; ) at += await writeAt(this.#descriptor, chunk, at, null);
    } catch (cause) {
      throw fileFault(cause, `Writing ${this.path}`);
    }
  }

  /** Like {@link write}, on this thread. */
  writeNow(chunk: Uint8Array): void {
    try {
      for (let at = 0; at < chunk.length; ) at += writeSync(this.#descriptor, chunk, at);
    } catch (cause) {
      throw fileFault(cause, `Writing ${this.path}`);
    }
  }

  /** Puts the file in its place; `flush: false` where losing it in a power cut costs only time. */
  async commit(options: { flush?: boolean } = {}): Promise<void> {
    await this.#commit(this.path, options.flush !== false);
  }

  /** Like {@link commit} without flushing, at another place in the same file system. */
  async commitAs(path: string): Promise<void> {
    await this.#commit(path, false);
  }

  async #commit(path: string, flush: boolean): Promise<void> {
    try {
      const file = this.#descriptor;
      if (flush) await this.#underway(flushFile(file));
      await this.#close();
      await renameFile(this.#partial, path);
      this.#state = 'done';
    } catch (cause) {
      throw fileFault(cause, `Writing ${this.path}`);
    }
  }

  /** Removes what was not committed; nothing after a commit. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'done') return;
    await this.#close().catch(() => undefined);
    this.#state = 'done';
    await fsPromises().rm(this.#partial, { force: true });
  }

  async #close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    // Its number is another file's as soon as it is closed: nothing may be on the way to it.
    await this.#writing;
    await closeFile(this.#file);
  }

  get #descriptor(): number {
    if (this.#state === 'open') return this.#file;
    throw new Fault('file/failed', `Writing ${this.path}: it was given up.`, 'See what failed before.');
  }
}

/** What a path leads to; `undefined` where that is nothing, or cannot be seen. */
function stands(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * A name beside a path that hardly anybody takes at the same time; where somebody does, opening it exclusively fails. Not a
 * secret: the module that makes those takes longer to load than most files to write.
 */
function partialPath(path: string): string {
  const random = Math.floor(Math.random() * 2 ** 48);
  return join(dirname(path), `.${basename(path)}.${random.toString(16).padStart(12, '0')}.partial`);
}

/** Writes a file that appears whole or not at all. */
export async function writeFile(
  path: string,
  bytes: Uint8Array | string,
  options: { mode?: number; flush?: boolean } = {},
): Promise<void> {
  await using file = await PendingFile.open(path, options.mode);
  await file.write(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes);
  await file.commit(options);
}

/** Writes a file unless one is there. @returns false when one was. */
export async function createFile(path: string, bytes: Uint8Array | string, mode = 0o666): Promise<boolean> {
  const partial = partialPath(path);
  try {
    await makeFolders(dirname(path));
    await fsPromises().writeFile(partial, bytes, { mode, flag: 'wx', flush: true });
    await fsPromises().link(partial, path);
    return true;
  } catch (cause) {
    if (errno(cause) === 'EEXIST') return false;
    throw fileFault(cause, `Writing ${path}`);
  } finally {
    await fsPromises().rm(partial, { force: true });
  }
}

/**
 * Removes what killed processes left half-written in a folder: `.NAME.XXXX.partial` files that nobody wrote to for
 * `age` milliseconds.
 */
export async function removePartials(folder: string, age: number): Promise<void> {
  for (const { name } of await listFolder(folder)) {
    if (!/^\..*\.[0-9a-f]{12}\.partial$/.test(name)) continue;
    const path = join(folder, name);
    const found = await fsPromises()
      .stat(path)
      .catch(() => undefined);
    if (found !== undefined && now().getTime() - found.mtimeMs > age) await fsPromises().rm(path, { force: true });
  }
}
