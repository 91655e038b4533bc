// A process of its own that updates or reads a database: `node database-process.ts ACTION DB …`.
import { Fault } from '../../src/lib/faults.ts';
import type { Feed, FeedRecord } from '../../src/advisory/feed.ts';
import type { FeedId } from '../../src/advisory/types.ts';
import { updateDatabase } from '../../src/flow/database/db-update.ts';
import { openDatabase } from '../../src/flow/database/vulnerability-database.ts';
import { advisory, affected, covers, end, fakeFeed } from './feeds.ts';

/** Packages of every feed. */
export const PACKAGES = 2000;

/** A feed whose every record has the generation in its summary. */
export function generation(id: FeedId, number: number): Feed {
  const records = Array.from({ length: PACKAGES }, (_, i): FeedRecord => {
    const summary = `generation ${number}`;
    return advisory(`${id}-${i}`, {
      feed: id,
      summary,
      details: summary.repeat(20),
      affected: [affected('npm', `p${i}`)],
    });
  });
  return fakeFeed(id, [covers('npm'), ...records, end('whole', String(number))]);
}

async function update(db: string, id: FeedId, number: number, stall: boolean): Promise<void> {
  const feed = generation(id, number);
  async function* stalling(): AsyncGenerator<FeedRecord> {
    let count = 0;
    for await (const record of feed.read(undefined as never, {} as never)) {
      yield record;
      if (++count === PACKAGES / 2) {
        process.stdout.write('half\n');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      }
    }
  }
  await updateDatabase({
    db,
    from: [id],
    ecosystems: undefined,
    keepGoing: false,
    allowShrink: false,
    keys: [],
    policy: undefined,
    feeds: [stall ? { ...feed, read: stalling } : feed],
    cache: `${db}.cache`,
    offline: false,
    insecure: false,
    environment: {},
    signal: new AbortController().signal,
    progress: (line) => process.stdout.write(`${line}\n`),
  });
}

/** Opens and reads until it is killed: every reading must be of one generation. */
async function read(db: string): Promise<void> {
  for (let count = 0; ; count++) {
    using opened = await openDatabase({ db, cache: '' });
    const seen = new Set<string | undefined>();
    for (let i = 0; i < PACKAGES; i += 97) {
      for (const entry of opened.index.affected('npm', `p${i}`))
        seen.add(opened.index.vulnerability(entry.advisory)?.summary);
    }
    if (seen.size !== 1) throw new Error(`read ${[...seen].join(', ')}`);
    process.stdout.write(`read ${count}\n`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const [action, db = '', id = 'osv', number = '0'] = process.argv.slice(2);
try {
  if (action === 'read') await read(db);
  if (action === 'update' || action === 'stall') await update(db, id as FeedId, Number(number), action === 'stall');
} catch (error) {
  process.stderr.write(error instanceof Fault ? `${error.code} ${error.message}\n` : `${String(error)}\n`);
  process.exitCode = 2;
}
