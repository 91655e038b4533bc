import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { advisory, affected, covers, end, type FakeFeed, fakeFeed } from '../../../test/fakes/feeds.ts';
import type { Feed, FeedRecord } from '../../advisory/feed.ts';
import { DatabaseFile } from '../../io/database.ts';
import { withLock } from '../../io/locks.ts';
import { Fault } from '../../lib/faults.ts';
import { defaultDatabase } from './database-path.ts';
import { buildDatabase } from './db-build.ts';
import { databaseStatus } from './db-status.ts';
import { type UpdateOptions, updateDatabase } from './db-update.ts';
import { ensureDatabase, openDatabase } from './vulnerability-database.ts';

let folder: string;
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-db-'));
  for (const name of ['CONFIG', 'CACHE', 'STATE']) vi.stubEnv(`XDG_${name}_HOME`, join(folder, name.toLowerCase()));
  vi.stubEnv('HOME', folder);
  lines = [];
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const cache = () => join(folder, 'cache');
const db = () => join(folder, 'x.db');

function options(feeds: readonly Feed[], more: Partial<UpdateOptions> = {}): UpdateOptions {
  return {
    db: db(),
    from: [],
    ecosystems: undefined,
    keepGoing: false,
    allowShrink: false,
    keys: [],
    policy: undefined,
    feeds,
    cache: cache(),
    offline: false,
    insecure: false,
    environment: { SOURCE_DATE_EPOCH: '1760000000' },
    signal: new AbortController().signal,
    progress: (line) => lines.push(line),
    ...more,
  };
}

const unreachable = new Fault('feed/unreachable', 'It cannot be read.', 'Check it.');
const osv = (...names: string[]): FakeFeed =>
  fakeFeed('osv', [covers('npm'), ...names.map((name) => advisory(name)), end()], { ecosystems: ['npm'] });
const epss = (id: string): FeedRecord => ({
  kind: 'epss',
  epss: { id, score: 0.5, percentile: 0.9 },
  date: '2026-08-16',
});
const known = (id: string): FeedRecord => ({
  kind: 'exploited',
  exploited: { id, added: '', due: '', ransomware: false, action: '' },
});
const kev = (records: readonly FeedRecord[] = [end()]): FakeFeed => fakeFeed('kev', records);

async function ids(path = db()): Promise<string[]> {
  using opened = await openDatabase({ db: path, cache: cache() });
  return opened.index.affected('npm', 'left-pad').map((entry) => entry.advisory);
}

/** What stands in the folder, beside the user's own. */
const names = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.includes('x.db')).sort();

