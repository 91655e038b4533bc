import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeFeedFiles } from '../../../test/fakes/feed-files.ts';
import { readFeed } from '../../../test/fakes/feed.ts';
import { kevFeed } from './feed.ts';

const PATH = 'known_exploited_vulnerabilities.json';
const entry = (more: object = {}) => ({
  cveID: 'CVE-2024-0001',
  dateAdded: '2024-03-29',
  dueDate: '2024-04-19',
  knownRansomwareCampaignUse: 'Known',
  requiredAction: 'Update.',
  ...more,
});
const catalogue = (entries: unknown[], more: object = {}) =>
  JSON.stringify({
    catalogVersion: '1',
    dateReleased: '2025-08-25T17:04:19.9796Z',
    count: entries.length,
    ...more,
    vulnerabilities: entries,
  });

test('gives each entry', async () => {
  const given = await readFeed(
    kevFeed,
    fakeFeedFiles({
      [PATH]: catalogue([entry(), entry({ cveID: 'CVE-2024-0002', knownRansomwareCampaignUse: 'Unknown' })]),
    }),
  );
  expect(given.of('exploited').map(({ exploited }) => exploited)).toEqual([
    { id: 'CVE-2024-0001', added: '2024-03-29', due: '2024-04-19', ransomware: true, action: 'Update.' },
    { id: 'CVE-2024-0002', added: '2024-03-29', due: '2024-04-19', ransomware: false, action: 'Update.' },
  ]);
  expect(given.end).toMatchObject({ mode: 'whole', modified: 1_756_141_459 });
});

test('gives nothing of the catalogue that was read already, and all of another', async () => {
  const files = fakeFeedFiles({ [PATH]: catalogue([entry()]) });
  const { end } = await readFeed(kevFeed, files);
  const again = await readFeed(kevFeed, files, { since: end.state });
  expect(again.records).toEqual([{ ...end, mode: 'changes' }]);
  const other = fakeFeedFiles({ [PATH]: catalogue([entry()], { catalogVersion: '2' }) });
  expect((await readFeed(kevFeed, other, { since: end.state })).of('exploited')).toHaveLength(1);
  expect(files.held()).toBe(0);
});

test.each([
  ['no object', 5, '#0', 'It names no CVE.'],
  ['an id that is none', entry({ cveID: 'CVE-24-1' }), '#0', 'It names no CVE.'],
  ['an id that is no text', entry({ cveID: ['CVE-2024-0001'] }), '#0', 'It names no CVE.'],
  ['no date', entry({ dateAdded: 'soon' }), '#CVE-2024-0001', 'It has no date at which it was added.'],
  ['a day that is none', entry({ dateAdded: '2024-13-45' }), '#CVE-2024-0001', 'It has no date at which it was added.'],
])('skips an entry of %s', async (_, bad, record, reason) => {
  const given = await readFeed(kevFeed, fakeFeedFiles({ [PATH]: catalogue([bad, entry()]) }));
  expect(given.of('skipped')).toEqual([
    { kind: 'skipped', record: PATH + record, code: 'feed/malformed-record', reason },
  ]);
  expect(given.of('exploited')).toHaveLength(1);
});

test.each([
  ['none', {}, 'feed/missing', 'fake:feed has no known_exploited'],
  ['one that is cut off', { [PATH]: catalogue([entry()]).slice(0, -5) }, 'feed/malformed', 'it is cut off'],
  ['one without entries', { [PATH]: catalogue([]) }, 'feed/malformed', 'it has no entry'],
  [
    'one with fewer than it says',
    { [PATH]: catalogue([entry()], { count: 2 }) },
    'feed/malformed',
    'it has 1 entries and says that it has 2',
  ],
  ['a page of HTML', { [PATH]: '<html></html>' }, 'feed/malformed', 'it is neither an object nor an array'],
  [
    'an entry of megabytes',
    { [PATH]: catalogue([entry({ notes: 'x'.repeat(2 << 20) })]) },
    'feed/malformed',
    'is longer than',
  ],
])('refuses %s', async (_, files, code, why) => {
  const read = readFeed(kevFeed, fakeFeedFiles(files, 100_000));
  await expect(read).rejects.toMatchObject({ code });
  await expect(read).rejects.toThrow(why);
});

const shared = join(
  process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../../shared'),
  'advisories',
  PATH,
);

test.skipIf(!existsSync(shared))('reads the real catalogue: every CVE in it, and which ransomware uses', async () => {
  const text = readFileSync(shared, 'utf8');
  const given = await readFeed(kevFeed, fakeFeedFiles({ [PATH]: text }, 1 << 16));
  const ids = text.match(/"cveID": "CVE-\d+-\d+"/g) ?? [];
  expect(ids.length).toBe(1404);
  expect(given.of('exploited').map(({ exploited }) => `"cveID": "${exploited.id}"`)).toEqual(ids);
  const known = text.match(/"knownRansomwareCampaignUse": "Known"/g) ?? [];
  expect(given.of('exploited').filter(({ exploited }) => exploited.ransomware)).toHaveLength(known.length);
  expect(given.of('skipped')).toEqual([]);
});
