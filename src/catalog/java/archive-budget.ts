// What reading one Java archive, with all that is nested in it, may take.
import { Fault } from '../../lib/faults.ts';
import type { RandomAccess } from '../../lib/zip-directory.ts';
import { readZipEntry, type ZipEntry } from '../../lib/zip.ts';

/** Bounds on one file with all that is nested in it, each far above the largest honest one seen. */
export const archiveLimits = {
  /** Archives within archives: the file itself is the first. */
  depth: 8,
  /** Archives, a count. */
  archives: 20_000,
  /** Files of META-INF/maven, a count. */
  entries: 100_000,
  /** Entries of all their directories, a count. */
  headers: 4_000_000,
  /** One nested archive that is deflated, in bytes. */
  nested: 512 << 20,
  /** All that is inflated, in bytes. */
  inflated: 2 * 2 ** 30,
  /** A pom.xml, and all of them. */
  pom: 1 << 20,
  poms: 32 << 20,
  /** Tags in all of them, a count: these take the time. */
  tags: 1_000_000,
  /** A manifest: those of signed archives name every class. */
  manifest: 16 << 20,
  /** Main sections of all manifests. */
  sections: 32 << 20,
  /** An archive whose SHA-1 is taken, and all of them. */
  hashed: 64 << 20,
  hashes: 2 * 2 ** 30,
} as const;

type Counted = 'archives' | 'headers' | 'entries' | 'inflated' | 'poms' | 'tags' | 'sections' | 'hashes';

/** What is left of {@link archiveLimits}. */
export type Budget = Record<Counted, number>;

/**
 * For a file of so many bytes: a small one that inflates to much is no honest one, and there may be many of them. What
 * honest ones hold inflates to a tenth of this.
 */
export function newBudget(size: number): Budget {
  const { archives, headers, entries, sections, hashes } = archiveLimits;
  const inflated = Math.min(archiveLimits.inflated, (1 << 20) + 100 * size);
  const poms = Math.min(archiveLimits.poms, (64 << 10) + 50 * size);
  const tags = Math.min(archiveLimits.tags, 1000 + 2 * size);
  return { archives, headers, entries, inflated, poms, tags, sections, hashes };
}

/** @throws Fault `java/too-large`; then nothing more of it is given */
export function spend(budget: Budget, what: Counted, amount: number): void {
  if (budget[what] < amount) {
    budget[what] = 0;
    throw tooMuch(what);
  }
  budget[what] -= amount;
}

export function tooMuch(what: keyof typeof archiveLimits): Fault {
  return new Fault(
    'java/too-large',
    `The archive has more in it than is read: the bound is ${archiveLimits[what]} (${what}), less for a small file.`,
    'Check that it is the right file; it may be made to exhaust memory.',
  );
}

/** An entry's content. @throws Fault `java/too-large`, `zip/…` */
export function take(budget: Budget, content: RandomAccess, entry: ZipEntry, limit: number): Buffer {
  spend(budget, 'inflated', Math.min(entry.size, limit));
  return readZipEntry(content, entry, limit);
}
