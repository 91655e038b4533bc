// Fetches what a vulnerability database lacks for a scan.
import { feeds as allFeeds } from '../../advisory/all.ts';
import type { Feed } from '../../advisory/feed.ts';
import { Fault } from '../../lib/faults.ts';
import { readOrigin } from './database-origin.ts';
import { isSelective } from './database-plan.ts';
import { updateDatabase } from './db-update.ts';
import { type EnsureOptions, unavailable } from './vulnerability-database.ts';

/** How often a request is sent where nobody asked for it. */
const TRIES = 2;

/** Makes the database. @returns what could not be had @throws Fault `db/missing` where nothing can be reached */
export async function fetchFirst(path: string, options: EnsureOptions): Promise<readonly string[]> {
  announce(`there is no vulnerability database yet: fetching one into ${path}`, options);
  try {
    return await fetched(path, options.ecosystems, options);
  } catch (fault) {
    if (!(fault instanceof Fault) || !isUnreachable(fault)) throw fault;
    throw unavailable(path, `and none can be had: ${fault.message.replace(/\.$/, '')}`, fault);
  }
}

/** Adds ecosystems to it. @returns what could not be had */
export async function extend(
  path: string,
  missing: readonly string[],
  options: EnsureOptions,
): Promise<readonly string[]> {
  announce(`the vulnerability database knows nothing of ${missing.join(', ')} yet: fetching`, options);
  try {
    return await fetched(path, missing, options);
  } catch (fault) {
    if (!(fault instanceof Fault) || !isUnreachable(fault)) throw fault;
    return [`Nothing could be fetched for ${missing.join(', ')}: ${fault.message}`];
  }
}

function announce(line: string, options: EnsureOptions): void {
  (options.announce ?? options.progress)(line);
}

/** @returns what could not be had */
async function fetched(
  path: string,
  ecosystems: readonly string[],
  options: EnsureOptions,
): Promise<readonly string[]> {
  const { failures } = await updateDatabase({
    ...options,
    db: path,
    from: [],
    ecosystems,
    purpose: 'scan',
    keepGoing: true,
    allowShrink: false,
    keys: [],
    policy: undefined,
    tries: TRIES,
  });
  return failures.map(({ title, fault }) => `${title} is missing in the vulnerability database: ${fault.message}`);
}

/** Of these ecosystems those that can be fetched: some feed with an address speaks of them, and the database is made here. */
export async function fetchable(
  path: string,
  missing: readonly string[],
  options: EnsureOptions,
): Promise<readonly string[]> {
  const served = servedBy(options.feeds ?? allFeeds, missing);
  return served.length > 0 && (await readOrigin(path)) === undefined ? served : [];
}

/** Ecosystems that some feed of packages with an address speaks of: nothing else can be fetched. */
function servedBy(feeds: readonly Feed[], ecosystems: readonly string[]): readonly string[] {
  const able = feeds.filter(({ id, address }) => isSelective(id) && address !== undefined);
  return ecosystems.filter((ecosystem) => able.some((feed) => feed.serves(ecosystem)));
}

function isUnreachable({ code }: Fault): boolean {
  return /^(?:feed\/unreachable$|network\/|db\/no-address$|archive\/no-mirror$)/.test(code);
}