describe('an update', () => {
  test('makes a database, and later reads its feeds again where they were read', async () => {
    const feed = osv('A-1');
    await mkdir(join(folder, 'mirror', 'osv'), { recursive: true });
    const result = await updateDatabase(options([feed, kev()], { from: [join(folder, 'mirror')] }));
    expect(result).toEqual({ path: db(), read: ['osv'], failures: [], fetched: undefined });
    feed.records = [advisory('A-1'), advisory('A-2'), end('whole', '2')];
    await updateDatabase(options([feed, kev()]));
    expect(await ids()).toEqual(['A-1', 'A-2']);
    using opened = await openDatabase({ db: db(), cache: cache() });
    expect(opened.description.sources).toMatchObject([
      { feed: 'osv', base: join(folder, 'mirror', 'osv'), local: true, read: 1_760_000_000, records: 2 },
    ]);
    expect(feed.asked).toEqual([undefined, '1']);
    expect(await names()).toEqual(['x.db']);
  });

  test('whose feed fails leaves the old one byte for byte, and names the feed', async () => {
    await updateDatabase(options([osv('A-1')]));
    const before = await readFile(db());
    const failing = [osv('A-1', 'A-2'), fakeFeed('kev', [unreachable])];
    await expect(updateDatabase(options(failing, { from: ['osv', 'kev'] }))).rejects.toMatchObject({
      code: 'feed/unreachable',
      message: 'Fake kev cannot be taken: It cannot be read.',
      hint: 'Check it. With --keep-going the other feeds are taken.',
    });
    expect((await readFile(db())).equals(before)).toBe(true);
  });

  test('that keeps going takes the others, and shows the age of what failed', async () => {
    await updateDatabase(options([osv('A-1'), kev()], { environment: { SOURCE_DATE_EPOCH: '1750000000' } }));
    const { failures } = await updateDatabase(
      options([osv('A-1', 'A-2'), fakeFeed('kev', [unreachable]), fakeFeed('epss', [unreachable])], {
        keepGoing: true,
        from: ['all'],
      }),
    );
    expect(failures.map(({ feed, fault }) => [feed, fault.code])).toEqual([
      ['kev', 'feed/unreachable'],
      ['epss', 'feed/unreachable'],
    ]);
    expect(await ids()).toEqual(['A-1', 'A-2']);
    vi.useFakeTimers({ toFake: ['Date'], now: 1_760_000_100_000 });
    const status = await databaseStatus({ db: db(), cache: cache(), maxAge: '3d', check: true, environment: {} });
    vi.useRealTimers();
    expect(status.sources.map(({ feed, read }) => [feed, read])).toEqual([
      ['osv', 1_760_000_000],
      ['kev', 1_750_000_000],
      ['epss', undefined],
    ]);
    expect(status.stale).toEqual([
      { feed: 'kev', title: 'Fake kev', age: 10_000_100 },
      { feed: 'epss', title: 'Fake epss', age: undefined },
    ]);
  });

  test('in which every feed fails is a fault also when it keeps going', async () => {
    await expect(updateDatabase(options([fakeFeed('kev', [unreachable])], { keepGoing: true }))).rejects.toMatchObject({
      code: 'feed/unreachable',
    });
    expect(await names()).toEqual([]);
  });

  test('with a feed that shrank is refused, unless that is allowed', async () => {
    await updateDatabase(options([osv('A-1', 'A-2', 'A-3')]));
    await expect(updateDatabase(options([osv('A-1')]))).rejects.toMatchObject({ code: 'db/feed-shrank' });
    expect(await ids()).toHaveLength(3);
    await updateDatabase(options([osv('A-1')], { allowShrink: true }));
    expect(await ids()).toEqual(['A-1']);
  });

  test('waits while another one is under way, and loses nothing of it', async () => {
    await updateDatabase(options([osv('A-1')]));
    const first = withLock(`${db()}.lock`, async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await rm(db());
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([first, updateDatabase(options([osv('A-2')]))]);
    expect(lines).toContain('another process changes the database: waiting for it');
    expect(await ids()).toEqual(['A-2']);
  });

  test('twice at once, each with its own feed, has both', async () => {
    await updateDatabase(options([osv('A-1')]));
    const fact = (id: string) => ({
      kind: 'exploited' as const,
      exploited: { id, added: '', due: '', ransomware: false, action: '' },
    });
    await Promise.all([
      updateDatabase(options([osv('A-1', 'A-2')], { from: ['osv'] })),
      updateDatabase(options([kev([fact('CVE-2020-0001'), end()])], { from: ['kev'] })),
    ]);
    using opened = await openDatabase({ db: db(), cache: cache() });
    expect(await ids()).toEqual(['A-1', 'A-2']);
    expect(opened.index.vulnerability('CVE-2020-0001')?.exploited?.id).toBe('CVE-2020-0001');
  });

  test('does not disturb who reads the old one', async () => {
    await updateDatabase(options([osv('A-1')]));
    using opened = await openDatabase({ db: db(), cache: cache() });
    await updateDatabase(options([osv('A-2')]));
    expect(opened.index.affected('npm', 'left-pad').map((entry) => entry.advisory)).toEqual(['A-1']);
    expect(await ids()).toEqual(['A-2']);
  });
});

describe('a damaged database', () => {
  const padding = Array.from({ length: 2000 }, (_, i) => advisory(`P-${i}`, { affected: [affected('npm', `p${i}`)] }));

  beforeEach(async () => {
    await updateDatabase(options([fakeFeed('osv', [covers('npm'), ...padding, end()])]));
  });

  async function reads(): Promise<void> {
    using opened = await openDatabase({ db: db(), cache: cache() });
    for (let i = 0; i < 2000; i++) {
      for (const entry of opened.index.affected('npm', `p${i}`)) expect(entry.advisory).toBe(`P-${i}`);
    }
  }

  test.each([
    ['is empty', 0],
    ['is shorter than its header', 50],
    ['lost a page', -4096],
    ['lost its half', 0.5],
  ])('that %s is said to be so, and made anew by an update', async (_, length) => {
    const { size } = await import('node:fs/promises').then(async ({ stat }) => await stat(db()));
    await truncate(db(), length < 0 ? size + length : length < 1 ? Math.floor(size * length) : length);
    await expect(reads()).rejects.toMatchObject({
      code: 'db/corrupt',
      hint: expect.stringContaining('temper db update'),
    });
    await updateDatabase(options([fakeFeed('osv', [covers('npm'), ...padding, end()])]));
    await reads();
    expect(lines.join()).toContain('A new one is made.');
  });

  test('with other bytes in it is said to be so wherever they are read', async () => {
    const bytes = await readFile(db());
    let noticed = 0;
    for (let at = 4096; at < bytes.length; at += 4096) {
      const damaged = Buffer.from(bytes);
      damaged.fill(0xa5, at + 1000, at + 1200);
      await writeFile(db(), damaged);
      const fault: unknown = await databaseStatus({
        db: db(),
        cache: cache(),
        maxAge: undefined,
        check: true,
        environment: {},
      }).catch((error: unknown) => error);
      if (!(fault instanceof Fault)) continue;
      expect(fault.code).toBe('db/corrupt');
      noticed++;
    }
    // Some bytes are between what is kept.
    expect(noticed).toBeGreaterThan(bytes.length / 4096 / 2);
  });

  test('never says less than the whole one did, whichever bit of it is another', async () => {
    const records = Array.from({ length: 50 }, (_, i) =>
      advisory(`P-${i}`, {
        affected: [affected('npm', `p${i}`)],
        aliases: [`CVE-2020-${10_000 + i}`],
        references: [`https://example.org/${i}`],
        details: `long ${i}`,
      }),
    );
    await rm(db());
    const told = Array.from({ length: 50 }, (_, i) => epss(`CVE-2020-${10_000 + i}`));
    const exploited = Array.from({ length: 9 }, (_, i) => known(`CVE-2020-${10_000 + i}`));
    const all = [
      fakeFeed('osv', [covers('npm'), ...records, end()]),
      fakeFeed('epss', [...told, end()]),
      kev([...exploited, end()]),
    ];
    await updateDatabase(options(all));
    const said = async (): Promise<string> => {
      using opened = await openDatabase({ db: db(), cache: cache() });
      const { index, description } = opened;
      const packages = records.map((_, i) => ({ i, list: index.affected('npm', `p${i}`) }));
      const listed = packages.map(({ i, list }) => [
        i,
        list.map((one) => [one.advisory, one.feed, one.ranges, one.vulnerabilities]),
      ]);
      const about = records.map((_, i) => {
        const found = index.vulnerability(opened.mainId(`P-${i}`));
        return { ...found, references: found?.references, details: found?.details };
      });
      return JSON.stringify([listed, about, description.sources, description.coverage]);
    };
    const good = await said();
    const bytes = await readFile(db());
    let noticed = 0;
    for (let i = 0; i < 150; i++) {
      const at = (i * 7919 * 31 + i) % bytes.length;
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (i % 8));
      await writeFile(db(), damaged);
      const answer = await said().catch((error: unknown) => error);
      if (answer === good) continue;
      expect([at, answer]).toEqual([at, expect.objectContaining({ code: 'db/corrupt' })]);
      noticed++;
    }
    expect(noticed).toBeGreaterThan(20);
  });

  test('in which a package has another name is not one without it', async () => {
    const bytes = await readFile(db());
    const at = bytes.indexOf('p777[[');
    expect(at).toBeGreaterThan(0);
    bytes[at + 3] = 0x38;
    await writeFile(db(), bytes);
    using opened = await openDatabase({ db: db(), cache: cache() });
    expect(() => opened.index.affected('npm', 'p777')).toThrow(expect.objectContaining({ code: 'db/corrupt' }));
    expect(opened.index.affected('npm', 'p77777')).toEqual([]);
  });

  test('in which an ecosystem has another name is not one without it', async () => {
    using file = DatabaseFile.openOwn(db());
    file.exec("UPDATE ecosystem SET name = 'mpn'");
    file.close();
    await expect(openDatabase({ db: db(), cache: cache() })).rejects.toMatchObject({ code: 'db/corrupt' });
  });

  test('has a row that was altered, which is never believed', async () => {
    using file = DatabaseFile.openOwn(db());
    file.exec(`UPDATE package SET said = '[[7,0],[[["0.0.1"]]]]' WHERE name = 'p7'`);
    file.close();
    using opened = await openDatabase({ db: db(), cache: cache() });
    expect(() => opened.index.affected('npm', 'p7')).toThrow(expect.objectContaining({ code: 'db/corrupt' }));
    expect(opened.index.affected('npm', 'p8')).toHaveLength(1);
  });

  test('that is something else altogether is left alone', async () => {
    await writeFile(db(), 'precious'.repeat(1000));
    await expect(openDatabase({ db: db(), cache: cache() })).rejects.toMatchObject({ code: 'db/corrupt' });
    await expect(updateDatabase(options([osv('A-1')]))).rejects.toMatchObject({
      code: 'db/corrupt',
      hint: 'It is left as it is: name another file with --db, or remove this one if nobody needs it.',
    });
    expect(await readFile(db(), 'utf8')).toMatch(/^precious/);
  });

  test('that is a folder is said to be one', async () => {
    await expect(openDatabase({ db: dirname(db()), cache: cache() })).rejects.toMatchObject({
      code: 'db/missing',
      message: `${dirname(db())} is a folder, not a database.`,
    });
  });

  test('with a view in it is not queried', async () => {
    using file = DatabaseFile.openOwn(db());
    file.exec('ALTER TABLE package RENAME TO other; CREATE VIEW package AS SELECT * FROM other');
    file.close();
    await expect(openDatabase({ db: db(), cache: cache() })).rejects.toMatchObject({
      code: 'db/corrupt',
      message: expect.stringContaining('it holds view package'),
    });
  });
});

