import type { Stats } from 'node:fs';
import type * as FsPromises from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Fault, messageOf } from '../lib/faults.ts';
import { now } from './clock.ts';
import { type ChunkOptions, readChunks } from './read-chunks.ts';
import { readSmallFile } from './small-file.ts';
import { closeFile, flushFile, openFile, renameFile, writeFile as writeAt } from './descriptors.ts';
import { constants, lstatSync, statSync, writeSync } from './node-fs.ts';

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

let loaded: typeof FsPromises | undefined;

/** The module `node:fs/promises`, loaded when it is needed: who reads a few small files alone does without. */
function promises(): typeof FsPromises {
  return (loaded ??= process.getBuiltinModule('node:fs/promises'));
}

function errno(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** A system error as a fault with a hint that fits it. Faults pass through. */
export function fileFault(cause: unknown, doing: string): Fault {
  if (cause instanceof Fault) return cause;
  switch (errno(cause)) {
    case 'ENOENT':
      return new Fault('file/missing', `${doing}: there is no such file or folder.`, 'Check the path.', { cause });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Fault(
        'file/denied',
        `${doing}: permission denied.`,
        'Check the permissions, or choose another folder.',
        { cause },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new Fault(
        'file/disk-full',
        `${doing}: the disk is full.`,
        'Free some space or choose another folder with --output, --cache or --store; nothing was half-written.',
        { cause },
      );
    case 'EISDIR':
    case 'ENOTDIR':
    case 'EEXIST':
      return new Fault(
        'file/kind',
        `${doing}: a file stands where a folder was expected, or the reverse.`,
        'Check the path.',
        { cause },
      );
    default:
      return new Fault('file/failed', `${doing}: ${messageOf(cause)}.`, 'Check the path and the file system.', {
        cause,
      });
  }
}

// A pipe would be waited for without end, a device read without end; what a shell passes under /dev/fd is meant.
async function openToRead(path: string): Promise<FsPromises.FileHandle> {
  const found = await promises().stat(path);
  if (!found.isFile() && !(found.isFIFO() && path.startsWith('/dev/'))) {
    throw new Fault('file/kind', `${path} is no regular file.`, 'Check the path.');
  }
  return await promises().open(path, constants.O_RDONLY);
}

/**
 * Reads a whole file of at most `limit` bytes.
 * @throws Fault `file/missing`, `file/denied`, `file/too-large`, `file/kind` for a folder, pipe or device, …
 */
export async function readFile(path: string, limit: number): Promise<Buffer> {
  try {
    const small = readSmallFile(path);
    if (small !== undefined) {
      if (small.length > limit) throw tooLarge(path, limit);
      return small;
    }
    await using handle = await openToRead(path);
    const { size } = await handle.stat();
    if (size > limit) throw tooLarge(path, limit);
    const bytes = await handle.readFile();
    if (bytes.length > limit) throw tooLarge(path, limit);
    return bytes;
  } catch (cause) {
    throw fileFault(cause, `Reading ${path}`);
  }
}

function tooLarge(path: string, limit: number): Fault {
  return new Fault('file/too-large', `${path} is larger than ${limit} bytes.`, 'Check that it is the right file.');
}

/** Like {@link readFile}, but `undefined` where there is no such file. */
export async function readFileIfThere(path: string, limit: number): Promise<Buffer | undefined> {
  try {
    return await readFile(path, limit);
  } catch (error) {
    if (error instanceof Fault && error.code === 'file/missing') return undefined;
    throw error;
  }
}

/** Reads `length` bytes at `offset`; fewer at the end of the file. */
export async function readAt(path: string, offset: number, length: number): Promise<Buffer> {
  try {
    await using handle = await openToRead(path);
    const buffer = Buffer.allocUnsafe(length);
    const { bytesRead } = await handle.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw fileFault(cause, `Reading ${path}`);
  }
}

const SMALLEST_PIECE = 4096;

/** A regular file of at most 256 KiB; `undefined` for a larger one, or where no file is. @throws Fault `file/…` */
export function smallFile(path: string): Buffer | undefined {
  try {
    return readSmallFile(path);
  } catch (cause) {
    if (errno(cause) === 'ENOENT' || errno(cause) === 'ENOTDIR') return undefined;
    throw fileFault(cause, `Reading ${path}`);
  }
}

/** Streams a file in chunks of 1 MiB. @param options where to begin; whether chunks share their memory, as of {@link readChunks} */
export async function* streamFile(
  path: string,
  options: Pick<ChunkOptions, 'from' | 'reuse'> = {},
): AsyncGenerator<Buffer> {
  try {
    await using handle = await openToRead(path);
    const found = await handle.stat();
    // Most files are small: they need no large buffer.
    const piece = found.isFile() ? Math.max(SMALLEST_PIECE, found.size + 1) : undefined;
    yield* readChunks(handle.fd, piece === undefined ? options : { ...options, piece });
  } catch (cause) {
    throw fileFault(cause, `Reading ${path}`);
  }
}

/** Whether something stands at a path, links not followed. */
export async function fileExists(path: string): Promise<boolean> {
  return (await folderEntry(path)) !== undefined;
}

export async function fileSize(path: string): Promise<number | undefined> {
  try {
    return (await promises().stat(path)).size;
  } catch (cause) {
    if (errno(cause) === 'ENOENT' || errno(cause) === 'ENOTDIR') return undefined;
    throw fileFault(cause, `Looking at ${path}`);
  }
}

export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await makeFolders(path, mode);
  } catch (cause) {
    throw fileFault(cause, `Making the folder ${path}`);
  }
}

