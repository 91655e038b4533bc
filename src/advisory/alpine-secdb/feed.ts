// Alpine's secdb, and those of Wolfi and Chainguard, which have its shape: which package version fixed what.
import { Fault } from '../../lib/faults.ts';
import { jsonElements } from '../../lib/json-stream.ts';
import type { Feed, FeedFile, FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import { malformedFile } from '../file-faults.ts';
import type { Advisory } from '../types.ts';
import { allBranches, type Branch, branchOf } from './branches.ts';
import { affectedOf, parseSecfixes, type Secfix } from './secfixes.ts';

/** One file; the largest had 3 MB in 2026. */
const FILE = 256 << 20;
/** One package of it. */
const PACKAGE = 16 << 20;

/**
 * `vX.Y/main.json` and `community.json` of the wanted releases, or of all that there are; `os/security.json` for Wolfi and
 * `chainguard/security.json` for Chainguard, below their own addresses. It tells of fixed vulnerabilities alone.
 * @throws Fault `feed/missing` where there is none, `feed/malformed`, `feed/too-large`, and those of the files
 */
export const alpineSecdb: Feed = {
  id: 'alpine-secdb',
  title: 'Alpine security database',
  address: 'https://secdb.alpinelinux.org',
  licence: 'CC-BY-SA-4.0',
  serves: (ecosystem) => branchOf(ecosystem) !== undefined,
  read,
};

async function* read(files: FeedFiles, request: FeedRequest): AsyncGenerator<FeedRecord> {
  const wanted = request.ecosystems?.map(branchOf).filter((branch) => branch !== undefined);
  const branches = wanted === undefined ? allBranches() : wanted.values();
  let modified: number | undefined;
  let count = 0;
  for (let next = branches.next(); next.done !== true; ) {
    const branch = next.value;
    const newest = yield* branchRecords(branch, files, request);
    const isThere = newest !== undefined;
    if (isThere) {
      count++;
      modified = newest.modified === undefined ? modified : Math.max(modified ?? 0, newest.modified);
    } else if (wanted !== undefined) yield noBranch(branch, files);
    next = branches.next(isThere);
  }
  if (count === 0 && (wanted === undefined || wanted.length > 0)) throw missing(files);
  yield { kind: 'end', mode: 'whole', state: '', modified };
}

/** @returns when the newest of its files was written; `undefined` where there is no such branch */
async function* branchRecords(
  { ecosystem, paths }: Branch,
  files: FeedFiles,
  { signal }: FeedRequest,
): AsyncGenerator<FeedRecord, { modified: number | undefined } | undefined> {
  let modified: number | undefined;
  for (const [i, path] of paths.entries()) {
    signal?.throwIfAborted();
    await using file = await files.open(path, FILE);
    if (file === undefined && i === 0) return undefined;
    if (file === undefined) continue;
    if (file.modified !== undefined) modified = Math.max(modified ?? 0, file.modified);
    yield* fileRecords(file, path, ecosystem, files);
  }
  yield { kind: 'covers', ecosystem, scope: 'fixed-only' };
  return { modified };
}

async function* fileRecords(
  file: FeedFile,
  path: string,
  ecosystem: string,
  files: FeedFiles,
): AsyncGenerator<FeedRecord> {
  const what = `${path} of ${files.base}`;
  try {
    for await (const { inside, value } of jsonElements(file.chunks(), { what, within: 'packages', limit: PACKAGE })) {
      if (inside) yield* packageRecords(value, path, ecosystem);
    }
  } catch (error) {
    if (!(error instanceof Fault) || !error.code.startsWith('json/')) throw error;
    throw malformedFile(files.base, path, error.message.replace(/\.$/, ''), error);
  }
}

function* packageRecords(element: unknown, path: string, ecosystem: string): Generator<FeedRecord> {
  const found = parseSecfixes(element);
  if (found === undefined) {
    yield skipped(path, `${JSON.stringify(element).slice(0, 100)} is no package with its fixes.`);
    return;
  }
  const { name, fixes, unread } = found;
  for (const entry of unread) yield skipped(`${path}#${name}`, `${entry} names no version or no vulnerability.`);
  for (const fix of fixes) yield { kind: 'advisory', advisory: advisoryOf(name, fix, path, ecosystem) };
}

function advisoryOf(name: string, fix: Secfix, path: string, ecosystem: string): Advisory {
  return {
    id: fix.id,
    feed: 'alpine-secdb',
    record: `${path}#${name}/${fix.id}`,
    aliases: fix.aliases,
    covers: [],
    summary: '',
    details: '',
    references: [],
    published: undefined,
    modified: undefined,
    withdrawn: undefined,
    severities: [],
    cwes: [],
    affected: [affectedOf(name, ecosystem, fix)],
  };
}

function skipped(record: string, reason: string): FeedRecord {
  return { kind: 'skipped', record, code: 'feed/malformed-record', reason };
}

function noBranch({ ecosystem, paths }: Branch, { base }: FeedFiles): FeedRecord {
  const reason = `${base} has no ${paths[0]}.`;
  return { kind: 'skipped', record: ecosystem, code: 'feed/no-release', reason };
}

function missing({ base }: FeedFiles): Fault {
  return new Fault(
    'feed/missing',
    `${base} has no file of a security database: no v3.22/main.json and none of another release.`,
    "Name the address of Alpine's, Wolfi's or Chainguard's, or a folder that is a copy of one.",
  );
}
