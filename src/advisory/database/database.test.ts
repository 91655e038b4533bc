import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { advisory, affected, covers, end, fakeFeed } from '../../../test/fakes/feeds.ts';
import { DatabaseFile } from '../../io/database.ts';
import type { Feed, FeedRecord } from '../feed.ts';
import { describeDatabase } from './description.ts';
import { DatabaseReader } from './reader.ts';
import { checkSchema } from './schema.ts';
import { DatabaseWriter } from './writer.ts';

const NOW = 1_760_000_000;
const files = { base: '/fake', open: async () => await Promise.resolve(undefined) };

let folder: string;
let count = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-database-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Options {
  readonly allowShrink?: boolean;
  readonly ecosystems?: readonly string[];
}

/** A new database of what these feeds give, or one that another became. @returns its path */
async function written(feeds: readonly Feed[], from?: string, options: Options = {}): Promise<string> {
  const name = (part: string) => join(folder, `${part}${count}`);
  count++;
  const { copyFile } = await import('node:fs/promises');
  if (from !== undefined) await copyFile(from, name('draft'));
  using writer =
    from === undefined
      ? DatabaseWriter.create(name('draft'), name('stage'))
      : DatabaseWriter.open(name('draft'), name('stage'));
  for (const feed of feeds) {
    await writer.read({ feed, files, local: true, ecosystems: undefined, now: NOW, allowShrink: false, ...options });
  }
  writer.finish(name('db'));
  return name('db');
}

async function writtenOf(records: readonly FeedRecord[]): Promise<string> {
  return await written([fakeFeed('osv', [...records, end()])]);
}

class Opened implements Disposable {
  readonly file: DatabaseFile;
  readonly reader: DatabaseReader;

  constructor(path: string) {
    this.file = DatabaseFile.openImmutable(path);
    checkSchema(this.file);
    this.reader = new DatabaseReader(this.file);
  }

  get sources(): ReturnType<typeof describeDatabase>['sources'] {
    return describeDatabase(this.file, checkSchema(this.file)).sources;
  }

  [Symbol.dispose](): void {
    this.file.close();
  }
}

describe('a package', () => {
  test('has what every record says of it, as it was given', async () => {
    const whole = affected('Debian:13', 'xz-utils', {
      status: 'not-affected',
      ranges: [
        { introduced: '0', fixed: '5.6' },
        { introduced: '1:2', fixed: '1:3' },
        { introduced: '6', lastAffected: '6.1' },
        { introduced: '7' },
      ],
      versions: ['1.0', '2.0'],
      fix: 'deferred',
      severities: [{ source: 'debian', level: 'negligible', stated: 'unimportant', vector: 'CVSS:3.1/AV:N', score: 0 }],
      only: { architectures: ['amd64'], module: 'a:1', imports: [{ path: 'x/y', symbols: ['f'] }], notPackages: ['z'] },
      fixedBy: 'DSA-5649-1',
      fixedAt: 1_711_700_000,
    });
    const bare = affected('Debian:13', 'xz-utils', { ranges: [], fix: 'unknown', status: 'under-investigation' });
    const record = advisory('CVE-2024-3094', {
      affected: [whole, bare],
      severities: [{ source: 'nvd', score: 10 }],
    });
    using opened = new Opened(await writtenOf([record]));
    const found = opened.reader.affected('Debian:13', 'xz-utils');
    expect(found).toMatchObject([whole, bare]);
    expect(found[0]).toMatchObject({
      advisory: 'CVE-2024-3094',
      feed: 'osv',
      record: 'all.zip#CVE-2024-3094.json',
      vulnerabilities: ['CVE-2024-3094'],
      advisorySeverities: [{ source: 'nvd', score: 10 }],
    });
    expect(found[1]?.severities).toBeUndefined();
  });

  test('is found in exactly its ecosystem and under exactly its name', async () => {
    using opened = new Opened(await writtenOf([advisory('A-1', { affected: [affected('Debian', 'a')] })]));
    expect(opened.reader.affected('Debian', 'a')).toHaveLength(1);
    expect(opened.reader.affected('Debian:13', 'a')).toEqual([]);
    expect(opened.reader.affected('Debian', 'A')).toEqual([]);
    expect(opened.reader.affected('debian', 'a')).toEqual([]);
    expect(opened.reader.affected('__proto__', 'constructor')).toEqual([]);
  });

  test('has nothing of a withdrawn record, which is kept', async () => {
    using opened = new Opened(await writtenOf([advisory('GHSA-1', { withdrawn: 5, aliases: ['CVE-2020-0001'] })]));
    expect(opened.reader.affected('npm', 'left-pad')).toEqual([]);
    expect(opened.reader.vulnerability('CVE-2020-0001')).toBeUndefined();
    expect(opened.file.prepare('SELECT id, withdrawn FROM advisory').all()).toEqual([['GHSA-1', 5]]);
  });

  test('has one entry of a record that its feed gives twice', async () => {
    const twice = [advisory('GHSA-1', { record: 'npm#1' }), advisory('GHSA-1', { record: 'PyPI#1' })];
    using opened = new Opened(await writtenOf(twice));
    expect(opened.reader.affected('npm', 'left-pad')).toHaveLength(1);
    expect(opened.sources[0]?.records).toBe(1);
  });

  test('has both of two records with one id that say different things', async () => {
    const two = ['a', 'b'].map((name) =>
      advisory('CVE-2024-0001', { record: name, affected: [affected('Debian', name)] }),
    );
    using opened = new Opened(await writtenOf(two));
    expect(['a', 'b'].map((name) => opened.reader.affected('Debian', name).length)).toEqual([1, 1]);
  });
});

