// Every feed in every bad state, read into a database that is there: a clear fault, or a record that is counted as skipped; the
// database stays what it was, and nothing is left beside it.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildDatabase } from '../../src/flow/database/db-build.ts';
import { databaseStatus } from '../../src/flow/database/db-status.ts';
import { updateDatabase } from '../../src/flow/database/db-update.ts';
import { openDatabase } from '../../src/flow/database/vulnerability-database.ts';
import { Fault } from '../../src/lib/faults.ts';
import { match } from '../../src/match/match.ts';
import { bomOf, pkg } from '../fakes/packages.ts';
import { fakeTar } from '../fakes/image-archive.ts';
import { pathOf, vexDocument } from '../fakes/redhat.ts';
import { FakeServer, type Request, type Response } from '../fakes/server.ts';
import { zipOf } from '../fakes/zip.ts';

type Files = Readonly<Record<string, Buffer | string>>;

interface Sample {
  readonly id: string;
  /** The file that is damaged. */
  readonly main: string;
  readonly ecosystems?: readonly string[];
  /** A feed with that many records, of that day, and whatever else is put among them. */
  files(count: number, day: number, odd?: readonly unknown[]): Files;
  /** What no record may be. */
  readonly odd: readonly unknown[];
}

const FAULT = /^(?:feed|db|network|file)\//;

const cve = (i: number): string => `CVE-2024-${1000 + i}`;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const two = (day: number): string => String(day).padStart(2, '0');
const WRONG = [null, 5, 'text', [], {}, [[[[]]]], { id: 7, cve: 7, cveID: 7, pkg: 7, affected: 7 }];

const osvRecord = (i: number, day: number, more: object = {}): object => ({
  id: `GHSA-${String(i).padStart(4, '0')}-aaaa-bbbb`,
  modified: `2026-01-${two(day)}T00:00:00Z`,
  affected: [
    { package: { ecosystem: 'npm', name: `p${i}` }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] },
  ],
  ...more,
});

