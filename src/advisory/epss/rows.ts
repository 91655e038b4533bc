// FIRST's daily CSV: a comment with the model and the day, the names of the columns, a row for each CVE.
import { isCve } from '../cve.ts';
import type { Epss } from '../types.ts';

/** Longest line; one has about 30 characters. */
const LINE = 1000;

export interface EpssHead {
  readonly model: string;
  /** `2026-08-16` */
  readonly date: string;
}

/** What is wrong with the file as a whole. */
export class NoScores extends Error {}

/** Reads the CSV in pieces of any size. */
export class EpssRows {
  #rest = '';
  #head: EpssHead | undefined;
  #hasColumns = false;
  #line = 0;

  /** @throws NoScores where it has not said yet */
  get head(): EpssHead {
    if (this.#head === undefined) throw new NoScores('it does not say of which day it is');
    return this.#head;
  }

  /**
   * Rows of a piece, ASCII; text for a line that is none, which names it.
   * @throws NoScores where it is no such file
   */
  *push(piece: string): Generator<Epss | string> {
    const text = this.#rest + piece;
    let at = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', at)) {
      const row = this.#read(text, at, end > at && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end);
      if (row !== undefined) yield row;
      at = end + 1;
    }
    this.#rest = text.slice(at);
    if (this.#rest.length > LINE) throw new NoScores(`a line is longer than ${LINE} characters`);
  }

  *end(): Generator<Epss | string> {
    if (this.#rest !== '') yield* this.push('\n');
    if (!this.#hasColumns) throw new NoScores('it has no columns');
  }

  #read(text: string, from: number, to: number): Epss | string | undefined {
    this.#line++;
    if (this.#hasColumns) return from === to ? undefined : (rowOf(text, from, to) ?? `line ${this.#line}`);
    const line = text.slice(from, to);
    if (line.startsWith('#')) this.#head = headOf(line);
    else if (line === 'cve,epss,percentile') this.#hasColumns = this.head.date !== '';
    else throw new NoScores(`its columns are ${JSON.stringify(line.slice(0, 60))}`);
    return undefined;
  }
}

function headOf(line: string): EpssHead {
  const model = /model_version:([^,\s]{1,50})/.exec(line)?.[1] ?? '';
  const date = /score_date:(\d{4}-\d\d-\d\d)(?!\d)/.exec(line)?.[1] ?? '';
  if (Number.isNaN(Date.parse(date))) throw new NoScores('it does not say of which day it is');
  return { model, date };
}

function rowOf(text: string, from: number, to: number): Epss | undefined {
  const first = text.indexOf(',', from);
  const second = text.indexOf(',', first + 1);
  if (first === -1 || second === -1 || second >= to) return undefined;
  const id = text.slice(from, first);
  const score = probability(text.slice(first + 1, second));
  const percentile = probability(text.slice(second + 1, to));
  return score === undefined || percentile === undefined || !isCve(id) ? undefined : { id, score, percentile };
}

function probability(text: string): number | undefined {
  const value = /^\d[\d.eE-]{0,30}$/.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value <= 1 ? value : undefined;
}