/** Milliseconds since something was last written at a path; 0 where nothing is there. */
export async function fileAge(path: string): Promise<number> {
  const found = await promises()
    .stat(path)
    .catch(() => undefined);
  return found === undefined ? 0 : now().getTime() - found.mtimeMs;
}

/** Makes a folder and those above it; throws system errors. */
async function makeFolders(path: string, mode?: number): Promise<void> {
  try {
    await promises().mkdir(path, { recursive: true, mode });
  } catch (cause) {
    throw errno(cause) === 'ENOENT' ? await obstacleAt(path, cause) : cause;
  }
}

/** On a read-only file system a recursive mkdir says ENOENT; making the first missing folder by itself tells why. */
async function obstacleAt(path: string, cause: unknown): Promise<unknown> {
  const above = dirname(path);
  if (above === path) return cause;
  const isThere = await promises()
    .stat(above)
    .then(
      () => true,
      () => false,
    );
  if (!isThere) return await obstacleAt(above, cause);
  return await promises()
    .mkdir(path)
    .then(
      () => cause,
      (obstacle: unknown) => obstacle,
    );
}

export async function remove(path: string): Promise<void> {
  await promises().rm(path, { recursive: true, force: true });
}

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
    await promises().rm(this.#partial, { force: true });
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
    await promises().writeFile(partial, bytes, { mode, flag: 'wx', flush: true });
    await promises().link(partial, path);
    return true;
  } catch (cause) {
    if (errno(cause) === 'EEXIST') return false;
    throw fileFault(cause, `Writing ${path}`);
  } finally {
    await promises().rm(partial, { force: true });
  }
}

export interface FolderEntry {
  /** The name, as bytes (`latin1`). */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'symlink' | 'other';
  /** A file that its owner may execute. */
  readonly executable: boolean;
}

/** What stands at a path, links not followed; `undefined` where nothing does. */
export async function folderEntry(path: string | Buffer): Promise<FolderEntry | undefined> {
  try {
    const stat = lstatSync(path);
    const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'symlink' : 'other';
    const bytes = Buffer.from(path).toString('latin1');
    return {
      name: bytes.slice(bytes.lastIndexOf('/') + 1),
      kind,
      executable: kind === 'file' && (stat.mode & 0o100) !== 0,
    };
  } catch (cause) {
    if (errno(cause) === 'ENOENT' || errno(cause) === 'ENOTDIR') return undefined;
    throw fileFault(cause, `Looking at ${path.toString()}`);
  }
}

/** A symlink's target, bytes as `latin1`. */
export async function readLink(path: string): Promise<string> {
  try {
    return (await promises().readlink(path, { encoding: 'buffer' })).toString('latin1');
  } catch (cause) {
    throw fileFault(cause, `Reading the link ${path}`);
  }
}

/** What is in a folder, sorted by byte; empty when the folder is not there. */
export async function listFolder(path: string): Promise<FolderEntry[]> {
  try {
    const names = await promises().readdir(path, { encoding: 'buffer' });
    const entries = await Promise.all(
      names.map(async (name) => await folderEntry(Buffer.concat([Buffer.from(`${path}/`), name]))),
    );
    return entries.filter((entry) => entry !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    if (errno(cause) === 'ENOENT') return [];
    throw fileFault(cause, `Reading the folder ${path}`);
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
    const found = await promises()
      .stat(path)
      .catch(() => undefined);
    if (found !== undefined && now().getTime() - found.mtimeMs > age) await promises().rm(path, { force: true });
  }
}

export {
  join as joinPath,
  resolve as resolvePath,
  dirname as folderOf,
  basename as nameOf,
  isAbsolute,
} from 'node:path';
export { tmpdir };

function base(variable: string, fallback: string): string {
  const value = process.env[variable];
  return value !== undefined && value.startsWith('/') ? value : join(homedir(), fallback);
}

/** Temper's folders under the user's (XDG base directory specification 0.8). */
export const userFolders = {
  /** Keys, the policy, the configuration file. */
  config: (): string => join(base('XDG_CONFIG_HOME', '.config'), 'temper'),
  /** What can be fetched or computed again. */
  cache: (): string => join(base('XDG_CACHE_HOME', '.cache'), 'temper'),
  /** What must outlive the cache: high-water marks. */
  state: (): string => join(base('XDG_STATE_HOME', '.local/state'), 'temper'),
  /** notation's: plugins, trust stores. */
  notation: (): string =>
    process.platform === 'darwin'
      ? join(homedir(), 'Library/Application Support/notation')
      : join(base('XDG_CONFIG_HOME', '.config'), 'notation'),
  /** Docker's: `config.json` with the registries' credentials. */
  docker: (): string => process.env['DOCKER_CONFIG'] || join(homedir(), '.docker'),
  /** That of AWS' tools: `config` and `credentials`. */
  aws: (): string => join(homedir(), '.aws'),
  /** That of Google's tools: the credentials of who logged in. */
  gcloud: (): string => join(homedir(), '.config', 'gcloud'),
  /** That of Kubernetes' tools: `config`. */
  kubernetes: (): string => join(homedir(), '.kube'),
};
