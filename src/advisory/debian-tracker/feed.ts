// Debian's security tracker: its JSON of all issues by source package, and its lists of advisories where they stand beside it.
import { compareStrings } from '../../lib/bytes.ts';
import { decompressStream } from '../../lib/decompress.ts';
import { Fault } from '../../lib/faults.ts';
import { jsonElements } from '../../lib/json-stream.ts';
import { malformedFile } from '../file-faults.ts';
import type { Feed, FeedFile, FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import { issueAdvisory, noticeAdvisory } from './advisory.ts';
import { affectedBy, NoIssue } from './issue.ts';
import { type Notice, Notices, parseNotices } from './notices.ts';

/** The JSON, unpacked; it had 80 MB in 2026. */
const JSON_LIMIT = 2 ** 30;
/** One source package's issues; the kernel's have 10 MB. */
const SOURCE_LIMIT = 128 << 20;
/** A list of advisories; the longer one had 3 MB. */
const LIST_LIMIT = 64 << 20;
/** Most issues of one source package. */
const ISSUES = 200_000;

/**
 * `json` (or `json.gz`) of the tracker's `data/`; `DSA/list` and `DLA/list` too where they are, for advisories' ids and dates.
 * Given the state of unchanged files, nothing is read.
 * @throws Fault `feed/missing`, `feed/malformed`, `feed/too-large`, and those of the files
 */
export const debianTracker: Feed = {
  id: 'debian-tracker',
  title: 'Debian security tracker',
  address: 'https://security-tracker.debian.org/tracker/data',
  licence: undefined,
  serves: (ecosystem) => ecosystem.startsWith('Debian:'),
  read,
};

async function* read(files: FeedFiles, request: FeedRequest): AsyncGenerator<FeedRecord> {
  await using file = (await files.open('json', JSON_LIMIT)) ?? (await files.open('json.gz', JSON_LIMIT));
  if (file === undefined) throw missing(files);
  const lists = await Promise.all(['DSA/list', 'DLA/list'].map(async (path) => await readList(files, path)));
  const marks = [markOf(file), ...lists.map((list) => list.mark)];
  const state = marks[0] === undefined ? '' : JSON.stringify([marks, sorted(request.ecosystems)]);
  const unchanged = state !== '' && state === request.since;
  if (!unchanged)
    yield* readAll(
      file,
      lists.flatMap((list) => list.notices),
      files,
      request,
    );
  yield { kind: 'end', mode: unchanged ? 'changes' : 'whole', state, modified: file.modified };
}

async function* readAll(
  file: FeedFile,
  list: readonly Notice[],
  files: FeedFiles,
  request: FeedRequest,
): AsyncGenerator<FeedRecord> {
  const releases = new Map<string, string | undefined>();
  const seen = (codename: string, ecosystem: string | undefined) => void releases.set(codename, ecosystem);
  const ecosystems = request.ecosystems === undefined ? undefined : new Set(request.ecosystems);
  const context = { ecosystems, notices: new Notices(list), seen };
  for await (const [source, issues] of sourcesOf(file, files)) {
    request.signal?.throwIfAborted();
    yield* sourceRecords(source, issues, context);
  }
  for (const notice of context.notices.nameless) {
    const advisory = noticeAdvisory(notice, ecosystems);
    if (advisory !== undefined) yield { kind: 'advisory', advisory };
  }
  yield* releaseRecords(releases, ecosystems);
}

/** Source packages with their issues, as they come. */
async function* sourcesOf(file: FeedFile, files: FeedFiles): AsyncGenerator<[string, unknown]> {
  const what = `json of ${files.base}`;
  let sources = 0;
  try {
    const chunks = decompressStream(file.chunks(), JSON_LIMIT, what);
    for await (const { key, value } of jsonElements(chunks, { what, limit: SOURCE_LIMIT })) {
      if (key === undefined) throw malformedFile(files.base, 'json', 'it is no object of source packages');
      sources++;
      yield [key, value];
    }
  } catch (error) {
    if (!(error instanceof Fault) || !/^(?:json|compression)\//.test(error.code)) throw error;
    throw malformedFile(files.base, 'json', error.message.replace(/\.$/, ''), error);
  }
  if (sources === 0) throw malformedFile(files.base, 'json', 'it has no source package');
}

type Context = Parameters<typeof affectedBy>[3];

const SOURCE = /^[a-z0-9][a-z0-9+.-]{0,199}$/i;
const ISSUE = /^(?:CVE-\d{4}-\d{4,19}|TEMP-\d{1,12}-[0-9A-F]{1,16})$/;

function* sourceRecords(source: string, issues: unknown, context: Context): Generator<FeedRecord> {
  const isObject = typeof issues === 'object' && issues !== null && !Array.isArray(issues);
  const entries = isObject ? Object.entries(issues) : [];
  if (!SOURCE.test(source) || !isObject || entries.length > ISSUES) {
    yield skipped(source, 'it is no source package with its issues');
    return;
  }
  for (const [id, issue] of entries) yield* issueRecords(source, id, issue, context);
}

function* issueRecords(source: string, id: string, issue: unknown, context: Context): Generator<FeedRecord> {
  const record = `${source}/${id}`;
  try {
    if (!ISSUE.test(id)) throw new NoIssue('its name is none of an issue');
    const affected = affectedBy(source, id, issue, context);
    if (affected.length > 0) yield { kind: 'advisory', advisory: issueAdvisory(source, id, issue, affected) };
  } catch (error) {
    if (!(error instanceof NoIssue)) throw error;
    yield skipped(record, error.message);
  }
}

function* releaseRecords(
  releases: ReadonlyMap<string, string | undefined>,
  wanted: ReadonlySet<string> | undefined,
): Generator<FeedRecord> {
  for (const [codename, ecosystem] of [...releases].sort(([a], [b]) => compareStrings(a, b))) {
    if (ecosystem === undefined) {
      const reason = `The release ${codename.slice(0, 40)} is none that is known here.`;
      yield { kind: 'skipped', record: `json#${codename.slice(0, 40)}`, code: 'feed/unknown-release', reason };
    } else if (wanted?.has(ecosystem) !== false) yield { kind: 'covers', ecosystem, scope: 'all' };
  }
}

/** Tells a content from another: seconds alone would not tell what was replaced at once, or kept its date. */
function markOf({ tag, modified }: FeedFile): string | number | undefined {
  return tag ?? modified;
}

async function readList(
  files: FeedFiles,
  path: string,
): Promise<{ notices: Notice[]; mark: string | number | undefined }> {
  await using file = await files.open(path, LIST_LIMIT);
  if (file === undefined) return { notices: [], mark: undefined };
  return { notices: parseNotices((await file.all()).toString('utf8')), mark: markOf(file) };
}

function sorted(ecosystems: readonly string[] | undefined): string[] | undefined {
  return ecosystems && [...ecosystems].sort(compareStrings);
}

function skipped(record: string, why: string): FeedRecord {
  return { kind: 'skipped', record: `json#${record.slice(0, 200)}`, code: 'feed/malformed-record', reason: `${why}.` };
}

function missing({ base }: FeedFiles): Fault {
  return new Fault(
    'feed/missing',
    `${base} has no file json.`,
    "Name the folder or address of the Debian security tracker's data, which holds it.",
  );
}