describe('a database of another schema', () => {
  async function versioned(version: number): Promise<void> {
    await updateDatabase(options([osv('A-1')]));
    using file = DatabaseFile.openOwn(db());
    file.exec(`PRAGMA user_version = ${version}; ALTER TABLE source ADD COLUMN later TEXT; CREATE TABLE later (x)`);
  }

  test('that is newer in small things is read', async () => {
    await versioned(1007);
    expect(await ids()).toEqual(['A-1']);
  });

  test('that is newer in small things is made anew by an update, since what is new in it would not stay true', async () => {
    await versioned(1007);
    const before = await readFile(db());
    const failing = fakeFeed('osv', [unreachable]);
    await expect(updateDatabase(options([failing]))).rejects.toMatchObject({ code: 'feed/unreachable' });
    expect((await readFile(db())).equals(before)).toBe(true);
    await updateDatabase(options([osv('A-1', 'A-2')]));
    expect(await ids()).toEqual(['A-1', 'A-2']);
    expect(lines.join('\n')).toContain('has schema 1.7, and this program writes 1.2. A new one is made.');
    using file = DatabaseFile.openImmutable(db());
    expect(file.pragma('user_version')).toBe(1002);
  });

  test('that is newer in large things is refused, and not touched', async () => {
    await versioned(2000);
    const fault = { code: 'db/newer', message: expect.stringContaining('has schema 2.0, and this program reads 1') };
    await expect(ids()).rejects.toMatchObject(fault);
    await expect(updateDatabase(options([osv('A-2')]))).rejects.toMatchObject(fault);
  });

  test('that is older is made anew', async () => {
    await versioned(7);
    await expect(ids()).rejects.toMatchObject({ code: 'db/older' });
    await updateDatabase(options([osv('A-2')]));
    expect(await ids()).toEqual(['A-2']);
  });
});

