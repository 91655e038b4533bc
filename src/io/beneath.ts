// Files of a folder that somebody else filled: nothing in it may lead outside of it.
import { join, sep } from 'node:path';
import { compareStrings } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import { fileFault } from './file-faults.ts';
import { readChunks } from './read-chunks.ts';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync } from './node-fs.ts';

/** A regular file below a folder, open until it is let go of, also when another takes its name. */
export class FileBeneath implements Disposable {
  readonly size: number;
  /** Of its last change, milliseconds since 1970. */
  readonly modified: number;
  readonly #path: string;
  #file: number | undefined;

  private constructor(file: number, path: string, stat: { readonly size: number; readonly mtimeMs: number }) {
    this.#file = file;
    this.#path = path;
    this.size = stat.size;
    this.modified = stat.mtimeMs;
  }

  /**
   * Opens `path`, relative and without `..`; links in it are followed as long as they stay below `folder`.
   * @returns `undefined` where nothing is there
   * @throws Fault `file/outside` when a link leads out of the folder, `file/kind`, `file/denied`, …
   */
  static open(folder: string, path: string): FileBeneath | undefined {
    let file: number | undefined;
    try {
      const real = realBeneath(folder, path);
      if (real === undefined) return undefined;
      // A pipe is not waited for: it is refused once it is open.
      file = openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const stat = fstatSync(file);
      if (!stat.isFile()) throw new Fault('file/kind', `${real} is no regular file.`, 'Check the path.');
      return new FileBeneath(file, real, stat);
    } catch (cause) {
      if (file !== undefined) closeSync(file);
      if (isMissing(cause)) return undefined;
      throw fileFault(cause, `Reading ${join(folder, path)}`);
    }
  }

  /** `length` bytes from `offset`, fewer at the end; empty beyond it. @throws Fault `file/…` */
  read(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - offset)));
    try {
      let at = 0;
      while (at < bytes.length) {
        const got = readSync(this.#open(), bytes, at, bytes.length - at, offset + at);
        if (got === 0) break;
        at += got;
      }
      return bytes.subarray(0, at);
    } catch (cause) {
      throw fileFault(cause, `Reading ${this.#path}`);
    }
  }

  /** Its content, in pieces. @throws Fault `file/…` */
  async *stream(): AsyncGenerator<Buffer> {
    try {
      yield* readChunks(this.#open(), { from: 0, length: this.size });
    } catch (cause) {
      throw fileFault(cause, `Reading ${this.#path}`);
    }
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    if (this.#file === undefined) throw new Error(`${this.#path} was closed`);
    return this.#file;
  }
}

/**
 * The names in a folder below another, sorted by code unit; empty where it is not there.
 * @throws Fault `file/outside`, `file/kind`, `file/too-many` above `limit` names, …
 */
export function namesBeneath(folder: string, path: string, limit: number): string[] {
  try {
    const real = realBeneath(folder, path);
    if (real === undefined) return [];
    const names = readdirSync(real);
    if (names.length <= limit) return names.sort(compareStrings);
  } catch (cause) {
    throw fileFault(cause, `Reading the folder ${join(folder, path)}`);
  }
  const sentence = `${join(folder, path)} has more than ${limit} entries.`;
  throw new Fault('file/too-many', sentence, 'Check that it is the right folder.');
}

function realBeneath(folder: string, path: string): string | undefined {
  const root = realpathSync(folder);
  const real = realOf(join(root, path));
  if (real === undefined || real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)) return real;
  throw new Fault(
    'file/outside',
    `${join(folder, path)} is a link that leads out of ${folder}.`,
    'Put the file itself there.',
  );
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

function isMissing(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
