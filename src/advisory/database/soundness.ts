// Reads a database from its first to its last page.
import { corruptDatabase, type DatabaseFile } from '../../io/database.ts';
import { advisorySum, packageSum } from './reader.ts';

/**
 * Whether every page is where it belongs and every row what was written.
 * @throws Fault `db/corrupt`, saying what is not
 */
export function checkSound(file: DatabaseFile): void {
  const [problem] = file.prepare('PRAGMA integrity_check(1)').get() ?? [];
  if (problem !== 'ok') throw corruptDatabase(file.path, String(problem));
  for (const row of file.prepare('SELECT ecosystem, name, said, sum FROM main.package').rows()) {
    const [ecosystem, name, said, sum] = row as [number, string, string, number];
    if (packageSum(ecosystem, name, said) !== sum) throw altered(file, name);
  }
  for (const row of file.prepare('SELECT feed, id, record, main, head, sum FROM main.advisory').rows()) {
    const [feed, id, record, main, head, sum] = row as [number, string, string, string, string, number];
    if (advisorySum(feed, id, record, main, head) !== sum) throw altered(file, id);
  }
}

function altered(file: DatabaseFile, what: string): Error {
  return corruptDatabase(file.path, `what it has of ${what} is not what was written`);
}
