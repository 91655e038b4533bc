import { createHash } from 'node:crypto';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { folderOf, readFeed } from '../../../test/fakes/feed.ts';
import { fakeFeedFiles } from '../../../test/fakes/feed-files.ts';
import { folderFiles } from '../folder-files.ts';
import { nvdFeed } from './feed.ts';

/** 2004-06-01: three years of files. */
const now = Date.UTC(2004, 5, 1) / 1000;

const item = (id: string, more: object = {}) => ({
  cve: { id, sourceIdentifier: 'cve@mitre.org', vulnStatus: 'Analyzed', ...more },
});
const feedOf = (items: unknown[]) =>
  JSON.stringify(
    { resultsPerPage: items.length, format: 'NVD_CVE', version: '2.0', vulnerabilities: items },
    undefined,
    1,
  );

function withMeta(name: string, json: string, modified: string): Record<string, Buffer> {
  const sum = createHash('sha256').update(json).digest('hex').toUpperCase();
  const meta = `lastModifiedDate:${modified}\r\nsize:${json.length}\r\nzipSize:1\r\ngzSize:1\r\nsha256:${sum}\r\n`;
  return { [`nvdcve-2.0-${name}.json.gz`]: zlib.gzipSync(json), [`nvdcve-2.0-${name}.meta`]: Buffer.from(meta) };
}

function years(
  modified = '2004-05-01T00:00:00-04:00',
  third: unknown[] = [item('CVE-2004-0001')],
): Record<string, Buffer> {
  return {
    ...withMeta('2002', feedOf([item('CVE-1999-0001'), item('CVE-2002-0001')]), modified),
    ...withMeta('2003', feedOf([item('CVE-2003-0001')]), modified),
    ...withMeta('2004', feedOf(third), modified),
  };
}

const metric = (source: string, version: string, vectorString: string, baseScore: unknown, baseSeverity: string) => ({
  source,
  type: source === 'nvd@nist.gov' ? 'Primary' : 'Secondary',
  cvssData: { version, vectorString, baseScore, baseSeverity },
});

test('gives the severities of everybody, NVD first and from the newest version', async () => {
  const v31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  const v4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
  const v2 = 'AV:N/AC:L/Au:N/C:P/I:P/A:P';
  const cve = item('CVE-2004-0001', {
    published: '2004-03-29T17:15:21.150',
    descriptions: [
      { lang: 'es', value: 'Otra cosa' },
      { lang: 'en', value: `A  flaw\nin it. ${'It is long. '.repeat(50)}` },
    ],
    metrics: {
      cvssMetricV2: [
        {
          source: 'nvd@nist.gov',
          type: 'Primary',
          baseSeverity: 'HIGH',
          cvssData: { version: '2.0', vectorString: v2, baseScore: 7.5 },
        },
      ],
      cvssMetricV31: [
        metric('134c704f-9b21-4f2e-91b3-4a467353bcc0', '3.1', v31, 9.8, 'CRITICAL'),
        metric('nvd@nist.gov', '3.1', v31, 9.8, 'CRITICAL'),
      ],
      cvssMetricV40: [metric('security@example.org', '4.0', v4, 9.3, 'CRITICAL')],
    },
    weaknesses: [
      { source: 'nvd@nist.gov', type: 'Primary', description: [{ lang: 'en', value: 'CWE-79' }] },
      {
        source: 'x',
        type: 'Secondary',
        description: [
          { lang: 'en', value: 'NVD-CWE-noinfo' },
          { lang: 'en', value: 'CWE-79' },
        ],
      },
    ],
  });
  const given = await readFeed(nvdFeed, fakeFeedFiles(years(undefined, [cve]), 50), { now });
  const record = given.of('severities').find(({ id }) => id === 'CVE-2004-0001');
  expect(record).toMatchObject({ cwes: ['CWE-79'], published: 1_080_580_521 });
  expect(record?.severities.map(({ source, level, vector, score }) => [source, level, vector, score])).toEqual([
    ['nvd', 'critical', v31, 9.8],
    ['nvd', 'high', v2, 7.5],
    ['security@example.org', 'critical', v4, 9.3],
    ['cisa-adp', 'critical', v31, 9.8],
  ]);
  expect(record?.summary).toMatch(/^A flaw in it\. It is long\. .*…$/);
  expect(record?.summary.length).toBeLessThanOrEqual(200);
});

test('gives every year at first', async () => {
  const given = await readFeed(nvdFeed, fakeFeedFiles(years()), { now });
  expect(given.of('severities').map(({ id }) => id)).toEqual([
    'CVE-1999-0001',
    'CVE-2002-0001',
    'CVE-2003-0001',
    'CVE-2004-0001',
  ]);
  expect(given.end).toMatchObject({ mode: 'whole', modified: Date.UTC(2004, 4, 1, 4) / 1000 });
});

test('gives what changed since the last reading, and nothing where nothing did', async () => {
  const { end } = await readFeed(nvdFeed, fakeFeedFiles(years()), { now });
  const changed = [item('CVE-2003-0001', { vulnStatus: 'Rejected' }), item('CVE-2004-0002')];
  const later = fakeFeedFiles({ ...years(), ...withMeta('modified', feedOf(changed), '2004-05-05T00:00:00-04:00') });
  const given = await readFeed(nvdFeed, later, { now, since: end.state });
  expect(given.of('gone')).toEqual([{ kind: 'gone', id: 'CVE-2003-0001' }]);
  expect(given.of('severities').map(({ id }) => id)).toEqual(['CVE-2004-0002']);
  expect(given.end).toMatchObject({ mode: 'changes', modified: Date.UTC(2004, 4, 5, 4) / 1000 });
  expect(later.opened.filter((path) => path.includes('2002'))).toEqual([]);
  expect((await readFeed(nvdFeed, later, { now, since: given.end.state })).records).toEqual([given.end]);
});

