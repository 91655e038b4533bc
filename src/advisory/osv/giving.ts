// Gives the records of a bucket as those of a feed.
import { Fault } from '../../lib/faults.ts';
import { ecosystemBase, ecosystemName } from '../../osv/names.ts';
import type { OsvRecord } from '../../osv/schema.ts';
import type { FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import { advisoryOf } from './advisory.ts';
import type { ArchivedRecord } from './archive.ts';
import type { Newest } from './modified.ts';
import type { Wanted } from './wanted.ts';

/** Ids of records in several folders that are remembered. */
const MOST_REMEMBERED = 500_000;

/** What a part of a reading needs to know. */
export interface Reading {
  readonly files: FeedFiles;
  readonly request: FeedRequest;
  readonly giving: Giving;
}

export interface GivenFolder {
  readonly name: string;
  readonly newest: Newest;
  /** Whether an earlier reading gave its records: then those of which nothing is wanted any more are gone. */
  readonly isAgain: boolean;
}

/** What one reading gives; a record that several folders have is given once. */
export class Giving {
  readonly #wanted: Wanted;
  readonly #given = new Set<string>();
  readonly #covered = new Set<string>();

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  /** @param place where the bucket has it */
  *give(found: ArchivedRecord, place: string, folder: GivenFolder): Generator<FeedRecord> {
    if ('fault' in found) {
      yield skipped(place, found.fault);
      return;
    }
    const { record } = found;
    folder.newest.add(record.id, record.modifiedText);
    this.#cover(record, folder.name);
    if (this.#isGiven(record)) return;
    yield* this.#advisory(record, place, folder.isAgain);
  }

  /** The ecosystems of which records were given. */
  *coverage(): Generator<FeedRecord> {
    for (const ecosystem of [...this.#covered].sort()) yield { kind: 'covers', ecosystem, scope: 'all' };
  }

  *#advisory(record: OsvRecord, place: string, isAgain: boolean): Generator<FeedRecord> {
    try {
      const advisory = advisoryOf(record, place, this.#wanted);
      const speaksOfWanted = record.affected.some((entry) => this.#wanted.has(ecosystemName(entry.ecosystem)));
      const isWithdrawn = advisory.withdrawn !== undefined && (speaksOfWanted || record.affected.length === 0);
      if (advisory.affected.length > 0 || isWithdrawn) {
        yield { kind: 'advisory', advisory };
        return;
      }
      if (isAgain) yield { kind: 'gone', id: record.id };
      if (speaksOfWanted || record.affected.length === 0) yield skipped(place, namesNothing());
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      yield skipped(place, error);
    }
  }

  #isGiven(record: OsvRecord): boolean {
    const folders = new Set(record.affected.map((entry) => ecosystemBase(entry.ecosystem)));
    if (folders.size < 2) return false;
    if (this.#given.has(record.id)) return true;
    if (this.#given.size < MOST_REMEMBERED) this.#given.add(record.id);
    return false;
  }

  #cover(record: OsvRecord, folder: string): void {
    for (const entry of record.affected) {
      const ecosystem = ecosystemName(entry.ecosystem);
      if (this.#wanted.has(ecosystem) && ecosystemBase(ecosystem) === folder) this.#covered.add(ecosystem);
    }
  }
}

function skipped(record: string, { code, message }: Fault): FeedRecord {
  return { kind: 'skipped', record, code, reason: message };
}

function namesNothing(): Fault {
  return new Fault(
    'osv/no-versions',
    'The record names no version of a package.',
    'It says nothing that can be looked up.',
  );
}