const samples: readonly Sample[] = [
  {
    id: 'osv',
    main: 'npm/all.zip',
    odd: WRONG,
    files: (count, day, odd = []) => ({
      'npm/all.zip': zipOf([
        ...range(count).map((i) => {
          const record = osvRecord(i, day) as { id: string };
          return { name: `${record.id}.json`, content: JSON.stringify(record) };
        }),
        ...odd.map((content, i) => ({ name: `X-${i}.json`, content: JSON.stringify(content) })),
      ]),
    }),
  },
  {
    id: 'debian-tracker',
    main: 'json',
    odd: WRONG,
    files: (count, day, odd = []) => {
      const releases = { trixie: { status: 'open', repositories: { trixie: `1-${day}` }, urgency: 'low' } };
      const sources = range(count).map((i) => [`source${i}`, { [cve(i)]: { scope: 'local', releases } }] as const);
      const others = odd.map((value, i) => [`odd${i}`, { [cve(i)]: value }] as const);
      return { json: JSON.stringify(Object.fromEntries<unknown>([...sources, ...others])) };
    },
  },
  {
    id: 'alpine-secdb',
    main: 'v3.22/main.json',
    ecosystems: ['Alpine:v3.22'],
    odd: WRONG,
    files: (count, day, odd = []) => ({
      'v3.22/main.json': JSON.stringify({
        reponame: 'main',
        distroversion: 'v3.22',
        packages: [
          ...range(count).map((i) => ({ pkg: { name: `p${i}`, secfixes: { [`1-r${day}`]: [cve(i)] } } })),
          ...odd,
        ],
      }),
      'v3.22/community.json': JSON.stringify({ reponame: 'community', distroversion: 'v3.22', packages: [] }),
    }),
  },
  {
    id: 'redhat',
    main: 'csaf_vex_2024-06-10.tar.zst',
    odd: WRONG,
    files: (count, day, odd = []) => {
      const documents = range(count).map((i) => ({
        path: pathOf(cve(i)),
        content: vexDocument({
          id: cve(i),
          components: { [`p${i}`]: `pkg:rpm/redhat/p${i}?arch=src&x=${day}` },
          status: { known_affected: [`red_hat_enterprise_linux_9:p${i}`] },
        }),
      }));
      const others = odd.map((value, i) => ({
        path: `2023/cve-2023-${1000 + i}.json`,
        content: JSON.stringify(value),
      }));
      return {
        'archive_latest.txt': 'csaf_vex_2024-06-10.tar.zst',
        'csaf_vex_2024-06-10.tar.zst': zlib.zstdCompressSync(fakeTar([...documents, ...others])),
      };
    },
  },
  {
    id: 'nvd',
    main: 'nvdcve-2.0-2024.json.gz',
    odd: WRONG,
    files: (count, day, odd = []) => {
      const items = range(count).map((i) => ({ cve: { id: cve(i), published: `2024-01-${two(day)}T00:00:00.000` } }));
      const text = JSON.stringify(
        { format: 'NVD_CVE', version: '2.0', vulnerabilities: [...items, ...odd] },
        undefined,
        1,
      );
      const sum = createHash('sha256').update(text).digest('hex').toUpperCase();
      return {
        'nvdcve-2.0-2024.json.gz': zlib.gzipSync(text),
        'nvdcve-2.0-2024.meta': `lastModifiedDate:2026-01-${two(day)}T00:00:00-04:00\r\nsize:${text.length}\r\nsha256:${sum}\r\n`,
      };
    },
  },
  {
    id: 'kev',
    main: 'known_exploited_vulnerabilities.json',
    odd: WRONG,
    files: (count, day, odd = []) => {
      const entries = range(count).map((i) => ({
        cveID: cve(i),
        dateAdded: `2026-01-${two(day)}`,
        dueDate: '2026-03-01',
      }));
      const vulnerabilities = [...entries, ...odd];
      const head = { catalogVersion: `2026.01.${day}`, dateReleased: `2026-01-${two(day)}T00:00:00Z` };
      return {
        'known_exploited_vulnerabilities.json': JSON.stringify({
          ...head,
          count: vulnerabilities.length,
          vulnerabilities,
        }),
      };
    },
  },
  {
    id: 'epss',
    main: 'epss_scores-current.csv.gz',
    odd: ['GHSA-1,0,0', 'CVE-2024-1,2,2', ',,', 'CVE-2024-1', 'CVE-2024-1,NaN,0', '__proto__,0,0', 'é,0,0'],
    files: (count, day, odd = []) => {
      const rows = [...range(count).map((i) => `${cve(i)},0.1,0.2`), ...odd.map(String)];
      const head = `#model_version:v2026.03.14,score_date:2026-01-${two(day)}T00:00:00+0000\ncve,epss,percentile\n`;
      return { 'epss_scores-current.csv.gz': zlib.gzipSync(`${head}${rows.join('\n')}\n`) };
    },
  },
];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-hostile-'));
  for (const name of ['CONFIG', 'CACHE', 'STATE']) vi.stubEnv(`XDG_${name}_HOME`, join(folder, name.toLowerCase()));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const db = (): string => join(folder, 'x.db');
const place = (): string => join(folder, 'feed');

async function put(files: Files): Promise<void> {
  await rm(place(), { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(place(), path)), { recursive: true });
    await writeFile(join(place(), path), content);
  }
}

const common = (sample: Sample, base: string) => ({
  from: [`${sample.id}:${base}`],
  ecosystems: sample.ecosystems,
  keepGoing: false,
  cache: join(folder, 'cache'),
  offline: false,
  insecure: false,
  environment: { SOURCE_DATE_EPOCH: '1795392000' },
  signal: new AbortController().signal,
  progress: () => undefined,
  tries: 1,
});

async function build(sample: Sample, base = place()): Promise<void> {
  await buildDatabase({ ...common(sample, base), output: db(), push: undefined, key: undefined, password: '' });
}

async function update(sample: Sample, base = place()): Promise<unknown> {
  const options = { ...common(sample, base), db: db(), allowShrink: false, keys: [], policy: undefined };
  return await updateDatabase(options).catch((error: unknown) => error);
}

