import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { folderOf, readFeed } from '../../../test/fakes/feed.ts';
import { fakeFeedFiles } from '../../../test/fakes/feed-files.ts';
import { folderFiles } from '../folder-files.ts';
import { epssFeed } from './feed.ts';

const CURRENT = 'epss_scores-current.csv.gz';
const head = '#model_version:v2026.03.14,score_date:2026-08-16T00:00:00+0000\ncve,epss,percentile\n';
const files = (text: string, piece?: number) => fakeFeedFiles({ [CURRENT]: zlib.gzipSync(text) }, piece);

test.each([1, 7, 1000])('gives each row with its day, however it is cut: %i', async (piece) => {
  const text = `${head}CVE-1999-0001,0.03351,0.87650\r\nCVE-2026-9999,1,0\nCVE-2026-123456,1.0e-05,0.00001`;
  const given = await readFeed(epssFeed, fakeFeedFiles({ [CURRENT]: text }, piece));
  expect(given.of('epss')).toEqual(
    [
      { id: 'CVE-1999-0001', score: 0.03351, percentile: 0.8765 },
      { id: 'CVE-2026-9999', score: 1, percentile: 0 },
      { id: 'CVE-2026-123456', score: 0.00001, percentile: 0.00001 },
    ].map((epss) => ({ kind: 'epss', epss, date: '2026-08-16' })),
  );
  expect(given.end).toEqual({ kind: 'end', mode: 'whole', state: '2026-08-16 v2026.03.14', modified: 1_786_838_400 });
});

test('gives no scores of the day that was read already', async () => {
  const all = files(`${head}CVE-1999-0001,0.1,0.2\n`);
  const { end } = await readFeed(epssFeed, all);
  expect((await readFeed(epssFeed, all, { since: end.state })).records).toEqual([{ ...end, mode: 'changes' }]);
  expect((await readFeed(epssFeed, all, { since: '2026-08-15 v2026.03.14' })).of('epss')).toHaveLength(1);
  expect(all.held()).toBe(0);
});

test("takes the newest day's file of a folder", async () => {
  const folder = await folderOf({
    'epss_scores-2026-08-15.csv.gz': 'not read',
    'epss_scores-2026-08-16.csv.gz': zlib.gzipSync(`${head}CVE-1999-0001,0.1,0.2\n`),
    'epss_scores-x.csv': 'not read',
  });
  expect((await readFeed(epssFeed, folderFiles(folder))).of('epss')).toHaveLength(1);
});

test.each([
  ['a score over 1', 'CVE-2024-0001,11,0.5'],
  ['a score that is no number', 'CVE-2024-0001,NaN,0.5'],
  ['an empty score', 'CVE-2024-0001,,0.5'],
  ['a score in hexadecimal', 'CVE-2024-0001,0x1,0.5'],
  ['a negative percentile', 'CVE-2024-0001,0.5,-0.5'],
  ['an id that is none', 'GHSA-2024-0001,0.5,0.5'],
  ['a column too few', 'CVE-2024-0001,0.5'],
  ['a column too many', 'CVE-2024-0001,0.5,0.5,0.5'],
])('skips a row with %s', async (_, row) => {
  const given = await readFeed(epssFeed, files(`${head}CVE-2024-0002,0.1,0.2\n${row}\n`));
  expect(given.of('epss')).toHaveLength(1);
  expect(given.of('skipped')).toMatchObject([{ record: `${CURRENT}#line 4`, code: 'feed/malformed-record' }]);
});

const gzipped = zlib.gzipSync(`${head}${'CVE-2024-0002,0.1,0.2\n'.repeat(1000)}`);

test.each([
  ['none', {}, 'feed/missing', `fake:feed has no ${CURRENT}`],
  ['a gzip that is cut off', { [CURRENT]: gzipped.subarray(0, -20) }, 'feed/malformed', CURRENT],
  [
    'other columns',
    { [CURRENT]: `${head.split('\n')[0] ?? ''}\ncve,score\n` },
    'feed/malformed',
    'its columns are "cve,score"',
  ],
  [
    'no day',
    { [CURRENT]: '#model_version:x\ncve,epss,percentile\nCVE-2024-0001,0,0\n' },
    'feed/malformed',
    'of which day',
  ],
  ['no comment', { [CURRENT]: 'cve,epss,percentile\nCVE-2024-0001,0,0\n' }, 'feed/malformed', 'of which day'],
  ['a day that is none', { [CURRENT]: head.replace('2026-08-16', '2026-99-16') }, 'feed/malformed', 'of which day'],
  ['no score', { [CURRENT]: head }, 'feed/malformed', 'it has no score'],
  ['no columns', { [CURRENT]: head.split('\n')[0] ?? '' }, 'feed/malformed', 'it has no columns'],
  ['a page of HTML', { [CURRENT]: '<html>\n' }, 'feed/malformed', 'its columns are "<html>"'],
  ['a line of megabytes', { [CURRENT]: head + '1'.repeat(5 << 20) }, 'feed/malformed', 'a line is longer than 1000'],
])('refuses %s', async (_, all, code, why) => {
  const read = readFeed(epssFeed, fakeFeedFiles(all, 10_000));
  await expect(read).rejects.toMatchObject({ code });
  await expect(read).rejects.toThrow(why);
});

const shared = join(process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../../shared'), 'advisories');
const real = existsSync(shared)
  ? readdirSync(shared).find((name) => /^epss_scores-.*\.csv\.gz$/.test(name))
  : undefined;

test.skipIf(real === undefined)(
  'reads the real scores: as many as zcat counts lines, the same sum as awk',
  async () => {
    const path = join(shared, real ?? '');
    const given = await readFeed(epssFeed, fakeFeedFiles({ [CURRENT]: readFileSync(path) }, 1 << 16));
    const sum = `zcat "$0" | awk -F, '/^CVE/{n++;s+=$2;p+=$3} END{printf "%d %.3f %.3f",n,s,p}'`;
    const expected = execFileSync('sh', ['-c', sum, path]).toString();
    const scores = given.of('epss').map(({ epss }) => epss);
    const total = (of: (epss: (typeof scores)[number]) => number) =>
      scores.reduce((all, one) => all + of(one), 0).toFixed(3);
    expect(`${scores.length} ${total(({ score }) => score)} ${total(({ percentile }) => percentile)}`).toBe(expected);
    expect(scores.length).toBe(360_142);
    expect(given.of('skipped')).toEqual([]);
  },
);
