// Where the vulnerability database stands, and how it is replaced.
import { DatabaseWriter } from '../advisory/database/writer.ts';
import { SCHEMA } from '../advisory/database/schema.ts';
import { fileExists, folderOf, joinPath, makeFolder, nameOf, resolvePath } from '../io/files.ts';
import { withLock } from '../io/locks.ts';
import { copyFile, replaceFile } from '../io/replace.ts';
import { Staging } from '../io/staging.ts';
import { Fault } from '../lib/faults.ts';

/** The user's own, beside those of programs with another schema. */
export function defaultDatabase(cache: string): string {
  return joinPath(cache, 'db', `v${SCHEMA.major}`, 'vulnerabilities.db');
}

/** Milliseconds that a change waits for another one. */
const PATIENCE = 600_000;

export interface Change {
  /** `true`: begins with what is there; `false`: with nothing. */
  readonly keep: boolean;
  readonly progress: (line: string) => void;
}

/**
 * Changes a database by making a new one beside it, which takes its place when it is complete: readers, and who opens it after
 * an interruption, have the old one whole. One process at a time; the others wait.
 * @throws Fault `lock/busy` after ten minutes; `db/corrupt`, `db/newer`, `db/older` for the one that is there; `file/…`
 */
export async function changeDatabase<T>(
  path: string,
  change: Change,
  work: (writer: DatabaseWriter) => Promise<T>,
): Promise<T> {
  return await replaceDatabase(path, change.progress, async (staging) => {
    const [draft, stage, finished] = ['draft', 'stage', 'finished'].map((name) => staging.path(name)) as [
      string,
      string,
      string,
    ];
    const old = change.keep && (await fileExists(path));
    if (old) await copyFile(path, draft);
    using writer = old ? DatabaseWriter.open(draft, stage) : DatabaseWriter.create(draft, stage);
    const result = await work(writer);
    change.progress('writing the database');
    writer.finish(finished);
    return { result, finished };
  });
}

/** Puts the file that `work` makes in the database's place, while no other process does so. */
export async function replaceDatabase<T>(
  path: string,
  progress: (line: string) => void,
  work: (staging: Staging) => Promise<{ readonly result: T; readonly finished: string }>,
): Promise<T> {
  const place = resolvePath(path);
  await makeFolder(folderOf(place));
  return await waiting(`${place}.lock`, progress, async () => {
    await using staging = await Staging.in(joinPath(folderOf(place), `.${nameOf(place)}.staging`));
    const { result, finished } = await work(staging);
    await replaceFile(place, finished);
    return result;
  });
}

async function waiting<T>(lock: string, progress: (line: string) => void, work: () => Promise<T>): Promise<T> {
  let begun = false;
  const once = async (): Promise<T> => {
    begun = true;
    return await work();
  };
  try {
    return await withLock(lock, once, { patience: 0 });
  } catch (fault) {
    if (begun || !(fault instanceof Fault) || fault.code !== 'lock/busy') throw fault;
    progress('another process changes the database: waiting for it');
    return await withLock(lock, once, { patience: PATIENCE });
  }
}