/** An update fails with a clear fault of the feed's, and nothing has changed. @returns its code */
async function refused(sample: Sample, base?: string): Promise<string> {
  const before = await readFile(db());
  const fault = await update(sample, base);
  expect(fault).toBeInstanceOf(Fault);
  const { code, message, hint } = fault as Fault;
  expect([code, message.length < 1000, hint !== '']).toEqual([expect.stringMatching(FAULT), true, true]);
  expect((await readFile(db())).equals(before)).toBe(true);
  expect((await readdir(folder)).filter((name) => name.includes('x.db'))).toEqual(['x.db']);
  return code;
}

async function source(): Promise<{ records: number; skipped: number }> {
  const status = await databaseStatus({ db: db(), cache: '', maxAge: undefined, check: true, environment: {} });
  const [{ records, skipped } = { records: 0, skipped: 0 }] = status.sources;
  return { records, skipped };
}

describe.each(samples.map((sample) => [sample.id, sample] as const))('%s', (_, sample) => {
  beforeEach(async () => {
    await put(sample.files(40, 1));
    await build(sample);
  });

  test('that is sound is taken', async () => {
    // Years that a copy of NVD's does not have are named.
    expect(await source()).toEqual({ records: 40, skipped: sample.id === 'nvd' ? 1 : 0 });
  });

  async function damaged(change: (whole: Buffer) => Buffer | string): Promise<void> {
    const files = sample.files(40, 2);
    await put({ ...files, [sample.main]: change(Buffer.from(files[sample.main] as Buffer)) });
  }

  test.each<[string, (whole: Buffer) => Buffer | string]>([
    ['empty', () => ''],
    ['cut in the middle', (whole) => whole.subarray(0, whole.length / 2)],
    ['cut near its end', (whole) => whole.subarray(0, whole.length - 3)],
    ['a page of HTML', () => '<!doctype html><html><body>Please log in</body></html>'],
    ['nothing but zeros', (whole) => Buffer.alloc(whole.length)],
    ['a list', () => '[]'],
    ['an object', () => '{}'],
    ['a text', () => '"text"'],
    ['nested without end', () => '['.repeat(1_000_000)],
    ['no UTF-8', () => Buffer.alloc(100_000, 0xff)],
    ['zeros packed by gzip', () => zlib.gzipSync(Buffer.alloc(100 << 20))],
    ['zeros packed by Zstandard', () => zlib.zstdCompressSync(Buffer.alloc(100 << 20))],
  ])('that is %s is refused', async (__, change) => {
    await damaged(change);
    expect(await refused(sample)).toMatch(FAULT);
  });

  test('that lost more than half takes nothing away', async () => {
    await put(sample.files(19, 2));
    const outcome = await update(sample);
    const code = outcome instanceof Fault ? outcome.code : 'taken';
    // A year of NVD's that is another is added to what was known.
    expect([code, (await source()).records]).toEqual([sample.id === 'nvd' ? 'taken' : 'db/feed-shrank', 40]);
  });

  test('whose main file is gone, or a folder, is refused', async () => {
    await rm(join(place(), sample.main));
    await rm(join(place(), sample.main.replace('.json.gz', '.meta')), { force: true });
    expect(await refused(sample)).toMatch(FAULT);
    await mkdir(join(place(), sample.main));
    expect(await refused(sample)).toMatch(FAULT);
  });

  test('with records that are none keeps the others, and counts these', async () => {
    await put(sample.files(41, 2, sample.odd));
    expect(await update(sample)).toMatchObject({ failures: [] });
    const { records, skipped } = await source();
    expect([records, skipped > 1]).toEqual([41, true]);
  });

  const whole = (files: Files, request: Request): Buffer | undefined => {
    const content = files[decodeURIComponent((request.url ?? '').slice(1))];
    return content === undefined ? undefined : Buffer.from(content as Buffer);
  };

  test.each<[string, (request: Request, response: Response, content: Buffer) => void]>([
    ['answers HTML', (_request, response) => void response.end('<html>captive portal</html>')],
    [
      'closes half-way',
      (_request, response, content) => {
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, content.length / 2), () => response.destroy());
      },
    ],
    [
      'states less than it gives',
      (_request, response, content) => {
        response.writeHead(200, { 'content-length': Math.floor(content.length / 2) });
        response.end(content.subarray(0, content.length / 2));
      },
    ],
    ['redirects in a circle', (request, response) => void response.writeHead(302, { location: request.url }).end()],
    [
      'redirects to a file',
      (_request, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    ],
    ['fails', (_request, response) => void response.writeHead(500).end('x'.repeat(100_000))],
    [
      'says that it is a petabyte',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '1125899906842624' });
        response.write('x');
      },
    ],
  ])('of a server that %s is refused', async (__, behave) => {
    const files = sample.files(40, 2);
    await using server = await FakeServer.start((request, response) => {
      const content = whole(files, request);
      if (content === undefined) response.writeHead(404).end();
      else if (request.url === `/${sample.main}`) behave(request, response, content);
      else response.end(content);
    });
    // From elsewhere than before: it is read as a whole.
    expect(await refused(sample, server.url)).toMatch(FAULT);
  });
});

