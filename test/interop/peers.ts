// The real programs of others that Temper's output is tested with.
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The path of a program, or `undefined` where it is not installed; in continuous integration (CI=true) that is a failure. */
export function peer(name: string): string | undefined {
  const path = findPeer(name);
  if (path === undefined && process.env['CI'] === 'true')
    throw new Error(`${name} is not installed: run tools/peers.sh`);
  return path;
}

// Among those that tools/peers.sh installed, else on the PATH.
function findPeer(name: string): string | undefined {
  const installed = join(process.env['TEMPER_PEERS'] ?? join(homedir(), '.cache', 'temper-peers'), 'bin');
  const folders = [installed, ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find(isProgram);
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
  const found = names.map((name) => [name, findPeer(name)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  const advice = missing.length === 0 ? '' : ` (needs ${missing.join(', ')}: run tools/peers.sh)`;
  describe.skipIf(missing.length > 0 && process.env['CI'] !== 'true')(`${title}${advice}`, () => {
    if (missing.length === 0) tests(Object.fromEntries(found) as Record<Name, string>);
    else test('is installed', () => expect.fail(advice));
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
