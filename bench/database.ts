// A vulnerability database of any size, of made-up records, written as any other; and how fast it is.
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseWriter } from '../src/advisory/database/writer.ts';
import type { Feed, FeedRecord } from '../src/advisory/feed.ts';
import type { Advisory, Affected } from '../src/advisory/types.ts';
import { openDatabase } from '../src/flow/database/vulnerability-database.ts';

/** Ranges of one package, on average; of one advisory, packages. */
const RANGES_EACH = 5;

export interface Synthetic {
  readonly path: string;
  readonly ranges: number;
  readonly packages: number;
  /** Bytes of the file. */
  readonly size: number;
  /** Seconds. */
  readonly time: number;
}

/** The name of the synthetic package with a number, below {@link Synthetic.packages}. */
export function syntheticName(number: number): string {
  return `@scope-${number % 97}/package-${number}`;
}

/** Writes a database of that many ranges of npm packages into a folder. */
export async function syntheticDatabase(folder: string, ranges: number): Promise<Synthetic> {
  await mkdir(folder, { recursive: true });
  const [path, draft, stage] = ['synthetic.db', 'draft', 'stage'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const file of [path, draft, stage]) await rm(file, { force: true });
  const packages = Math.ceil(ranges / RANGES_EACH);
  const start = performance.now();
  {
    using writer = DatabaseWriter.create(draft, stage);
    const files = { base: '/synthetic', open: async () => await Promise.resolve(undefined) };
    const feed = syntheticFeed(ranges, packages);
    await writer.read({ feed, files, local: true, ecosystems: undefined, now: 0, allowShrink: true });
    writer.finish(path);
  }
  const time = (performance.now() - start) / 1000;
  for (const file of [draft, stage]) await rm(file, { force: true });
  return { path, ranges, packages, size: (await stat(path)).size, time };
}

function syntheticFeed(ranges: number, packages: number): Feed {
  return {
    id: 'osv',
    title: 'Synthetic',
    address: undefined,
    licence: 'CC0-1.0',
    serves: () => true,
    async *read() {
      await Promise.resolve();
      yield { kind: 'covers', ecosystem: 'npm', scope: 'all' };
      // Two ranges in each record, of two packages far from each other.
      for (let i = 0; i < ranges; i += 2) yield record(i, packages);
      yield { kind: 'end', mode: 'whole', state: '1', modified: undefined };
    },
  };
}

function record(i: number, packages: number): FeedRecord {
  const id = `GHSA-${(i + 0x1000000).toString(36)}-abcd-efgh`;
  const advisory: Advisory = {
    id,
    feed: 'osv',
    record: `npm/all.zip#${id}.json`,
    aliases: [`CVE-${2000 + (i % 27)}-${10_000 + i}`],
    covers: [],
    summary: `Prototype pollution in package ${i} lets an attacker add properties`,
    details:
      `A crafted object that is given to the function merge${i} of the package changes the prototype of all objects. `.repeat(
        4,
      ),
    references: [
      `https://example.com/advisories/${id}`,
      `https://example.com/packages/${i}/commit/${(i * 7919) % 999_983}`,
    ],
    published: 1_600_000_000 + i,
    modified: 1_650_000_000 + i,
    withdrawn: undefined,
    severities: [{ source: 'ghsa', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    cwes: ['CWE-1321'],
    affected: [affected(i % packages, i), affected((i * 7919 + 1) % packages, i + 1)],
  };
  return { kind: 'advisory', advisory };
}

function affected(number: number, i: number): Affected {
  const [major, minor, patch] = [i % 9, i % 40, i % 11];
  return {
    ecosystem: 'npm',
    name: syntheticName(number),
    status: 'affected',
    ranges: [{ introduced: `${major}.0.0`, fixed: `${major}.${minor}.${patch}` }],
    versions: [],
    fix: 'fixed',
  };
}

/** `npm run bench -- database`: writing a million ranges, opening them, looking packages and vulnerabilities up. */
export async function benchDatabase(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-bench-'));
  try {
    for (const ranges of [10_000, 100_000, 1_000_000]) {
      const made = await syntheticDatabase(folder, ranges);
      const [size, each] = [(made.size / 1e6).toFixed(1), Math.round(made.size / ranges)];
      console.log(`${ranges} ranges: written in ${made.time.toFixed(1)} s, ${size} MB, ${each} bytes a range`);
      for (const round of ['first', 'again']) await look(made, round);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

const LOOK_UPS = 10_000;

async function look({ path, packages }: Synthetic, round: string): Promise<void> {
  const [opening, opened] = await timed(async () => await openDatabase({ db: path, cache: '' }));
  using database = opened;
  const { index } = database;
  const names = Array.from({ length: LOOK_UPS }, (_, i) => syntheticName((i * 7919) % packages));
  const [there, entries] = await timed(
    async () => await Promise.resolve(names.flatMap((name) => index.affected('npm', name))),
  );
  const [missing] = await timed(
    async () => await Promise.resolve(names.map((name) => index.affected('npm', `${name}.`))),
  );
  const some = entries.slice(0, 1000);
  const [known] = await timed(
    async () => await Promise.resolve(some.map(({ vulnerabilities }) => index.vulnerability(vulnerabilities[0] ?? ''))),
  );
  console.log(
    `  ${round}: opened in ${opening} ms; ${LOOK_UPS} packages with ${entries.length} entries in ${there} ms, ` +
      `${LOOK_UPS} that are not there in ${missing} ms; ${some.length} vulnerabilities in ${known} ms`,
  );
}

async function timed<T>(work: () => Promise<T>): Promise<[milliseconds: string, result: T]> {
  const start = performance.now();
  const result = await work();
  return [(performance.now() - start).toFixed(1), result];
}
