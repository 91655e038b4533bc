// Programs that an attacker would look for: shells and package managers, by their names where programs stand.
import type { BomFile } from '../bom/types.ts';
import { baseOf, compareStrings, parentOf } from '../lib/bytes.ts';

const FOLDERS: ReadonlySet<string> = new Set(['bin', 'sbin', 'usr/bin', 'usr/sbin', 'usr/local/bin', 'usr/local/sbin']);
const SHELLS: ReadonlySet<string> = new Set(
  'ash bash busybox csh dash fish ksh ksh93 mksh pwsh sh tcsh toybox yash zsh'.split(' '),
);
const MANAGERS: ReadonlySet<string> = new Set(
  'apk apt apt-get aptitude brew bun cargo composer conda corepack dnf dnf5 dpkg emerge gem microdnf nix npm pacman pip pip3 pnpm rpm tdnf uv yarn yum zypper'.split(
    ' ',
  ),
);

/** Names of shells, sorted. */
export function shells(files: readonly BomFile[]): readonly string[] {
  return named(files, SHELLS);
}

/** Names of package managers, of the system and of languages, sorted. */
export function packageManagers(files: readonly BomFile[]): readonly string[] {
  return named(files, MANAGERS);
}

function named(files: readonly BomFile[], names: ReadonlySet<string>): readonly string[] {
  const found = new Set<string>();
  for (const { path, kind } of files) {
    if (kind === 'device' || kind === 'fifo') continue;
    const name = baseOf(path);
    if (names.has(name) && FOLDERS.has(parentOf(path))) found.add(name);
  }
  return [...found].sort(compareStrings);
}