describe('a vulnerability', () => {
  test('is one under the CVE that its aliases share, with what all say of it', async () => {
    const osv = fakeFeed('osv', [
      advisory('GHSA-1', {
        aliases: ['CVE-2024-0001'],
        summary: 'A hole',
        details: 'A large hole.',
        references: ['https://a.example/'],
        severities: [{ source: 'ghsa', level: 'high' }],
        cwes: ['CWE-79'],
        published: 10,
        modified: 20,
      }),
      advisory('PYSEC-1', {
        aliases: ['GHSA-1'],
        references: ['https://b.example/', 'https://a.example/'],
        published: 5,
      }),
      end(),
    ]);
    const nvd = fakeFeed('nvd', [
      {
        kind: 'severities',
        id: 'CVE-2024-0001',
        severities: [{ source: 'nvd', vector: 'CVSS:3.1/AV:N', score: 9.8 }],
        cwes: ['CWE-20'],
        summary: 'Of NVD',
        published: 7,
      },
      end(),
    ]);
    const epss = fakeFeed('epss', [
      { kind: 'epss', epss: { id: 'CVE-2024-0001', score: 0.00043, percentile: 0.1 }, date: '2026-08-16' },
      end(),
    ]);
    const exploited = {
      id: 'CVE-2024-0001',
      added: '2024-03-29',
      due: '2024-04-19',
      ransomware: true,
      action: 'Apply updates',
    };
    const kev = fakeFeed('kev', [{ kind: 'exploited', exploited }, end()]);
    using opened = new Opened(await written([osv, nvd, epss, kev]));
    const { reader } = opened;
    expect(reader.affected('npm', 'left-pad').map((a) => [a.advisory, a.vulnerabilities])).toEqual([
      ['GHSA-1', ['CVE-2024-0001']],
      ['PYSEC-1', ['CVE-2024-0001']],
    ]);
    const found = reader.vulnerability('CVE-2024-0001');
    expect(found).toMatchObject({
      id: 'CVE-2024-0001',
      aliases: ['GHSA-1', 'PYSEC-1'],
      summary: 'A hole',
      cwes: ['CWE-20', 'CWE-79'],
      published: 5,
      modified: 20,
      severities: [
        { source: 'ghsa', level: 'high' },
        { source: 'nvd', vector: 'CVSS:3.1/AV:N', score: 9.8 },
      ],
      epss: { id: 'CVE-2024-0001', score: 0.00043, percentile: 0.1, date: '2026-08-16' },
      exploited,
    });
    expect(found?.details).toBe('A large hole.');
    expect(found?.references).toEqual(['https://a.example/', 'https://b.example/']);
    expect(reader.mainId('PYSEC-1')).toBe('CVE-2024-0001');
    expect(reader.mainId('CVE-2024-0001')).toBe('CVE-2024-0001');
    expect(reader.vulnerability('GHSA-1')).toBeUndefined();
  });

  test('is not joined with another CVE: such a record covers both', async () => {
    const records = [
      advisory('GHSA-both', { aliases: ['CVE-2024-0001', 'CVE-2024-0002'] }),
      advisory('GHSA-1', { aliases: ['CVE-2024-0001'] }),
      advisory('PYSEC-2', { aliases: ['CVE-2024-0002', 'GHSA-1'] }),
    ];
    using opened = new Opened(await writtenOf(records));
    expect(opened.reader.affected('npm', 'left-pad').map((a) => [a.advisory, a.vulnerabilities])).toEqual([
      ['GHSA-1', ['CVE-2024-0001']],
      ['GHSA-both', ['CVE-2024-0001', 'CVE-2024-0002']],
      ['PYSEC-2', ['CVE-2024-0002']],
    ]);
    expect(opened.reader.vulnerability('CVE-2024-0002')?.aliases).toEqual(['PYSEC-2']);
  });

  test('that an advisory covers is named by its main id', async () => {
    const records = [
      advisory('GHSA-1', { aliases: ['CVE-2024-0001'] }),
      advisory('DSA-1-1', { covers: ['GHSA-1', 'CVE-2024-0009'], severities: [{ source: 'debian', level: 'low' }] }),
    ];
    using opened = new Opened(await writtenOf(records));
    const found = opened.reader.affected('npm', 'left-pad').find((a) => a.advisory === 'DSA-1-1');
    expect(found?.vulnerabilities).toEqual(['CVE-2024-0001', 'CVE-2024-0009']);
    expect(opened.reader.vulnerability('CVE-2024-0001')?.severities).toEqual([]);
  });
});