test('reads the years whose content is another where the last reading is older than the changes reach', async () => {
  const { end } = await readFeed(nvdFeed, fakeFeedFiles(years()), { now });
  const later = fakeFeedFiles({
    ...years('2004-05-20T00:00:00-04:00', [item('CVE-2004-0001'), item('CVE-2004-0003')]),
    ...withMeta('modified', feedOf([]), '2004-05-20T00:00:00-04:00'),
  });
  const given = await readFeed(nvdFeed, later, { now, since: end.state });
  expect(given.of('severities').map(({ id }) => id)).toEqual(['CVE-2004-0001', 'CVE-2004-0003']);
  expect(given.end.mode).toBe('changes');
  expect(later.held()).toBe(0);
});

test('takes what a folder has, unpacked too, and says which years it has not', async () => {
  const folder = await folderOf({ 'nvdcve-2.0-2003.json': feedOf([item('CVE-2003-0001')]) });
  const given = await readFeed(nvdFeed, folderFiles(folder), { now });
  expect(given.of('severities')).toHaveLength(1);
  expect(given.of('skipped')).toMatchObject([
    { code: 'feed/missing', reason: expect.stringContaining('the years 2002:') },
  ]);
});

test.each([
  ['no object', 5],
  ['no CVE', {}],
  ['an id that is none', item('CVE-2004-1')],
  ['an id that is no text', { cve: { id: 2004 } }],
])('skips an item of %s', async (_, bad) => {
  const given = await readFeed(nvdFeed, fakeFeedFiles(years(undefined, [item('CVE-2004-0001'), bad])), { now });
  expect(given.of('skipped')).toEqual([
    {
      kind: 'skipped',
      record: 'nvdcve-2.0-2004.json.gz#1',
      code: 'feed/malformed-record',
      reason: 'It is no vulnerability with the id of a CVE.',
    },
  ]);
});

test('passes over scores and members that are none', async () => {
  const bad = item('CVE-2004-0001', {
    published: 'yesterday',
    descriptions: 'none',
    weaknesses: [null, { description: 5 }],
    metrics: {
      cvssMetricV31: [
        metric('nvd@nist.gov', '3.1', '', 11, 'CRITICAL'),
        metric('nvd@nist.gov', '3.1', '', 'NaN', 'CRITICAL'),
        metric('', '3.1', 'CVSS:3.1/…', 5, 'MEDIUM'),
        metric('x', '3.1', 'x'.repeat(1000), 5, 'MEDIUM'),
        metric('y', '3.1', 'CVSS:3.1/…', 11, 'TERRIBLE'),
        5,
      ],
      cvssMetricV40: {},
    },
  });
  const given = await readFeed(nvdFeed, fakeFeedFiles(years(undefined, [bad])), { now });
  expect(given.of('severities').at(-1)).toEqual({
    kind: 'severities',
    id: 'CVE-2004-0001',
    severities: [{ source: 'y', level: undefined, stated: undefined, vector: 'CVSS:3.1/…', score: undefined }],
    cwes: [],
    summary: '',
    published: undefined,
  });
});

const whole = years();
const without = (path: string) => Object.fromEntries(Object.entries(whole).filter(([name]) => name !== path));
const gz = 'nvdcve-2.0-2003.json.gz';
const huge = feedOf([item('CVE-2003-0001', { descriptions: [{ lang: 'en', value: 'x'.repeat(70 << 20) }] })]);

test.each([
  ['a year that is not there', without(gz), 'feed/missing', `fake:feed has no ${gz}`],
  ['no year at all', {}, 'feed/missing', 'fake:feed has no nvdcve-2.0-2002.json.gz'],
  ['a gzip that is cut off', { ...whole, [gz]: (whole[gz] ?? Buffer.alloc(0)).subarray(0, -9) }, 'feed/malformed', gz],
  [
    'JSON that is cut off',
    { ...whole, [gz]: feedOf([item('CVE-2003-0001')]).slice(0, -4) },
    'feed/malformed',
    'it is cut off',
  ],
  [
    'another content than the .meta tells of',
    { ...whole, [gz]: feedOf([item('CVE-2003-0002')]) },
    'feed/malformed',
    'not the one that its .meta',
  ],
  [
    'no vulnerabilities',
    { ...whole, [gz]: '{"format":"NVD_CVE"}' },
    'feed/malformed',
    'no array or object "vulnerabilities"',
  ],
  ['an empty year', { ...whole, [gz]: feedOf([]) }, 'feed/malformed', 'it has no vulnerability'],
  ['an item beyond the bound', { ...whole, [gz]: huge }, 'feed/malformed', 'is longer than 67108864 bytes'],
])('refuses %s', async (_, files, code, why) => {
  const read = readFeed(nvdFeed, fakeFeedFiles(files, 1 << 20), { now });
  await expect(read).rejects.toMatchObject({ code });
  await expect(read).rejects.toThrow(why);
});

test('takes a .meta that was renewed with its file in the meantime', async () => {
  const renewed = withMeta('2003', feedOf([item('CVE-2003-0009')]), '2004-05-02T00:00:00-04:00');
  const files = fakeFeedFiles({ ...whole, ...renewed });
  let asked = 0;
  const old = fakeFeedFiles(whole);
  const racing = {
    ...files,
    open: async (path: string, limit: number) =>
      await (path === 'nvdcve-2.0-2003.meta' && asked++ === 0 ? old : files).open(path, limit),
  };
  const given = await readFeed(nvdFeed, racing, { now });
  expect(given.of('severities').map(({ id }) => id)).toContain('CVE-2003-0009');
});
