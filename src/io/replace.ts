// Files that others wrote, put in their place.
import * as fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileFault } from './file-faults.ts';
import { constants } from './node-fs.ts';

/** A copy, which shares its blocks with the original where the file system can. @throws Fault `file/…` */
export async function copyFile(from: string, to: string): Promise<void> {
  try {
    await fs.copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (cause) {
    throw fileFault(cause, `Copying ${from}`);
  }
}

/**
 * Puts a finished file of the same file system in another's place, at once: whoever opens the place finds the one or the other
 * whole, also after a power cut. @throws Fault `file/…`
 */
export async function replaceFile(place: string, finished: string): Promise<void> {
  try {
    await flush(finished);
    await fs.rename(finished, place);
    await flush(dirname(place));
  } catch (cause) {
    throw fileFault(cause, `Writing ${place}`);
  }
}

/** Removes a folder that nothing is in. */
export async function removeIfEmpty(folder: string): Promise<void> {
  await fs.rmdir(folder).catch(() => undefined);
}

async function flush(path: string): Promise<void> {
  await using handle = await fs.open(path, 'r');
  await handle.sync();
}
