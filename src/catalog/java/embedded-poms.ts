// The packages that an archive's META-INF/maven tells of, where Maven's archiver puts pom.properties and pom.xml.
import { Fault } from '../../lib/faults.ts';
import type { RandomAccess } from '../../lib/zip-directory.ts';
import type { ZipEntry } from '../../lib/zip.ts';
import { archiveLimits, type Budget, spend, take, tooMuch } from './archive-budget.ts';
import { type Coordinates, type Pom, readPom } from './pom.ts';
import { PROPERTIES_LIMIT, readPomProperties } from './properties.ts';

/** One package that META-INF/maven tells of. */
export interface EmbeddedPom {
  /** Where META-INF/maven is: empty at the archive's root. */
  readonly root: string;
  /** From pom.properties, else from its folder's name. */
  readonly coordinates: Coordinates;
  readonly pom: Pom | undefined;
}

const MAVEN = 'META-INF/maven/';

export function isEmbeddedPom(name: string): boolean {
  return (name.endsWith('/pom.properties') || name.endsWith('/pom.xml')) && name.includes(MAVEN);
}

interface Pair {
  coordinates?: Coordinates | undefined;
  pom?: Pom | undefined;
}

/** @param notes gets the codes of what could not be read */
export function embeddedPoms(
  content: RandomAccess,
  entries: readonly ZipEntry[],
  budget: Budget,
  notes: Set<string>,
): EmbeddedPom[] {
  const folders = new Map<string, Pair>();
  const names = new Set<string>();
  for (const entry of entries) {
    if (!isEmbeddedPom(entry.name)) continue;
    // Readers differ in which of two entries of one name they take.
    if (names.has(entry.name)) notes.add('java/ambiguous');
    names.add(entry.name);
    const folder = entry.name.slice(0, entry.name.lastIndexOf('/'));
    const pair = folders.get(folder) ?? {};
    folders.set(folder, pair);
    try {
      spend(budget, 'entries', 1);
      readInto(pair, content, entry, budget);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      notes.add(fault.code);
      if (budget.entries === 0) break;
    }
  }
  return [...folders].map(([folder, { coordinates, pom }]) => {
    const at = folder.indexOf(MAVEN);
    const [groupId, artifactId] = folder.slice(at + MAVEN.length).split('/');
    return { root: folder.slice(0, at), coordinates: coordinates ?? { groupId, artifactId }, pom };
  });
}

function readInto(pair: Pair, content: RandomAccess, entry: ZipEntry, budget: Budget): void {
  if (entry.name.endsWith('.properties')) {
    pair.coordinates = readPomProperties(take(budget, content, entry, PROPERTIES_LIMIT)) ?? pair.coordinates;
    return;
  }
  if (entry.size > archiveLimits.pom) throw tooMuch('pom');
  spend(budget, 'poms', entry.size);
  const bytes = take(budget, content, entry, archiveLimits.pom);
  spend(budget, 'tags', tagsIn(bytes));
  pair.pom = readPom(bytes) ?? pair.pom;
}

function tagsIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x3c); at >= 0; at = bytes.indexOf(0x3c, at + 1)) count++;
  return count;
}
