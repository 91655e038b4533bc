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
  let unchanged = false;
  for await (const row of rowsOf(open, rows, files.base, path)) {
    request.signal?.throwIfAborted();
    unchanged = scores === 0 && stateOf(rows) === request.since;
    if (unchanged) break;
    if (typeof row !== 'string') {
      scores++;
      yield { kind: 'epss', epss: row, date: rows.head.date };
    } else yield { kind: 'skipped', record: `${path}#${row}`, code: 'feed/malformed-record', reason: NO_SCORE };
  }
  if (scores === 0 && !unchanged) throw malformedFile(files.base, path, 'it has no score');
  const modified = Date.parse(rows.head.date) / 1000;
  yield { kind: 'end', mode: unchanged ? 'changes' : 'whole', state: stateOf(rows), modified };
}

async function* rowsOf(file: FeedFile, rows: EpssRows, base: string, path: string): AsyncGenerator<Epss | string> {
  try {
    for await (const chunk of unpacked(file, { base, path, limit: UNPACKED }))
      yield* rows.push(chunk.toString('latin1'));
    yield* rows.end();
  } catch (error) {
    throw error instanceof NoScores ? malformedFile(base, path, error.message, error) : error;
  }
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
