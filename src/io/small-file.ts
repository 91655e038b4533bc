// Small files are read at once: going through the threads that read large ones takes ten times as long.
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from './node-fs.ts';

/** The largest file that is read so, in bytes. */
export const SMALL = 256 << 10;

/**
 * A regular file of at most {@link SMALL} bytes; `undefined` for anything else that is there, which is then not read.
 * Throws system errors.
 */
export function readSmallFile(path: string): Buffer | undefined {
  if (!isSmall(statSync(path))) return undefined;
  // Meanwhile it may have become a pipe, which is not waited for.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!isSmall(found)) return undefined;
    const buffer = Buffer.allocUnsafe(found.size + 1);
    let length = 0;
    for (;;) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      if (read === 0) return buffer.subarray(0, length);
      length += read;
      // It grows: who reads it in pieces tells whether it is too large.
      if (length === buffer.length) return undefined;
    }
  } finally {
    closeSync(file);
  }
}

function isSmall(found: { isFile(): boolean; readonly size: number }): boolean {
  return found.isFile() && found.size > 0 && found.size <= SMALL;
}
