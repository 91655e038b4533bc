// An archive and those inside it, each with what it says of itself.
import { createHash } from 'node:crypto';
import { giveBack } from '../../lib/bytes.ts';
import { sha1Hex } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import type { RandomAccess } from '../../lib/zip-directory.ts';
import { type ZipEntry, zipEntries, zipRange } from '../../lib/zip.ts';
import { archiveLimits, type Budget, newBudget, spend, take, tooMuch } from './archive-budget.ts';
import { type EmbeddedPom, embeddedPoms, isEmbeddedPom } from './embedded-poms.ts';
import { isArchiveName } from './file-name.ts';
import { type Manifest, readManifest, SECTION_LIMIT } from './manifest.ts';
import { SharedPackage } from './shared-package.ts';

/** What one archive says. */
export interface ArchiveFact {
  /** The way in, outermost first; empty for the file itself. */
  readonly within: readonly string[];
  /** Which of the file's archives it is in. */
  readonly parent: number | undefined;
  readonly sha1: string | undefined;
  readonly manifest: Manifest | undefined;
  readonly poms: readonly EmbeddedPom[];
  /** The package that all its classes are in, those of applications apart: `org.example`; `undefined` where they share none. */
  readonly classes?: string | undefined;
  /** The codes of the faults that ended its reading, wholly or at some entries. */
  readonly unread: string | undefined;
}

interface Place {
  readonly within: readonly string[];
  readonly parent: number | undefined;
}

/**
 * The file's own archive first, then those within, depth first. A nested one that cannot be read is there with `unread`.
 * @throws Fault `zip/…`, `java/too-large` when the file itself cannot be read
 */
export function readArchives(content: RandomAccess): ArchiveFact[] {
  const archives: ArchiveFact[] = [];
  readInto(archives, newBudget(content.size), content, { within: [], parent: undefined });
  return archives;
}

function readInto(archives: ArchiveFact[], budget: Budget, content: RandomAccess, place: Place): void {
  spend(budget, 'archives', 1);
  const classes = new SharedPackage();
  const entries = zipEntries(content, (name) => {
    spend(budget, 'headers', 1);
    classes.meet(name);
    return isWanted(name);
  });
  const notes = new Set<string>();
  const own = archives.length;
  const fact = { ...factOf(budget, content, entries, place, notes), classes: classes.name };
  archives.push(fact);
  for (const entry of entries) {
    if (!isArchiveName(entry.name)) continue;
    const within = [...place.within, entry.name];
    try {
      if (within.length >= archiveLimits.depth) throw tooMuch('depth');
      readNested(archives, budget, content, entry, { within, parent: own });
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      notes.add(fault.code);
      if (budget.archives === 0 || budget.headers === 0) break;
      archives.push({ ...NOTHING, within, parent: own, unread: fault.code });
    }
  }
  if (notes.size > 0) archives[own] = { ...fact, unread: [...notes].join(' ') };
}

const NOTHING = { sha1: undefined, manifest: undefined, poms: [] } as const;

function readNested(
  archives: ArchiveFact[],
  budget: Budget,
  content: RandomAccess,
  entry: ZipEntry,
  place: Place,
): void {
  if (entry.method === 0) {
    const { start, length } = zipRange(content, entry);
    // Several entries may stand for the same bytes.
    spend(budget, 'inflated', length);
    readInto(archives, budget, part(content, start, length), place);
    return;
  }
  const bytes = take(budget, content, entry, archiveLimits.nested);
  try {
    readInto(archives, budget, { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) }, place);
  } finally {
    giveBack(bytes);
  }
}

function part(content: RandomAccess, start: number, size: number): RandomAccess {
  return {
    size,
    read: (offset, length) => content.read(start + offset, Math.max(0, Math.min(length, size - offset))),
  };
}

function isWanted(name: string): boolean {
  return isArchiveName(name) || isManifest(name) || isEmbeddedPom(name);
}

function isManifest(name: string): boolean {
  return name.length === 20 && name.toUpperCase() === 'META-INF/MANIFEST.MF';
}

function factOf(
  budget: Budget,
  content: RandomAccess,
  entries: readonly ZipEntry[],
  place: Place,
  notes: Set<string>,
): ArchiveFact {
  // The loader of the Java runtime takes the last of the same name.
  const manifest = entries.findLast(({ name }) => isManifest(name));
  return {
    ...place,
    sha1: sha1Of(budget, content),
    manifest: manifest && manifestOf(budget, content, manifest, notes),
    poms: embeddedPoms(content, entries, budget, notes),
    unread: undefined,
  };
}

function manifestOf(budget: Budget, content: RandomAccess, entry: ZipEntry, notes: Set<string>): Manifest | undefined {
  try {
    const bytes = take(budget, content, entry, archiveLimits.manifest).subarray(0, SECTION_LIMIT);
    spend(budget, 'sections', bytes.length);
    return readManifest(bytes);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    notes.add(fault.code);
    return undefined;
  }
}

const CHUNK = 1 << 20;

function sha1Of(budget: Budget, content: RandomAccess): string | undefined {
  if (content.size > archiveLimits.hashed || content.size > budget.hashes) return undefined;
  budget.hashes -= content.size;
  if (content.size <= CHUNK) return sha1Hex(content.read(0, content.size));
  const hash = createHash('sha1');
  for (let at = 0; at < content.size; at += CHUNK) hash.update(content.read(at, CHUNK));
  return hash.digest('hex');
}
