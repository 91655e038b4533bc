// Files that are read at any place, as often as is asked for: archives on disk, and streams that were put there.
import { crypto } from '../lib/crypto.ts';
import { Fault } from '../lib/faults.ts';
import { closeFile, openFile, readFile, statFile, unlinkFile, writeFile } from './descriptors.ts';
import { fileFault } from './file-faults.ts';
import { joinPath, makeFolder } from './files.ts';
import { type ChunkOptions, readChunks } from './read-chunks.ts';
import { constants } from './node-fs.ts';

/** A regular file that is open until it is closed, also when another takes its name. */
export class RandomFile {
  /** What messages call it. */
  readonly name: string;
  readonly size: number;
  readonly #file: number;
  #open = true;

  private constructor(file: number, name: string, size: number) {
    this.#file = file;
    this.name = name;
    this.size = size;
  }

  /** @throws Fault `file/missing`, `file/denied`, `file/kind` for what is no regular file, … */
  static async open(path: string): Promise<RandomFile> {
    let file: number | undefined;
    try {
      // A pipe is not waited for: it is refused once it is open.
      file = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const stat = await statFile(file);
      if (!stat.isFile()) throw new Fault('file/kind', `${path} is no regular file.`, 'Check the path.');
      return new RandomFile(file, path, stat.size);
    } catch (cause) {
      if (file !== undefined) await closeFile(file);
      throw fileFault(cause, `Reading ${path}`);
    }
  }

  /**
   * Keeps a stream in a file of no name in `folder`: its space is free again when it is closed, or the process ends in
   * whatever way.
   * @throws Fault `file/too-large` beyond `limit` bytes, `file/disk-full`, …; faults of the stream pass through
   */
  static async spool(
    chunks: AsyncIterable<Uint8Array>,
    to: { readonly folder: string; readonly name: string; readonly limit: number },
  ): Promise<RandomFile> {
    const file = await nameless(to.folder);
    try {
      let size = 0;
      for await (const chunk of chunks) {
        if (size + chunk.length > to.limit) throw tooLarge(to.name, to.limit);
        await writeAll(file, chunk, size);
        size += chunk.length;
      }
      return new RandomFile(file, to.name, size);
    } catch (cause) {
      await closeFile(file);
      throw cause;
    }
  }

  /** `length` bytes from `offset`; fewer at the end. @throws Fault `file/…` */
  async read(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - offset)));
    try {
      let at = 0;
      while (at < bytes.length) {
        const bytesRead = await readFile(this.#file, bytes, at, bytes.length - at, offset + at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return bytes.subarray(0, at);
    } catch (cause) {
      throw fileFault(cause, `Reading ${this.name}`);
    }
  }

  /** A part of the file, in pieces. @param options as of {@link readChunks} @throws Fault `file/short` where it ends before, `file/…` */
  async *stream(
    offset: number,
    length: number,
    options: Pick<ChunkOptions, 'reuse' | 'piece'> = {},
  ): AsyncGenerator<Buffer> {
    let left = length;
    try {
      for await (const chunk of readChunks(this.#file, { ...options, from: offset, length })) {
        left -= chunk.length;
        yield chunk;
      }
    } catch (cause) {
      throw fileFault(cause, `Reading ${this.name}`);
    }
    if (left === 0) return;
    throw new Fault('file/short', `${this.name} ends ${left} bytes early.`, 'Do not change it while it is read.');
  }

  /** Once is enough; further calls do nothing. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await closeFile(this.#file);
  }
}

async function nameless(folder: string): Promise<number> {
  const path = joinPath(folder, `.spool.${crypto().randomBytes(6).toString('hex')}.partial`);
  await makeFolder(folder);
  try {
    const file = await openFile(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    await unlinkFile(path);
    return file;
  } catch (cause) {
    throw fileFault(cause, `Writing to ${folder}`);
  }
}

async function writeAll(file: number, chunk: Uint8Array, position: number): Promise<void> {
  try {
    for (let at = 0; at < chunk.length; ) {
      at += await writeFile(file, chunk, at, position + at);
    }
  } catch (cause) {
    throw fileFault(cause, 'Writing a temporary file');
  }
}

function tooLarge(name: string, limit: number): Fault {
  return new Fault('file/too-large', `${name} is larger than ${limit} bytes.`, 'Check that it is the right one.');
}
