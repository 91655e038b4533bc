// Commits: what a log decided to append, written down before anything else. Of the writers that find a log at one size, one
// creates its commit; from then on the tree after it is fixed, whatever is killed.
import { hash } from 'node:crypto';
import { Fault } from '../lib/faults.ts';
import { decodeHash } from '../tlog/base64.ts';
import { parseDecimal } from '../tlog/decimal.ts';
import { decodeEntries, encodeEntries } from '../tlog/entries.ts';
import type { TreeHead } from '../tlog/verify.ts';

/** Most entries of one commit, and most bytes of these with their lengths. */
export const COMMIT_ENTRIES = 8192;
export const COMMIT_BYTES = 16 << 20;
/** The largest commit: its lines and its checksum beside the entries. */
export const COMMIT_LIMIT = COMMIT_BYTES + 4096;

export interface Commit {
  readonly origin: string;
  /** The tree that it is appended to. */
  readonly base: TreeHead;
  /** The tree afterwards. */
  readonly head: TreeHead;
  readonly entries: readonly Uint8Array[];
}

export const COMMIT_FOLDER = '.temper/commit';
const FIRST = 'temper-log-commit/v1';
const CHECKSUM = 32;

/** Where the commit to a tree of some size stands; names sort by size. */
export function commitPath(size: number): string {
  return `${COMMIT_FOLDER}/${String(size).padStart(16, '0')}`;
}

export function encodeCommit({ origin, base, head, entries }: Commit): Buffer {
  const trees = [base, head].map(({ size, root }) => `${size} ${Buffer.from(root).toString('base64')}`);
  const body = Buffer.concat([Buffer.from([FIRST, origin, ...trees, '', ''].join('\n')), encodeEntries(entries)]);
  return Buffer.concat([body, hash('sha256', body, 'buffer')]);
}

/** @throws Fault `log/torn-commit` when it is not what was written */
export function decodeCommit(bytes: Buffer, what: string): Commit {
  const body = bytes.subarray(0, Math.max(0, bytes.length - CHECKSUM));
  const end = body.indexOf('\n\n');
  if (end < 0 || !hash('sha256', body, 'buffer').equals(bytes.subarray(body.length))) throw torn(what);
  const [first, origin = '', base, head, ...more] = body.toString('utf8', 0, end).split('\n');
  const trees = [treeOf(base), treeOf(head)];
  if (first !== FIRST || more.length > 0 || trees[0] === undefined || trees[1] === undefined) throw torn(what);
  const count = trees[1].size - trees[0].size;
  if (count < 1 || count > COMMIT_ENTRIES) throw torn(what);
  return { origin, base: trees[0], head: trees[1], entries: decodeEntries(body.subarray(end + 2), count, what) };
}

function treeOf(line = ''): TreeHead | undefined {
  const [size, root] = [parseDecimal(line.split(' ')[0] ?? ''), decodeHash(line.split(' ')[1] ?? '')];
  return size === undefined || root === undefined ? undefined : { size, root };
}

function torn(what: string): Fault {
  return new Fault(
    'log/torn-commit',
    `${what} is torn or was altered.`,
    'Nothing is appended to this log any more: restore its folder from a copy.',
  );
}
