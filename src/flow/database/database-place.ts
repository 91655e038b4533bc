// Where the vulnerability database stands, and how it is replaced.
import { type DatabaseDescription, describeDatabase } from '../../advisory/database/description.ts';
import { checkSchema, layout, SCHEMA, type SchemaVersion } from '../../advisory/database/schema.ts';
import { checkSound } from '../../advisory/database/soundness.ts';
import { DatabaseWriter } from '../../advisory/database/writer.ts';
import { DatabaseFile } from '../../io/database.ts';
import { fileExists, folderOf, joinPath, makeFolder, nameOf, readAt, resolvePath } from '../../io/files.ts';
import { withLock } from '../../io/locks.ts';
import { copyFile, removeIfEmpty, replaceFile } from '../../io/replace.ts';
import { Staging } from '../../io/staging.ts';
import { Fault } from '../../lib/faults.ts';

/** What stands at a database's path. */
export type Standing =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'database'; readonly description: DatabaseDescription }
  /** A database of Temper's that is damaged or older, or cannot be changed here, with what it still says of itself. */
  | { readonly kind: 'unusable'; readonly fault: Fault; readonly description: DatabaseDescription | undefined };

/** Where `application_id` stands in a file's header (sqlite.org/fileformat2.html, 1.3). */
const APPLICATION_AT = 68;

/**
 * Reads all of it.
 * @param own the path is Temper's own, where nothing else can stand
 * @throws Fault `db/corrupt` for a file that never was a database of Temper's; `db/newer`
 */
export async function standingAt(path: string, own: boolean): Promise<Standing> {
  if (!(await fileExists(path))) return { kind: 'nothing' };
  let description: DatabaseDescription | undefined;
  try {
    using file = DatabaseFile.openImmutable(path);
    description = describeDatabase(file, checkSchema(file));
    checkSound(file);
    return { kind: 'database', description };
  } catch (fault) {
    const unusable = fault instanceof Fault && (fault.code === 'db/corrupt' || fault.code === 'db/older');
    if (!unusable) throw fault;
    if (!own && !(await isOurs(path))) throw foreign(fault);
    return { kind: 'unusable', fault, description };
  }
}

function foreign(cause: Fault): Fault {
  const hint = 'It is left as it is: name another file with --db, or remove this one if nobody needs it.';
  return new Fault(cause.code, cause.message, hint, { cause });
}

/** What a later program put beside the rest would not follow changes: such a database is made anew. */
function changeable(path: string, standing: Standing): Standing {
  if (standing.kind !== 'database' || standing.description.schema.minor <= SCHEMA.minor) return standing;
  const { description } = standing;
  return { kind: 'unusable', fault: newerMinor(path, description.schema), description };
}

function newerMinor(path: string, { major, minor }: SchemaVersion): Fault {
  return new Fault(
    'db/newer',
    `${path} has schema ${major}.${minor}, and this program writes ${SCHEMA.major}.${SCHEMA.minor}.`,
    'Update it with the newer version of Temper.',
  );
}

async function isOurs(path: string): Promise<boolean> {
  const head = await readAt(path, 0, APPLICATION_AT + 4);
  if (head.length === APPLICATION_AT + 4) return head.readUInt32BE(APPLICATION_AT) === layout.application;
  const magic = Buffer.from('SQLite format 3\0', 'latin1');
  const length = Math.min(head.length, magic.length);
  return head.subarray(0, length).equals(magic.subarray(0, length));
}

export interface Change {
  readonly path: string;
  /** `true`: begins with what is there; `false`: with nothing. */
  readonly keep: boolean;
  /** The path is Temper's own. */
  readonly own: boolean;
  readonly progress: (line: string) => void;
}

/**
 * Changes a database by making a new one beside it, which takes its place when it is complete: readers, and who opens it after
 * an interruption, have the old one whole. One process at a time; the others wait. In the place of one that is damaged a new
 * one is begun.
 * @param work is told what was there
 * @throws Fault `lock/busy` after ten minutes; what {@link standingAt} throws; `file/…`
 */
export async function changeDatabase<T>(
  { path, keep, own, progress }: Change,
  work: (writer: DatabaseWriter, before: DatabaseDescription | undefined) => Promise<T>,
): Promise<T> {
  return await replaceDatabase(path, progress, async (staging) => {
    const [draft, stage, finished] = [staging.path('draft'), staging.path('stage'), staging.path('finished')];
    const standing: Standing = keep ? changeable(path, await standingAt(path, own)) : { kind: 'nothing' };
    if (standing.kind === 'unusable') progress(`${standing.fault.message} A new one is made.`);
    const old = standing.kind === 'database';
    if (old) await copyFile(path, draft);
    using writer = old ? DatabaseWriter.open(draft, stage) : DatabaseWriter.create(draft, stage);
    const result = await work(writer, standing.kind === 'nothing' ? undefined : standing.description);
    progress('writing the database');
    writer.finish(finished);
    return { result, finished };
  });
}

/** Milliseconds that a change waits for another one. */
const PATIENCE = 600_000;

/**
 * Puts the file that `work` makes in the database's place, while no other process does so. Without one, it stays as it is.
 * @param work may use the staging folder, which is beside the database
 */
export async function replaceDatabase<T>(
  path: string,
  progress: (line: string) => void,
  work: (staging: Staging) => Promise<{ readonly result: T; readonly finished: string | undefined }>,
): Promise<T> {
  const place = resolvePath(path);
  await makeFolder(folderOf(place));
  return await waiting(`${place}.lock`, progress, async () => {
    const beside = joinPath(folderOf(place), `.${nameOf(place)}.staging`);
    try {
      await using staging = await Staging.in(beside);
      const { result, finished } = await work(staging);
      if (finished !== undefined) await replaceFile(place, finished);
      return result;
    } finally {
      await removeIfEmpty(beside);
    }
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
