// What hangs on an application: what is inside of its archive, on its class path or in its folder.
import { type BytePath, normalPath, parentOf } from '../../lib/bytes.ts';
import type { Effort } from '../effort.ts';
import type { ArchiveFact } from './archive.ts';
import type { JavaPackage } from './identity.ts';

/** A package at one place, before its dependencies are known. */
export interface Seen {
  readonly one: JavaPackage;
  readonly purl: string;
  readonly path: BytePath;
  /** `undefined` for an application in a folder, of which a POM tells. */
  readonly archive: ArchiveFact | undefined;
  /** The package that it is inside of. */
  readonly container: Seen | undefined;
  /** Whether its classes were put into the archive of its container. */
  readonly inside: boolean;
}

/**
 * For each package that holds others the purls of those that nothing else in it needs: what it needs itself or what
 * nobody says to need.
 */
export function held(
  seen: readonly Seen[],
  needs: (one: Seen) => readonly string[],
  effort: Effort,
): Map<Seen, string[]> {
  const groups = new Map<Seen, Seen[]>();
  const join = (holder: Seen, one: Seen) => {
    const group = groups.get(holder);
    if (group === undefined) groups.set(holder, [one]);
    else group.push(one);
  };
  for (const one of seen) if (one.container !== undefined) join(one.container, one);
  joinClassPaths(seen, join);
  joinFolders(seen, join);
  const hangs = new Map<Seen, string[]>();
  for (const [holder, group] of groups) {
    effort.spend(group.reduce((sum, one) => sum + 1 + needs(one).length, 0));
    const needed = new Set(group.flatMap((one) => needs(one).filter((purl) => purl !== one.purl)));
    hangs.set(
      holder,
      group.map(({ purl }) => purl).filter((purl) => !needed.has(purl)),
    );
  }
  return hangs;
}

/** JAR File Specification, "Class-Path Attribute": relative addresses divided by blanks. */
function joinClassPaths(seen: readonly Seen[], join: (holder: Seen, one: Seen) => void): void {
  const files = new Map(seen.filter(isFile).map((one) => [one.path, one]));
  for (const holder of files.values()) {
    const stated = holder.archive?.manifest?.['Class-Path'];
    if (stated === undefined) continue;
    for (const name of new Set(stated.split(/\s+/))) {
      const one = files.get(within(parentOf(holder.path), name));
      if (one !== undefined && one !== holder) join(holder, one);
    }
  }
}

function within(folder: BytePath, name: string): BytePath {
  let at = folder;
  let rest = name;
  while (rest.startsWith('../')) {
    at = parentOf(at);
    rest = rest.slice(3);
  }
  return normalPath(`${at}/${rest}`);
}

const LIBRARIES = /^(.*?)\/?(?:BOOT-INF|WEB-INF)\/lib\/[^/]+$/;

/** `app/META-INF/maven/…` tells of the application whose libraries are in `app/BOOT-INF/lib`. */
function joinFolders(seen: readonly Seen[], join: (holder: Seen, one: Seen) => void): void {
  const folders = new Map<BytePath, Seen>();
  for (const one of seen) {
    const at = one.archive === undefined ? one.path.lastIndexOf('META-INF/maven/') : -1;
    if (at >= 0) folders.set(normalPath(one.path.slice(0, at)), one);
  }
  if (folders.size === 0) return;
  for (const one of seen.filter(isFile)) {
    const holder = folders.get(LIBRARIES.exec(one.path)?.[1] ?? ' ');
    if (holder !== undefined) join(holder, one);
  }
}

function isFile({ archive, inside }: Seen): boolean {
  return archive !== undefined && archive.within.length === 0 && !inside;
}