describe('an update', () => {
  const first = [
    covers('npm'),
    advisory('A-1'),
    advisory('A-2', { details: 'two', references: ['https://two.example/'] }),
    advisory('A-3', { affected: [affected('npm', 'left-pad'), affected('npm', 'right-pad')] }),
  ];

  async function both(records: readonly FeedRecord[]): Promise<[updated: string, fresh: string]> {
    const before = await written([fakeFeed('osv', [...first, end('whole', 'one')])]);
    const updated = await written([fakeFeed('osv', records)], before, { allowShrink: true });
    return [updated, before];
  }

  const ids = (path: string, name = 'left-pad'): string[] => {
    using opened = new Opened(path);
    return opened.reader.affected('npm', name).map((a) => a.advisory);
  };

  test('that is whole takes out what is no more', async () => {
    const [updated, before] = await both([advisory('A-2', { details: 'changed' }), end('whole', 'two')]);
    expect(ids(before)).toEqual(['A-1', 'A-2', 'A-3']);
    expect(ids(updated)).toEqual(['A-2']);
    expect(ids(updated, 'right-pad')).toEqual([]);
    using opened = new Opened(updated);
    expect(opened.reader.vulnerability('A-2')?.details).toBe('changed');
    expect(opened.reader.vulnerability('A-2')?.references).toEqual([]);
    expect(opened.reader.vulnerability('A-3')).toBeUndefined();
    expect(opened.reader.coverage('npm')).toEqual([]);
  });

  test('that has changes keeps the others', async () => {
    const [updated] = await both([
      advisory('A-3', { summary: 'changed' }),
      { kind: 'gone', id: 'A-1' },
      advisory('A-4'),
      end('changes', 'two'),
    ]);
    expect(ids(updated)).toEqual(['A-2', 'A-3', 'A-4']);
    expect(ids(updated, 'right-pad')).toEqual([]);
    using opened = new Opened(updated);
    expect(opened.reader.coverage('npm')).toEqual([{ feed: 'osv', scope: 'all' }]);
    expect(opened.sources).toMatchObject([{ feed: 'osv', records: 3, read: NOW, base: '/fake', licence: 'CC0-1.0' }]);
  });

  test('that has changes keeps the same id of other packages, where its feed gives these apart', async () => {
    const feed = (...records: FeedRecord[]): Feed => ({ ...fakeFeed('debian-archive', records), replaces: 'package' });
    const of = (name: string, fixed: string): FeedRecord =>
      advisory('CVE-2024-0001', {
        record: `${name}_${fixed}`,
        affected: [affected('Debian:13', name, { ranges: [{ introduced: '0', fixed }] })],
      });
    const before = await written([feed(of('a', '1'), of('b', '1'), end())]);
    using opened = new Opened(await written([feed(of('a', '2'), end('changes'))], before));
    const fixed = (name: string) => opened.reader.affected('Debian:13', name).map(({ ranges }) => ranges[0]?.fixed);
    expect([fixed('a'), fixed('b')]).toEqual([['2'], ['1']]);
  });

  test('gives the same content as a new database of the same records', async () => {
    const later = [
      covers('npm'),
      advisory('A-0', { aliases: ['CVE-2020-0001'] }),
      ...first.slice(1, 3),
      end('whole', 'two'),
    ];
    const [updated] = await both(later);
    const fresh = await written([fakeFeed('osv', later)]);
    const [a, b] = [new Opened(updated), new Opened(fresh)];
    expect(a.sources).toEqual(b.sources);
    for (const name of ['left-pad', 'right-pad']) {
      const of = ({ reader }: Opened) =>
        reader.affected('npm', name).map((e) => ({ ...e, id: e.advisory, of: e.vulnerabilities }));
      expect(of(a)).toEqual(of(b));
    }
    expect(a.reader.vulnerability('CVE-2020-0001')).toEqual(b.reader.vulnerability('CVE-2020-0001'));
    a[Symbol.dispose]();
    b[Symbol.dispose]();
  });

  test('gives the feed back its state, unless something else is asked for', async () => {
    const before = await written([fakeFeed('osv', [...first, end('whole', 'one')])]);
    const feed = fakeFeed('osv', [end('changes', 'two')]);
    const after = await written([feed], before);
    await written([feed], after, { ecosystems: ['npm'] });
    expect(feed.asked).toEqual(['one', undefined]);
  });

  test('of a feed that shrank by more than half is refused', async () => {
    const before = await written([fakeFeed('osv', [...first, end()])]);
    const feed = fakeFeed('osv', [advisory('A-1'), end()]);
    await expect(written([feed], before)).rejects.toMatchObject({
      code: 'db/feed-shrank',
      message: 'Fake osv has 1 records, and had 3 before: more than half of it is gone.',
    });
    expect(ids(await written([feed], before, { allowShrink: true }))).toEqual(['A-1']);
  });

  test('of a feed of which one ecosystem shrank by more than half is refused, also where more is asked for', async () => {
    const of = (ecosystem: string, size: number) =>
      Array.from({ length: size }, (_, i) =>
        advisory(`${ecosystem}-${i}`, { affected: [affected(ecosystem, `p${i}`)] }),
      );
    const before = await written([fakeFeed('osv', [...of('npm', 90), ...of('PyPI', 30), end()])], undefined, {
      ecosystems: ['PyPI', 'npm'],
    });
    const cut = [fakeFeed('osv', [...of('npm', 90), ...of('PyPI', 14), ...of('Go', 40), end()])];
    const fault = {
      code: 'db/feed-shrank',
      message: 'PyPI of Fake osv has 14 records, and had 30 before: more than half of it is gone.',
    };
    await expect(written(cut, before, { ecosystems: ['PyPI', 'npm'] })).rejects.toMatchObject(fault);
    await expect(written(cut, before, { ecosystems: ['Go', 'PyPI', 'npm'] })).rejects.toMatchObject(fault);
    await written(cut, before, { ecosystems: ['npm'] });
    await written(cut, before, { ecosystems: ['PyPI', 'npm'], allowShrink: true });
  });

  test('with changes that take away more than half is refused', async () => {
    const before = await written([fakeFeed('osv', [...first, end()])]);
    const gone = (...names: string[]): FeedRecord[] => names.map((id) => ({ kind: 'gone', id }));
    const some = fakeFeed('osv', [...gone('A-1', 'A-8', 'A-9'), end('changes')]);
    const most = fakeFeed('osv', [...gone('A-1', 'A-2'), end('changes')]);
    await expect(written([most], before)).rejects.toMatchObject({
      code: 'db/feed-shrank',
      message: 'Fake osv has 1 records, and had 3 before: more than half of it is gone.',
    });
    expect(ids(await written([some], before))).toHaveLength(2);
    expect(ids(await written([most], before, { allowShrink: true }))).toHaveLength(1);
  });

  test('by a feed that fails half-way, or has no end, takes nothing of it', async () => {
    const before = await written([fakeFeed('osv', [...first, end()])]);
    const failing = fakeFeed('osv', [advisory('A-9'), new Error('broken')]);
    await expect(written([failing], before)).rejects.toThrow('broken');
    await expect(written([fakeFeed('osv', [advisory('A-9')])], before)).rejects.toMatchObject({
      code: 'feed/unfinished',
    });
  });
});