describe('records of OSV without measure', () => {
  const [osv] = samples as [Sample];
  const events = range(100_000).map((i) => (i % 2 === 0 ? { introduced: `1.${i}.0` } : { fixed: `1.${i}.0` }));
  const long = '9'.repeat(1 << 20);
  const of = (more: object): object => ({
    package: { ecosystem: 'npm', name: 'x' },
    ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
    ...more,
  });
  const x = { affected: [of({})] };

  test.each<[string, readonly object[]]>([
    ['a million aliases', [{ ...x, aliases: range(1_000_000).map((i) => `GHSA-${i}`) }]],
    ['a circle of ten thousand aliases', range(10_000).map((i) => ({ ...x, aliases: [`X-${(i + 1) % 10_000}`] }))],
    ['everyone an alias of everyone', range(300).map(() => ({ ...x, aliases: range(300).map((i) => `X-${i}`) }))],
    ['a hundred thousand events', [{ affected: [of({ ranges: [{ type: 'SEMVER', events }] })] }]],
    [
      'a hundred thousand ranges',
      [{ affected: [of({ ranges: events.map(() => ({ type: 'SEMVER', events: [{ introduced: '0' }] })) })] }],
    ],
    [
      'a hundred thousand versions',
      [{ affected: [of({ ranges: [], versions: range(100_000).map((i) => `1.0.${i}`) })] }],
    ],
    [
      'versions of a megabyte',
      [
        {
          affected: [
            of({
              versions: [long],
              ranges: [{ type: 'SEMVER', events: [{ introduced: long }, { fixed: `${long}1` }] }],
            }),
          ],
        },
      ],
    ],
    ['a name of a megabyte', [{ affected: [of({ package: { ecosystem: 'npm', name: long } })] }]],
    ['an ecosystem of a megabyte', [{ affected: [of({ package: { ecosystem: long, name: 'x' } })] }]],
    [
      'a hundred thousand references',
      [{ ...x, references: range(100_000).map((i) => ({ type: 'WEB', url: `https://example.org/${i}` })) }],
    ],
    [
      'names of prototypes',
      [
        { ...x, aliases: ['__proto__', 'constructor'] },
        { affected: [of({ package: { ecosystem: 'npm', name: '__proto__' } })] },
      ],
    ],
  ])('%s take neither long nor the others with them', { timeout: 120_000 }, async (_, odd) => {
    await put(osv.files(40, 1));
    await build(osv);
    const records = odd.map((record, i) => ({ id: `X-${i}`, modified: '2026-01-02T00:00:00Z', ...record }));
    await put(osv.files(40, 2, records));
    const begun = performance.now();
    expect(await update(osv)).toMatchObject({ failures: [] });
    expect(performance.now() - begun).toBeLessThan(60_000);
    const { records: kept, skipped } = await source();
    expect(kept + skipped).toBe(40 + odd.length);
    expect(kept).toBeGreaterThanOrEqual(40);
    using opened = await openDatabase({ db: db(), cache: '' });
    expect(opened.index.affected('npm', 'p7')).toHaveLength(1);
    expect(
      match(bomOf([pkg('pkg:npm/x@1.5.0'), pkg('pkg:npm/p7@1.0.0')]), opened.index).findings.length,
    ).toBeGreaterThan(0);
  });
});
