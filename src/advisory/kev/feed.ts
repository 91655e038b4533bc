// CISA's catalogue of known exploited vulnerabilities.
import { fieldsOf, textOf } from '../../lib/fields.ts';
import { jsonMembers } from '../content.ts';
import { isCve } from '../cve.ts';
import type { Feed, FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import { malformedFile, missingFile } from '../file-faults.ts';
import type { KnownExploited } from '../types.ts';

const PATH = 'known_exploited_vulnerabilities.json';
/** It had 1.3 MB in 2025. */
const LIMIT = 256 << 20;
const ENTRY_LIMIT = 1 << 20;
/** Most characters of what is to be done. */
const ACTION = 1000;

/**
 * Each entry of the catalogue, whole every time; given the state of the same catalogue, none.
 * @throws Fault `feed/missing`, `feed/malformed` (damaged, or fewer entries than it says), and those of the files
 */
export const kevFeed: Feed = {
  id: 'kev',
  title: 'CISA Known Exploited Vulnerabilities',
  address: 'https://www.cisa.gov/sites/default/files/feeds',
  licence: 'CC0-1.0',
  serves: () => true,
  read,
};

async function* read(files: FeedFiles, request: FeedRequest): AsyncGenerator<FeedRecord> {
  const records: FeedRecord[] = [];
  const head = new Map<string, unknown>();
  let entries = 0;
  await using file = await files.open(PATH, LIMIT);
  if (file === undefined) throw missingFile(files.base, PATH);
  const content = { base: files.base, path: PATH, limit: LIMIT, within: 'vulnerabilities', member: ENTRY_LIMIT };
  for await (const { inside, key, value } of jsonMembers(file, content)) {
    request.signal?.throwIfAborted();
    if (inside) records.push(recordOf(value, entries++));
    else if (key !== undefined) head.set(key, value);
  }
  checkCount(files, head.get('count'), entries);
  const state = JSON.stringify([head.get('catalogVersion') ?? null, head.get('dateReleased') ?? null, entries]);
  const released = Date.parse(textOf(head.get('dateReleased')));
  const unchanged = request.since === state;
  if (!unchanged) yield* records;
  yield {
    kind: 'end',
    mode: unchanged ? 'changes' : 'whole',
    state,
    modified: Number.isNaN(released) ? file.modified : Math.floor(released / 1000),
  };
}

function checkCount({ base }: FeedFiles, count: unknown, entries: number): void {
  if (entries === 0) throw malformedFile(base, PATH, 'it has no entry');
  if (typeof count === 'number' && count !== entries)
    throw malformedFile(base, PATH, `it has ${entries} entries and says that it has ${count}`);
}

function recordOf(value: unknown, index: number): FeedRecord {
  const entry = fieldsOf(value) ?? {};
  const id = textOf(entry['cveID']);
  const added = textOf(entry['dateAdded']);
  const due = textOf(entry['dueDate']);
  if (!isCve(id)) return skipped(`${index}`, 'It names no CVE.');
  if (!isDay(added)) return skipped(id, 'It has no date at which it was added.');
  const exploited: KnownExploited = {
    id,
    added,
    due: isDay(due) ? due : '',
    ransomware: textOf(entry['knownRansomwareCampaignUse']).toLowerCase() === 'known',
    action: textOf(entry['requiredAction']).slice(0, ACTION),
  };
  return { kind: 'exploited', exploited };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

function skipped(name: string, reason: string): FeedRecord {
  return { kind: 'skipped', record: `${PATH}#${name}`, code: 'feed/malformed-record', reason };
}
