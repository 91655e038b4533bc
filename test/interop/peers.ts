// The real programs of others that Temper's output is tested with.
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Debian's packages of programs; what is not among them comes from tools/peers.sh. */
const packages: Readonly<Record<string, string>> = {
  bwrap: 'bubblewrap',
  containerd: 'containerd',
  ctr: 'containerd',
  'docker-registry': 'docker-registry',
  'dpkg-parsechangelog': 'dpkg-dev',
  docker: 'docker.io',
  dockerd: 'docker.io',
  dpkg: 'dpkg',
  mmdebstrap: 'mmdebstrap',
  openssl: 'openssl',
  'pkcs11-tool': 'opensc',
  podman: 'podman',
  'softhsm2-util': 'softhsm2',
  umoci: 'umoci',
};

/** The path of a program: among those that tools/peers.sh installed, else on the PATH; `undefined` when it is not installed. */
export function installed(name: string): string | undefined {
  const own = join(process.env['TEMPER_PEERS'] ?? join(homedir(), '.cache', 'temper-peers'), 'bin');
  const folders = [own, ...(process.env['PATH'] ?? '').split(delimiter)].filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/**
 * As {@link installed}, with a failure instead of `undefined` when CI=true; elsewhere the way to get the program is printed,
 * and the tests that need it are skipped.
 */
export function peer(name: string): string | undefined {
  const path = installed(name);
  if (path !== undefined) return path;
  if (process.env['CI'] === 'true') throw new Error(`The program ${name} is missing, and CI=true: ${wayTo(name)}`);
  console.warn(`Tests that need ${name} are skipped; to install it: ${wayTo(name)}`);
  return undefined;
}

/**
 * Tests that need programs. Where one is missing they are skipped by name, with the command that installs it; in
 * continuous integration (CI=true) that is a failure.
 */
export function describeWith<Name extends string>(
  names: readonly Name[],
  title: string,
  tests: (paths: Readonly<Record<Name, string>>) => void,
): void {
  const found = names.map((name) => [name, installed(name)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  const advice = missing.map((name) => ` (needs ${name}: ${wayTo(name)})`).join('');
  describe.skipIf(missing.length > 0 && process.env['CI'] !== 'true')(`${title}${advice}`, () => {
    if (missing.length === 0) tests(Object.fromEntries(found) as Record<Name, string>);
    else test('is installed', () => expect.fail(advice));
  });
}

/** Programs that take minutes to build. */
const built: ReadonlySet<string> = new Set([
  'fulcio',
  'referrers-registry',
  'rekor-server',
  'timestamp-server',
  'versitygw',
]);

function wayTo(name: string): string {
  const debian = packages[name];
  if (debian !== undefined) return `apt-get install ${debian}`;
  return built.has(name) ? 'tools/peers.sh --sigstore' : 'tools/peers.sh';
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
