// Keeps a folder of derived content within a bound: what was used longest ago goes first.
import { join } from 'node:path';
import { now } from './clock.ts';
import { utimesSync } from './node-fs.ts';

/** Says that a file was used now. Other processes may have removed it. */
export function markUsed(path: string): void {
  const time = now();
  try {
    utimesSync(path, time, time);
  } catch {
    // It is gone.
  }
}

/**
 * Removes files of a folder, those first that were used longest ago, until the rest come to `limit` bytes at most.
 * Processes may read, write and trim at the same time: each file is whole or gone. Folders in it are left alone.
 * @returns bytes that are left
 */
export async function trimFolder(folder: string, limit: number): Promise<number> {
  // Loaded by who adds to a folder alone.
  const fs = process.getBuiltinModule('node:fs/promises');
  const names = await fs.readdir(folder).catch(() => []);
  const files: { path: string; size: number; used: number }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const found = await fs.stat(path).catch(() => undefined);
    if (found?.isFile() === true) files.push({ path, size: found.size, used: found.mtimeMs });
  }
  files.sort((a, b) => a.used - b.used);
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files) {
    if (total <= limit) break;
    await fs.rm(path, { force: true }).catch(() => undefined);
    total -= size;
  }
  return total;
}
