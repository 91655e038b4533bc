// An advisory's row, of which what most readers pass over is read when it is asked for.
import type { SqlRow } from '../../io/database.ts';
import type { FeedId } from '../types.ts';
import type { Head } from './heads.ts';

/** The columns of an {@link AdvisoryRow}, in its order. */
export const ADVISORY_COLUMNS = 'ref, feed, id, record, main, head, sum, withdrawn';

export type AdvisoryColumns = readonly [
  ref: number,
  feed: number,
  id: string,
  record: string,
  main: string,
  head: string,
  sum: number,
  withdrawn: number | null,
];

export function columnsOf(row: SqlRow): AdvisoryColumns {
  return row as unknown as AdvisoryColumns;
}

export class AdvisoryRow {
  readonly ref: number;
  readonly id: string;
  readonly feed: FeedId;
  /** Its feed's place among the feeds. */
  readonly order: number;
  readonly record: string;
  readonly vulnerabilities: readonly string[];
  readonly withdrawn: boolean;
  readonly #text: string;
  readonly #read: (text: string, id: string) => Head;
  #head: Head | undefined;

  /** @param read reads a head; what it throws, {@link head} does */
  constructor(columns: AdvisoryColumns, feed: FeedId, read: (text: string, id: string) => Head) {
    // By their places: there are tens of thousands, and taking an array apart is a loop over it.
    this.ref = columns[0];
    this.feed = feed;
    this.order = columns[1];
    this.id = columns[2];
    this.record = columns[3];
    this.vulnerabilities = columns[4] === '' ? [this.id] : columns[4].split(' ');
    this.#text = columns[5];
    this.withdrawn = columns[7] !== null;
    this.#read = read;
  }

  get head(): Head {
    this.#head ??= this.#read(this.#text, this.id);
    return this.#head;
  }
}
