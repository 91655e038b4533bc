// SQLite databases in files: the only place that touches node:sqlite.
import type { DatabaseSync, DatabaseSyncOptions, StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Fault, messageOf } from '../lib/faults.ts';
import { fileFault } from './file-faults.ts';
import { accessSync, constants, statSync } from './node-fs.ts';

export type SqlValue = null | number | string | Uint8Array;
/** A row's values in the order of the query's columns. */
export type SqlRow = readonly SqlValue[];

/** A prepared statement. Every call throws the faults of {@link DatabaseFile}. */
export interface Statement {
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): readonly SqlRow[];
  /** Rows as they are read; nothing else may be done with the statement meanwhile. */
  rows(...values: SqlValue[]): IterableIterator<SqlRow>;
  /** @returns how many rows it changed */
  run(...values: SqlValue[]): number;
}

/** How a new file is laid out. */
export interface DatabaseLayout {
  /** Bytes; a power of two from 512 to 65,536. */
  readonly pageSize: number;
  /** `application_id` of the file's header, which tells whose file it is. */
  readonly application: number;
}

/**
 * An open database.
 * Faults: `db/missing`, `file/kind`, `db/corrupt` (also what is no database), `db/locked`, `db/denied`, `file/disk-full`, `db/failed`.
 */
export class DatabaseFile implements Disposable {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, Statement>();
  #open = true;

  private constructor(path: string, database: DatabaseSync) {
    this.path = path;
    this.#database = database;
  }

  /**
   * Opens a file that nobody writes in place: it takes no lock, looks for no journal, and any number of processes read it at
   * once. What another process puts in its place by renaming is not seen.
   */
  static openImmutable(path: string): DatabaseFile {
    checkReadable(path);
    const opened = DatabaseFile.#at(path, `${pathToFileURL(path).href}?immutable=1`, { readOnly: true });
    // Nothing of a file from elsewhere is run, and damage is looked for (sqlite.org/security.html, 1.1).
    opened.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON');
    return opened;
  }

  /** Makes a new file, or empties one. Without a journal: whoever stops half-way throws the file away. */
  static create(path: string, layout: DatabaseLayout): DatabaseFile {
    const opened = DatabaseFile.#at(path, path, {});
    opened.exec(`PRAGMA page_size = ${layout.pageSize}; PRAGMA application_id = ${layout.application}`);
    return opened.#withoutJournal();
  }

  /** Opens a file that is this process's own, to change it; without a journal, as {@link create}. */
  static openOwn(path: string): DatabaseFile {
    return DatabaseFile.#at(path, `${pathToFileURL(path).href}?mode=rw`, {}).#withoutJournal();
  }

  static #at(path: string, place: string, options: DatabaseSyncOptions): DatabaseFile {
    const Opened = load();
    return guarded(path, () => new DatabaseFile(path, new Opened(place, { ...options, timeout: 0 })));
  }

  #withoutJournal(): this {
    this.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE');
    this.exec('PRAGMA cache_size = -65536');
    return this;
  }

  /** A statement, prepared once. */
  prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = wrapped(
        this.path,
        guarded(this.path, () => this.#database.prepare(sql)),
      );
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Runs statements that give nothing. */
  exec(sql: string): void {
    guarded(this.path, () => this.#database.exec(sql));
  }

  /** All in one: it is there as a whole afterwards. */
  transaction<T>(work: () => T): T {
    this.exec('BEGIN');
    const result = work();
    this.exec('COMMIT');
    return result;
  }

  /** The value of a pragma that gives one number. */
  pragma(name: string): number {
    return Number(this.prepare(`PRAGMA ${name}`).get()?.[0] ?? 0);
  }

  /** Writes the content, without gaps, in the order of its keys, into a new file. */
  vacuumInto(path: string): void {
    this.prepare('VACUUM INTO ?').run(path);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.clear();
    this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** SQLite would wait for a pipe for ever. @throws Fault `file/kind`, `file/denied` */
function checkReadable(path: string): void {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    // SQLite says of folders that they are.
    if (stat === undefined || stat.isDirectory()) return;
    if (!stat.isFile()) {
      throw new Fault('file/kind', `${path} is no file, and so no vulnerability database.`, 'Check the path.');
    }
    accessSync(path, constants.R_OK);
  } catch (cause) {
    throw fileFault(cause, `Opening ${path}`);
  }
}

let loaded: typeof DatabaseSync | undefined;

// Loaded when it is needed; older versions of Node.js would warn of it on stderr, where only faults stand.
function load(): typeof DatabaseSync {
  if (loaded !== undefined) return loaded;
  const warn = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    loaded = process.getBuiltinModule('node:sqlite').DatabaseSync;
  } finally {
    process.emitWarning = warn;
  }
  return loaded;
}

function wrapped(path: string, statement: StatementSync): Statement {
  statement.setReturnArrays(true);
  type Values = Parameters<StatementSync['run']>;
  return {
    // Asked tens of thousands of times: without a closure each time.
    get: (...values) => {
      try {
        return statement.get(...(values as Values)) as unknown as SqlRow | undefined;
      } catch (cause) {
        throw databaseFault(path, cause);
      }
    },
    all: (...values) => guarded(path, () => statement.all(...(values as Values)) as unknown as readonly SqlRow[]),
    run: (...values) => guarded(path, () => Number(statement.run(...(values as Values)).changes)),
    *rows(...values) {
      const iterator = guarded(path, () => statement.iterate(...(values as Values)));
      for (;;) {
        const next = guarded(path, () => iterator.next());
        if (next.done === true) return;
        yield next.value as unknown as SqlRow;
      }
    },
  };
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw databaseFault(path, cause);
  }
}

/** Primary result codes (sqlite.org/rescode.html). `ERROR` also of a schema that does not have what is asked for. */
const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const CORRUPT = 11;
const IOERR = 10;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

function databaseFault(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : undefined;
  switch (code) {
    case undefined:
      return cause;
    case CANTOPEN:
      return unopened(path, cause);
    case IOERR:
      return isFolder(path) ? unopened(path, cause) : failed(path, cause);
    case BUSY:
    case LOCKED:
      return new Fault('db/locked', `${path} is locked by another process.`, 'Wait for it to end.', { cause });
    case ERROR:
    case CORRUPT:
    case NOTADB:
      return corruptDatabase(path, messageOf(cause), cause);
    case FULL:
      return new Fault(
        'file/disk-full',
        `Writing ${path}: the disk is full.`,
        'Free some space, or name another place.',
        {
          cause,
        },
      );
    case READONLY:
      return new Fault('db/denied', `${path} may not be written.`, 'Check the permissions.', { cause });
    default:
      return failed(path, cause);
  }
}

function unopened(path: string, cause: unknown): Fault {
  if (isFolder(path))
    return new Fault('db/missing', `${path} is a folder, not a database.`, 'Name the file, with --db.', { cause });
  return new Fault('db/missing', `${path} cannot be opened: ${messageOf(cause)}.`, 'Check the path.', { cause });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function failed(path: string, cause: unknown): Fault {
  return new Fault('db/failed', `${path}: ${messageOf(cause)}.`, 'Check the path and the file system.', { cause });
}

/** Fault `db/corrupt` */
export function corruptDatabase(path: string, why: string, cause?: unknown): Fault {
  return new Fault(
    'db/corrupt',
    `${path} is damaged, or no vulnerability database: ${why.replace(/\.$/, '')}.`,
    'Run `temper db update`, which makes a new one; if it is another file, name the right one with --db.',
    { cause },
  );
}
