// The vulnerability database's tables, and which versions of them this program reads.
import { corruptDatabase, type DatabaseFile, type DatabaseLayout } from '../../io/database.ts';
import { Fault } from '../../lib/faults.ts';

/**
 * Raised in `major` where an older program would misread the content: such a database is distributed under another name and
 * kept under another path, so that older programs keep theirs. Raised in `minor` for tables, columns and lists that an older
 * program may leave unread: 1.1 lists the ids that several advisories have, 1.2 the vulnerabilities of which not one record has all names.
 */
export const SCHEMA = { major: 1, minor: 2 } as const;

/** `application_id` of the file's header: "TMPV". */
export const layout: DatabaseLayout = { pageSize: 4096, application: 0x544d5056 };

/** `user_version` of the file's header. */
const userVersion = ({ major, minor }: SchemaVersion): number => major * 1000 + minor;

export interface SchemaVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * `advisory` has a row for each record of a feed; `package` one for each package with what all records say of it
 * (`encoding.ts`). `main` of an advisory and the tables `grouping` and `alias` follow from the others (`groups.ts`), `presence`
 * tells which keys there are (`presence.ts`), `extent` how many records a feed had of an ecosystem when it was read whole.
 */
export const TABLES = `
CREATE TABLE source (
  feed INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  base TEXT NOT NULL,
  local INTEGER NOT NULL,
  licence TEXT,
  ecosystems TEXT,
  read INTEGER NOT NULL,
  modified INTEGER,
  state TEXT NOT NULL,
  digest TEXT NOT NULL,
  records INTEGER NOT NULL,
  skipped INTEGER NOT NULL
);
CREATE TABLE total (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE coverage (ecosystem TEXT NOT NULL, feed INTEGER NOT NULL, scope INTEGER NOT NULL, PRIMARY KEY (ecosystem, feed)) WITHOUT ROWID;
CREATE TABLE skipped (feed INTEGER NOT NULL, record TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE ecosystem (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE advisory (
  ref INTEGER PRIMARY KEY,
  feed INTEGER NOT NULL,
  id TEXT NOT NULL,
  record TEXT NOT NULL,
  main TEXT NOT NULL,
  withdrawn INTEGER,
  head TEXT NOT NULL,
  sum INTEGER NOT NULL,
  hash BLOB NOT NULL
);
CREATE INDEX advisory_id ON advisory (id, feed);
CREATE TABLE package (
  ecosystem INTEGER NOT NULL,
  name TEXT NOT NULL,
  said TEXT NOT NULL,
  sum INTEGER NOT NULL,
  PRIMARY KEY (ecosystem, name)
) WITHOUT ROWID;
CREATE TABLE reference (ref INTEGER PRIMARY KEY, urls TEXT NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE details (block INTEGER PRIMARY KEY, texts BLOB NOT NULL);
CREATE TABLE grouping (main TEXT PRIMARY KEY, aliases TEXT NOT NULL, refs TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE alias (id TEXT PRIMARY KEY, main TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE fact (id TEXT NOT NULL, feed INTEGER NOT NULL, data TEXT NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (id, feed)) WITHOUT ROWID;
CREATE TABLE epss (cve INTEGER PRIMARY KEY, score REAL NOT NULL, percentile REAL NOT NULL, day INTEGER NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE exploited (id TEXT PRIMARY KEY, data TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE extent (feed INTEGER NOT NULL, ecosystem TEXT NOT NULL, records INTEGER NOT NULL, PRIMARY KEY (feed, ecosystem)) WITHOUT ROWID;
CREATE TABLE presence (kind TEXT NOT NULL, part INTEGER NOT NULL, keys BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (kind, part)) WITHOUT ROWID;
`;

/** Makes the tables of an empty file. */
export function createTables(file: DatabaseFile): void {
  file.exec(TABLES);
  markSchema(file);
}

/** Says of a file that it has all of {@link SCHEMA}. */
export function markSchema(file: DatabaseFile): void {
  file.exec(`PRAGMA user_version = ${userVersion(SCHEMA)}`);
}

/**
 * The schema that a file has, where this program reads it.
 * @throws Fault `db/corrupt` for another file; `db/newer` where its major is newer, `db/older` where it is older
 */
export function checkSchema(file: DatabaseFile): SchemaVersion {
  const application = file.pragma('application_id');
  if (application !== layout.application) throw corruptDatabase(file.path, 'its application id is another');
  const version = file.pragma('user_version');
  const found = { major: Math.floor(version / 1000), minor: version % 1000 };
  if (found.major > SCHEMA.major) {
    throw new Fault(
      'db/newer',
      `${file.path} has schema ${found.major}.${found.minor}, and this program reads ${SCHEMA.major}.`,
      'Use a newer version of Temper for it; without --db this one keeps a database of its own.',
    );
  }
  if (found.major < SCHEMA.major) {
    throw new Fault(
      'db/older',
      `${file.path} has schema ${found.major}.${found.minor}, and this program reads ${SCHEMA.major}.`,
      'Run `temper db update`, which makes a new one.',
    );
  }
  checkObjects(file);
  return found;
}

/** A view, trigger or virtual table could make a query do anything. */
function checkObjects(file: DatabaseFile): void {
  const found = file.prepare('SELECT type, name, sql FROM sqlite_schema').all();
  const names = new Set<unknown>();
  for (const [type, name, sql] of found) {
    const plain = type === 'index' || (type === 'table' && typeof sql === 'string' && sql.startsWith('CREATE TABLE '));
    if (!plain) throw corruptDatabase(file.path, `it holds ${String(type)} ${String(name)}`);
    names.add(name);
  }
  const missing = tableNames.find((name) => !names.has(name));
  if (missing !== undefined) throw corruptDatabase(file.path, `it has no table ${missing}`);
}

const tableNames: readonly string[] = [...TABLES.matchAll(/^CREATE TABLE (\w+)/gm)].map(([, name = '']) => name);
