// Files and folders as they stand: read, looked for, listed, made, removed.
import type * as FsPromises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { Fault } from '../lib/faults.ts';
import { now } from './clock.ts';
import { errno, fileFault } from './file-faults.ts';
import { type ChunkOptions, readChunks } from './read-chunks.ts';
import { readSmallFile } from './small-file.ts';
import { constants, lstatSync } from './node-fs.ts';

let loaded: typeof FsPromises | undefined;

/** The module `node:fs/promises`, loaded when it is needed: who reads a few small files alone does without. */
export function fsPromises(): typeof FsPromises {
  return (loaded ??= process.getBuiltinModule('node:fs/promises'));
}

// A pipe would be waited for without end, a device read without end; what a shell passes under /dev/fd is meant.
async function openToRead(path: string): Promise<FsPromises.FileHandle> {
  const found = await fsPromises().stat(path);
  if (!found.isFile() && !(found.isFIFO() && path.startsWith('/dev/'))) {
    throw new Fault('file/kind', `${path} is no regular file.`, 'Check the path.');
  }
  return await fsPromises().open(path, constants.O_RDONLY);
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
    return (await fsPromises().stat(path)).size;
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
  const found = await fsPromises()
    .stat(path)
    .catch(() => undefined);
  return found === undefined ? 0 : now().getTime() - found.mtimeMs;
}

/** Makes a folder and those above it; throws system errors. */
export async function makeFolders(path: string, mode?: number): Promise<void> {
  try {
    await fsPromises().mkdir(path, { recursive: true, mode });
  } catch (cause) {
    throw errno(cause) === 'ENOENT' ? await obstacleAt(path, cause) : cause;
  }
}

/** On a read-only file system a recursive mkdir says ENOENT; making the first missing folder by itself tells why. */
async function obstacleAt(path: string, cause: unknown): Promise<unknown> {
  const above = dirname(path);
  if (above === path) return cause;
  const isThere = await fsPromises()
    .stat(above)
    .then(
      () => true,
      () => false,
    );
  if (!isThere) return await obstacleAt(above, cause);
  return await fsPromises()
    .mkdir(path)
    .then(
      () => cause,
      (obstacle: unknown) => obstacle,
    );
}

export async function remove(path: string): Promise<void> {
  await fsPromises().rm(path, { recursive: true, force: true });
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
    return (await fsPromises().readlink(path, { encoding: 'buffer' })).toString('latin1');
  } catch (cause) {
    throw fileFault(cause, `Reading the link ${path}`);
  }
}

/** What is in a folder, sorted by byte; empty when the folder is not there. */
export async function listFolder(path: string): Promise<FolderEntry[]> {
  try {
    const names = await fsPromises().readdir(path, { encoding: 'buffer' });
    const entries = await Promise.all(
      names.map(async (name) => await folderEntry(Buffer.concat([Buffer.from(`${path}/`), name]))),
    );
    return entries.filter((entry) => entry !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    if (errno(cause) === 'ENOENT') return [];
    throw fileFault(cause, `Reading the folder ${path}`);
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
