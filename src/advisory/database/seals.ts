// Checksums of the small tables, which are read as a whole.
import { corruptDatabase, type DatabaseFile } from '../../io/database.ts';
import { rowSum } from './sums.ts';

/** What each is made of. Columns that a later program adds are not in them. */
const SEALED: ReadonlyMap<string, string> = new Map([
  [
    'sum of source',
    'SELECT feed, name, title, base, local, licence, ecosystems, read, modified, state, digest, records, skipped FROM main.source ORDER BY feed',
  ],
  ['sum of coverage', 'SELECT ecosystem, feed, scope FROM main.coverage ORDER BY ecosystem, feed'],
  ['sum of extent', 'SELECT feed, ecosystem, records FROM main.extent ORDER BY feed, ecosystem'],
  ['sum of ecosystem', 'SELECT id, name FROM main.ecosystem ORDER BY id'],
]);

export function writeSeals(file: DatabaseFile): void {
  const insert = file.prepare('INSERT OR REPLACE INTO main.total VALUES (?, ?)');
  for (const [name, query] of SEALED) insert.run(name, sumOf(file, query));
}

/** @throws Fault `db/corrupt` where one of them is not what was written */
export function checkSeals(file: DatabaseFile): void {
  const stated = file.prepare('SELECT value FROM main.total WHERE name = ?');
  for (const [name, query] of SEALED) {
    if (stated.get(name)?.[0] !== sumOf(file, query))
      throw corruptDatabase(file.path, `its table ${name.slice('sum of '.length)} is not what was written`);
  }
}

function sumOf(file: DatabaseFile, query: string): number {
  return rowSum(file.prepare(query).all().flat());
}
