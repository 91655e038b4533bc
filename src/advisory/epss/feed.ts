// FIRST's Exploit Prediction Scoring System: a score for every CVE, anew each day.
import { compareStrings } from '../../lib/bytes.ts';
import { unpacked } from '../content.ts';
import type { Feed, FeedFile, FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import { malformedFile, missingFile } from '../file-faults.ts';
import type { Epss } from '../types.ts';
import { EpssRows, NoScores } from './rows.ts';

const CURRENT = 'epss_scores-current.csv.gz';
const DATED = /^epss_scores-\d{4}-\d\d-\d\d\.csv(?:\.gz)?$/;
/** It had 2.6 MB in 2026, unpacked 11. */
const LIMIT = 128 << 20;
const UNPACKED = 1 << 30;
const NO_SCORE = 'It has no id of a CVE with a score and a percentile between 0 and 1.';

/**
 * `epss_scores-current.csv.gz`; where there is none and the files can be listed, the newest day's. Whole every time; given
 * the state of the same day and model, no scores.
 * @throws Fault `feed/missing`, `feed/malformed`, and those of the files
 */
export const epssFeed: Feed = {
  id: 'epss',
  title: 'FIRST EPSS',
  address: 'https://epss.empiricalsecurity.com',
  licence: undefined,
  serves: () => true,
  read,
};

async function* read(files: FeedFiles, request: FeedRequest): AsyncGenerator<FeedRecord> {
  const { file, path } = await openScores(files);
  await using open = file;
  const rows = new EpssRows();
  let scores = 0;
  for await (const some of batchesOf(open, rows, files.base, path)) {
    request.signal?.throwIfAborted();
    if (scores === 0 && stateOf(rows) === request.since) {
      yield endOf(rows, 'changes');
      return;
    }
    for (const row of some) {
      if (typeof row === 'string') yield skipped(path, row);
      else {
        scores++;
        yield { kind: 'epss', epss: row, date: rows.head.date };
      }
    }
  }
  if (scores === 0) throw malformedFile(files.base, path, 'it has no score');
  yield endOf(rows, 'whole');
}

/** Rows as they come, of a chunk together: one by one would wait for each. */
async function* batchesOf(
  file: FeedFile,
  rows: EpssRows,
  base: string,
  path: string,
): AsyncGenerator<(Epss | string)[]> {
  try {
    for await (const chunk of unpacked(file, { base, path, limit: UNPACKED })) {
      const some = [...rows.push(chunk.toString('latin1'))];
      if (some.length > 0) yield some;
    }
    yield [...rows.end()];
  } catch (error) {
    throw error instanceof NoScores ? malformedFile(base, path, error.message, error) : error;
  }
}

function skipped(path: string, line: string): FeedRecord {
  return { kind: 'skipped', record: `${path}#${line}`, code: 'feed/malformed-record', reason: NO_SCORE };
}

function endOf(rows: EpssRows, mode: 'whole' | 'changes'): FeedRecord {
  return { kind: 'end', mode, state: stateOf(rows), modified: Date.parse(rows.head.date) / 1000 };
}

function stateOf({ head }: EpssRows): string {
  return `${head.date} ${head.model}`;
}

async function openScores(files: FeedFiles): Promise<{ file: FeedFile; path: string }> {
  const days = ((await files.list?.('')) ?? []).filter((name) => DATED.test(name));
  const newest = days.sort(compareStrings).at(-1);
  for (const path of [CURRENT, newest]) {
    const file = path === undefined ? undefined : await files.open(path, LIMIT);
    if (file !== undefined && path !== undefined) return { file, path };
  }
  throw missingFile(files.base, CURRENT);
}
