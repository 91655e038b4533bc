// Finds the real programs that Temper is checked against.
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const folders = [
  ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
  join(process.env['TEMPER_PEERS'] ?? join(homedir(), '.cache', 'temper-peers'), 'bin'),
];

/** Debian's packages of programs that have another name; what is not here and not a package comes from tools/peers.sh. */
const packages: Readonly<Record<string, string>> = {
  bwrap: 'bubblewrap',
  'docker-registry': 'docker-registry',
  docker: 'docker.io',
  dockerd: 'docker.io',
  openssl: 'openssl',
  umoci: 'umoci',
};

/** The path of a program, on PATH or among the peers; `undefined` when it is not installed. */
export function installed(name: string): string | undefined {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}

/**
 * As {@link installed}, with a failure instead of `undefined` when CI=true; elsewhere the way to get the program is printed,
 * and the tests that need it are skipped.
 */
export function peer(name: string): string | undefined {
  const path = installed(name);
  if (path !== undefined) return path;
  const debian = packages[name];
  const way = debian === undefined ? 'tools/peers.sh' : `apt-get install ${debian}`;
  if (process.env['CI'] === 'true') throw new Error(`The program ${name} is missing, and CI=true: ${way}`);
  console.warn(`Tests that need ${name} are skipped; to install it: ${way}`);
  return undefined;
}