describe('the first scan', () => {
  const ensure = (
    feeds: readonly Feed[],
    ecosystems: readonly string[],
    more: { offline?: boolean; db?: string; announce?: (line: string) => void } = {},
  ) => ensureDatabase({ ...options(feeds), db: undefined, ecosystems, ...more });

  test('makes none where --db names one that is not there', async () => {
    const path = join(cache(), 'typo.db');
    await expect(ensure([osv('A-1')], ['npm'], { db: path })).rejects.toMatchObject({
      code: 'db/missing',
      message: `There is no vulnerability database at ${path}.`,
    });
    expect(lines).toEqual([]);
  });

  test('makes a database of the feeds that its packages need', async () => {
    const [debian, other] = [
      fakeFeed('debian-tracker', [covers('Debian:13'), end()], { ecosystems: ['Debian:13'] }),
      osv('A-1'),
    ];
    using opened = await ensure([debian, other, kev()], ['npm']);
    expect(opened.path).toBe(defaultDatabase(cache()));
    expect(opened.description.sources.map(({ feed, ecosystems }) => [feed, ecosystems])).toEqual([
      ['osv', ['npm']],
      ['kev', undefined],
    ]);
    expect([opened.notes, debian.asked]).toEqual([[], []]);
    expect(lines[0]).toMatch(/^there is no vulnerability database yet/);
    const announced: string[] = [];
    const wide = fakeFeed('osv', [covers('PyPI'), advisory('A-1'), end()], { ecosystems: ['npm', 'PyPI'] });
    using more = await ensure([wide], ['PyPI'], { announce: (line) => void announced.push(line) });
    expect(more.description.sources.find(({ feed }) => feed === 'osv')?.ecosystems).toEqual(['PyPI', 'npm']);
    expect(announced).toEqual(['the vulnerability database knows nothing of PyPI yet: fetching']);
  });

  test('extends one that was made for others', async () => {
    const debian = fakeFeed('debian-tracker', [covers('Debian:13'), end()], { ecosystems: ['Debian:13'] });
    (await ensure([debian, osv('A-1'), kev()], ['npm']))[Symbol.dispose]();
    using opened = await ensure([debian, osv('A-1'), kev()], ['Debian:13', 'npm']);
    expect(opened.description.sources.map(({ feed }) => feed)).toEqual(['osv', 'debian-tracker', 'kev']);
    expect(await ids(opened.path)).toEqual(['A-1']);
    using again = await ensure([fakeFeed('osv', [unreachable])], ['Debian:13', 'npm']);
    expect(again.notes).toEqual([]);
  });

  test('says what could not be had', async () => {
    using opened = await ensure([osv('A-1'), fakeFeed('epss', [unreachable])], ['npm']);
    expect(opened.notes).toEqual([
      'Fake epss is missing in the vulnerability database: Fake epss cannot be taken: It cannot be read.',
    ]);
  });

  test('stops, with the command to run, where nothing can be had', async () => {
    for (const [feeds, offline] of [
      [[fakeFeed('osv', [unreachable])], false],
      [[osv('A-1')], true],
    ] as const) {
      await expect(ensure(feeds, ['npm'], { offline })).rejects.toMatchObject({
        code: 'db/missing',
        hint: expect.stringMatching(/^Run `temper db update`/),
      });
    }
  });

  test('takes Debian from its archive where its tracker cannot be reached', async () => {
    const debian = { ecosystems: ['Debian:13'] };
    const tracker = fakeFeed('debian-tracker', [unreachable], debian);
    const records = [covers('Debian:13', 'fixed-only'), advisory('CVE-2024-0001'), end()];
    const archive = () => fakeFeed('debian-archive', records, { ...debian, address: undefined });
    using alone = await ensure([tracker, archive()], ['Debian:13']);
    expect(alone.index.coverage('Debian:13')).toEqual([{ feed: 'debian-archive', scope: 'fixed-only' }]);
    expect(alone.notes).toEqual([
      'Fake debian-tracker is missing in the vulnerability database: Fake debian-tracker cannot be taken: It cannot be read.',
    ]);
    using again = await ensure([tracker, archive()], ['Debian:13']);
    expect([again.notes, tracker.asked.length]).toEqual([
      [
        'Fake debian-tracker could not be read yet, so what it says is not known: `temper db update --keep-going` tries again, with --from FEED:PLACE from a copy.',
      ],
      1,
    ]);
    await rm(cache(), { recursive: true });
    using beside = await ensure([tracker, archive(), kev()], ['Debian:13']);
    expect(beside.description.sources.map(({ feed, read }) => [feed, read !== undefined])).toEqual([
      ['debian-tracker', false],
      ['debian-archive', true],
      ['kev', true],
    ]);
  });

  test('leaves a database that is named as it is, and makes none there without network', async () => {
    await expect(ensure([osv('A-1')], ['npm'], { db: db(), offline: true })).rejects.toMatchObject({
      code: 'db/missing',
    });
    await updateDatabase(options([osv('A-1')], { ecosystems: ['npm'] }));
    const feed = fakeFeed('debian-tracker', [end()]);
    using _ = await ensure([feed], ['Debian:13'], { db: db() });
    expect(feed.asked).toEqual([]);
  });
});

test('the same feeds at the same time give the same file', async () => {
  const build = async (name: string): Promise<Buffer> => {
    const output = join(folder, name);
    await buildDatabase({
      ...options([osv('A-1', 'A-2'), kev()]),
      output,
      push: undefined,
      key: undefined,
      password: '',
    });
    return await readFile(output);
  };
  expect((await build('a')).equals(await build('b'))).toBe(true);
});