test('the same records give the same bytes', async () => {
  const { readFile } = await import('node:fs/promises');
  const feeds = () => [
    fakeFeed('osv', [
      covers('npm'),
      ...Array.from({ length: 500 }, (_, i) => advisory(`A-${i}`, { details: `no ${i}` })),
      end(),
    ]),
  ];
  const [a, b] = [await readFile(await written(feeds())), await readFile(await written(feeds()))];
  expect(a.equals(b)).toBe(true);
});

describe('a database of schema 1.0', () => {
  const records = [
    advisory('CVE-2024-1', { summary: 'Alone.' }),
    advisory('CVE-2024-2', { summary: 'Of the first.', record: 'first' }),
    advisory('CVE-2024-2', { summary: 'Of the second.', record: 'second', severities: [{ source: 'nvd', score: 5 }] }),
  ];

  /** Without the lists that came later. */
  async function older(): Promise<string> {
    const path = await writtenOf(records);
    using file = DatabaseFile.openOwn(path);
    file.exec("DELETE FROM presence WHERE kind IN ('shared', 'gathered')");
    file.exec("DELETE FROM total WHERE name IN ('parts of keys of shared', 'parts of keys of gathered')");
    file.exec('PRAGMA user_version = 1000');
    return path;
  }

  test('says the same of every vulnerability', async () => {
    using now = new Opened(await writtenOf(records));
    using before = new Opened(await older());
    expect(checkSchema(before.file)).toEqual({ major: 1, minor: 0 });
    for (const { reader } of [before, now]) {
      expect(reader.affected('npm', 'left-pad').map((entry) => entry.advisory)).toHaveLength(3);
      expect(reader.vulnerability('CVE-2024-1')).toMatchObject({ summary: 'Alone.' });
      expect(reader.vulnerability('CVE-2024-2')).toMatchObject({
        summary: 'Of the first.',
        severities: [{ source: 'nvd', score: 5 }],
      });
    }
  });

  test('has the lists after an update', async () => {
    using updated = new Opened(
      await written([fakeFeed('osv', [...records, advisory('CVE-2024-3'), end()])], await older()),
    );
    expect(checkSchema(updated.file)).toEqual({ major: 1, minor: 2 });
    const lists = "SELECT kind FROM presence WHERE kind IN ('shared', 'gathered') ORDER BY kind";
    expect(updated.file.prepare(lists).all()).toEqual([['gathered'], ['shared']]);
  });
});

