// Where a log stands: its checkpoint, with the edge that the next entries are appended to.
import { Fault } from '../lib/faults.ts';
import { parseCheckpoint, type SignedCheckpoint } from '../tlog/checkpoint.ts';
import { type Edge, EMPTY_EDGE } from '../tlog/edge.ts';
import { EMPTY_ROOT } from '../tlog/hashes.ts';
import { formatNote, NOTE_LIMIT } from '../tlog/note.ts';
import { COMMIT_FOLDER, COMMIT_LIMIT, type Commit, decodeCommit } from './commit.ts';
import { readEdge } from './edge.ts';
import { alteredTree, forked, missingLog, otherOrigin, rolledBack } from './faults.ts';
import { LogReader } from './reader.ts';
import type { LogKey } from './signing.ts';
import type { LogStorage } from './storage.ts';

export interface Published {
  readonly checkpoint: SignedCheckpoint;
  /** As it stands there. */
  readonly bytes: Buffer;
}

export interface Head extends Published {
  readonly edge: Edge;
}

/** What stands in the checkpoint's place. */
export async function checkpointThere(storage: LogStorage): Promise<Published | undefined> {
  const bytes = await storage.read('checkpoint', NOTE_LIMIT);
  return bytes && { bytes, checkpoint: parseCheckpoint(bytes, `the checkpoint of ${storage.name}`) };
}

/** What is published of a checkpoint. */
export function published(checkpoint: SignedCheckpoint): Published {
  return { checkpoint, bytes: Buffer.from(formatNote(checkpoint.note)) };
}

/** Whether a checkpoint is still the published one. */
export async function isPublished(storage: LogStorage, { bytes }: Published): Promise<boolean> {
  return (await storage.read('checkpoint', NOTE_LIMIT))?.equals(bytes) === true;
}

/**
 * The head of a log that a key signed, unless something is wrong with it: that, and not that somebody else went on meanwhile.
 * @param seen the last one that this process saw: the log must go on from there
 * @throws Fault `log/missing`, `log/checkpoint`, `log/other-origin`, `log/rolled-back`, `log/forked`, and as {@link readEdge}
 */
export async function readHead(storage: LogStorage, key: LogKey, seen?: Head): Promise<Head> {
  for (;;) {
    const there = await checkpointThere(storage);
    if (there === undefined) throw missingLog(storage.name);
    if (seen?.bytes.equals(there.bytes) === true) return seen;
    try {
      return await headAt(storage, key, there, seen);
    } catch (fault) {
      if (await isPublished(storage, there)) throw fault;
    }
  }
}

async function headAt(storage: LogStorage, key: LogKey, { checkpoint, bytes }: Published, seen?: Head): Promise<Head> {
  key.check(checkpoint, storage.name);
  if (seen !== undefined) await checkProgress(storage, seen.checkpoint, checkpoint);
  await checkLastCommit(storage, checkpoint);
  const edge =
    checkpoint.size === 0 ? emptyEdge(storage, checkpoint) : await readEdge(new LogReader(storage), checkpoint);
  return { checkpoint, bytes, edge };
}

/** The commit that waits to be applied to a tree, if there is one. @throws Fault `log/torn-commit`, `log/other-origin`, `log/forked` */
export async function pendingCommit(storage: LogStorage, { checkpoint }: Head): Promise<Commit | undefined> {
  const last = await lastCommit(storage);
  if (last === undefined || last.base.size !== checkpoint.size) return undefined;
  if (last.origin !== checkpoint.origin) throw otherOrigin(storage.name, last.origin, checkpoint.origin);
  if (!checkpoint.root.equals(last.base.root)) throw forked(storage.name, checkpoint.size);
  return last;
}

function emptyEdge(storage: LogStorage, { root }: SignedCheckpoint): Edge {
  if (!root.equals(EMPTY_ROOT)) {
    throw alteredTree(storage.name, 0);
  }
  return EMPTY_EDGE;
}

async function checkProgress(storage: LogStorage, older: SignedCheckpoint, newer: SignedCheckpoint): Promise<void> {
  if (newer.size < older.size) throw rolledBack(storage.name, newer.size, older.size);
  try {
    await new LogReader(storage).consistency(older, newer);
  } catch (cause) {
    // What cannot be read now says nothing.
    if (!(cause instanceof Fault) || !cause.code.startsWith('log/')) throw cause;
    throw Object.assign(forked(storage.name, older.size), { cause });
  }
}

// The last commit is kept: a checkpoint from before it is an old one.
async function checkLastCommit(storage: LogStorage, { size, root }: SignedCheckpoint): Promise<void> {
  const last = await lastCommit(storage);
  if (last === undefined || last.base.size === size) return;
  if (size < last.head.size) throw rolledBack(storage.name, size, last.head.size);
  if (size === last.head.size && !root.equals(last.head.root)) throw forked(storage.name, size);
}

async function lastCommit(storage: LogStorage): Promise<Commit | undefined> {
  const name = (await storage.list(COMMIT_FOLDER)).at(-1);
  if (name === undefined) return undefined;
  const path = `${COMMIT_FOLDER}/${name}`;
  const bytes = await storage.read(path, COMMIT_LIMIT);
  return bytes && decodeCommit(bytes, `${path} of ${storage.name}`);
}
