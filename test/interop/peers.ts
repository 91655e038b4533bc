// Finds the real programs that Temper is checked against.
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const folders = [
  ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
  join(process.env['TEMPER_PEERS'] ?? join(homedir(), '.cache', 'temper-peers'), 'bin'),
];

/** The path of a program, on PATH or among the peers; `undefined` when it is not installed, a failure when CI=true. */
export function peer(name: string): string | undefined {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder.
    }
  }
  if (process.env['CI'] === 'true') throw new Error(`The program ${name} is missing, and CI=true.`);
  return undefined;
}
