// Reads files that somebody else's folder holds: many are small, and any may be swapped for something else.
import { Fault } from '../lib/faults.ts';
import { fileFault } from './file-faults.ts';
import { CHUNK, type ChunkOptions, readChunks } from './read-chunks.ts';
import { closeSync, constants, fstatSync, openSync, readSync } from './node-fs.ts';

/**
 * Streams a regular file that is no link. Up to 1 MiB it is one piece, read at once: waiting would cost more.
 * @throws Fault `file/kind` when something else stands there by now, `file/missing`, `file/denied`, …
 */
export async function* streamRegularFile(
  path: string | Buffer,
  options: Pick<ChunkOptions, 'reuse'> = {},
): AsyncGenerator<Buffer> {
  const doing = `Reading ${path.toString()}`;
  let file: number | undefined;
  try {
    // A pipe or a device in its place is not waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new Fault('file/kind', `${path.toString()} is no regular file.`, 'Check the path.');
    const small = stat.size < CHUNK ? readSmall(file, stat.size) : undefined;
    if (small === undefined) yield* readChunks(file, options);
    else if (small.length > 0) yield small;
  } catch (cause) {
    throw fileFault(cause, doing);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The whole file; `undefined` when it is larger by now. */
function readSmall(file: number, size: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(size + 1);
  let at = 0;
  for (;;) {
    const count = readSync(file, bytes, at, bytes.length - at, at);
    at += count;
    if (at > size) return undefined;
    if (count === 0) return bytes.subarray(0, at);
  }
}
