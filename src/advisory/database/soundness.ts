// Reads a database from its first to its last page.
import { corruptDatabase, type DatabaseFile } from '../../io/database.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import { Presence } from './presence.ts';
import { checkSeals } from './seals.ts';
import { advisorySum, packageSum, rowSum } from './sums.ts';
import { checkDetails } from './texts.ts';

/** Other tables whose rows have a checksum, with the columns that it is of. */
const SUMMED = [
  ['grouping', 'main, aliases, refs'],
  ['alias', 'id, main'],
  ['fact', 'id, data'],
  ['epss', 'cve, score, percentile, day'],
  ['exploited', 'id, data'],
  ['reference', 'ref, urls'],
] as const;

/**
 * Whether every page is where it belongs and every row what was written.
 * @throws Fault `db/corrupt`, saying what is not
 */
export function checkSound(file: DatabaseFile): void {
  const [problem] = file.prepare('PRAGMA integrity_check(1)').get() ?? [];
  if (problem !== 'ok') throw corruptDatabase(file.path, String(problem));
  try {
    checkRows(file);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw corruptDatabase(file.path, messageOf(cause), cause);
  }
  checkDetails(file);
  checkSeals(file);
  new Presence(file).check();
}

function checkRows(file: DatabaseFile): void {
  for (const row of file.prepare('SELECT ecosystem, name, said, sum FROM main.package').rows()) {
    const [ecosystem, name, said, sum] = row as [number, string, string, number];
    if (packageSum(ecosystem, name, said) !== sum) throw altered(file, name);
  }
  for (const row of file.prepare('SELECT feed, id, record, main, head, sum, withdrawn FROM main.advisory').rows()) {
    const [feed, id, record, main, head, sum] = row as [number, string, string, string, string, number];
    const withdrawn = row[6] as number | null;
    if (advisorySum({ feed, id, record, main, head, withdrawn }) !== sum) throw altered(file, id);
  }
  for (const [table, columns] of SUMMED) {
    for (const row of file.prepare(`SELECT ${columns}, sum FROM main.${table}`).rows())
      if (rowSum(row.slice(0, -1)) !== row.at(-1)) throw altered(file, `${table} ${String(row[0])}`);
  }
}

function altered(file: DatabaseFile, what: string): Error {
  return corruptDatabase(file.path, `what it has of ${what} is not what was written`);
}