test('an id of several records has what all say, also where only one was read before', async () => {
  const path = await writtenOf([
    advisory('CVE-2024-2', { summary: '', record: 'first', affected: [affected('npm', 'one')] }),
    advisory('CVE-2024-2', { summary: 'Of the second.', record: 'second', affected: [affected('npm', 'two')] }),
  ]);
  using opened = new Opened(path);
  expect(opened.reader.affected('npm', 'one').map((entry) => entry.record)).toEqual(['first']);
  expect(opened.reader.vulnerability('CVE-2024-2')).toMatchObject({ summary: 'Of the second.' });
});

describe('a vulnerability whose record was read', () => {
  const names = ['GHSA-1', 'GHSA-2', 'PYSEC-1', 'CVE-2024-0001', 'CVE-2024-0002'];
  const some = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 });
  const record = fc
    .record({
      id: fc.constantFrom(...names),
      aliases: some,
      covers: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some }),
      withdrawn: fc.option(fc.constant(5), { nil: undefined, freq: 6 }),
    })
    .map(({ id, ...rest }) => advisory(id, { ...rest, summary: `${id} of ${rest.aliases.join(' ')}` }));
  const said = (reader: DatabaseReader, name: string) => {
    const found = reader.vulnerability(name);
    return found === undefined ? undefined : [found.aliases, found.summary, found.severities];
  };

  test('has the names and words that all its records give it', async () => {
    const lists = fc.uniqueArray(record, {
      selector: (one) => ('id' in one ? one.id : ''),
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(lists, async (records) => {
        const path = await writtenOf(records);
        using later = new Opened(path);
        for (const entry of later.reader.affected('npm', 'left-pad')) expect(entry.vulnerabilities).not.toEqual([]);
        for (const name of names) {
          using alone = new Opened(path);
          expect([name, said(later.reader, name)]).toEqual([name, said(alone.reader, name)]);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('has no words of a withdrawn record that was read before', async () => {
    const path = await writtenOf([
      advisory('GHSA-1', { aliases: ['CVE-2024-0001', 'GHSA-9'], withdrawn: 5, summary: 'Withdrawn.' }),
      advisory('PYSEC-1', { aliases: ['CVE-2024-0001', 'GHSA-1'], summary: 'It stands.' }),
    ]);
    using opened = new Opened(path);
    expect(opened.reader.vulnerability('GHSA-1')).toBeUndefined();
    expect(opened.reader.vulnerability('CVE-2024-0001')).toMatchObject({
      aliases: ['GHSA-1', 'PYSEC-1'],
      summary: 'It stands.',
    });
  });

  test('is looked up among the groups where others have a part in its names', async () => {
    const path = await writtenOf([
      advisory('GHSA-1', { aliases: ['CVE-2024-0001'] }),
      advisory('GHSA-2', { aliases: ['CVE-2024-0002'] }),
      advisory('PYSEC-1', { aliases: ['CVE-2024-0002'] }),
    ]);
    {
      using file = DatabaseFile.openOwn(path);
      file.exec('UPDATE grouping SET sum = sum + 1');
    }
    using opened = new Opened(path);
    const ids = opened.reader.affected('npm', 'left-pad').flatMap((entry) => entry.vulnerabilities);
    expect(ids).toEqual(['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0002']);
    expect(opened.reader.vulnerability('CVE-2024-0001')?.aliases).toEqual(['GHSA-1']);
    expect(() => opened.reader.vulnerability('CVE-2024-0002')).toThrow(
      'what it has of CVE-2024-0002 is not what was written',
    );
    using fresh = new Opened(path);
    expect(() => fresh.reader.vulnerability('CVE-2024-0001')).toThrow(
      'what it has of CVE-2024-0001 is not what was written',
    );
  });
});

test('a record that cannot be kept is skipped and counted', async () => {
  using opened = new Opened(
    await writtenOf([
      advisory('has space'),
      advisory('A-1', { affected: [affected('npm', 'a\0b')] }),
      { kind: 'skipped', record: 'x.json', code: 'feed/record', reason: 'no JSON' },
      advisory('A-2'),
    ]),
  );
  expect(opened.sources).toMatchObject([{ records: 1, skipped: 3 }]);
  expect(opened.file.prepare('SELECT code, reason FROM skipped').all()).toEqual([
    ['db/record', 'one of its ids is none'],
    ['db/record', 'a name in it is none'],
    ['feed/record', 'no JSON'],
  ]);
});
