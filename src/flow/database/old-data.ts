// Whether a vulnerability database may still be asked.
import { Fault } from '../../lib/faults.ts';
import { readConfiguration } from '../configuration-file.ts';
import { staleSources } from './database-age.ts';
import { parseAge } from './database-time.ts';
import type { ScannedDatabase } from '../scan/scan.ts';

/** Older data is said to be old even where nobody asked, in seconds. */
const OLD = 7 * 86_400;

export interface AgeOptions {
  /** `--db`; the user's own unless given. */
  readonly db: string | undefined;
  /** `--max-db-age`: `3d`; the configuration's unless given. */
  readonly maxDbAge: string | undefined;
}

/** What can be said of an age before anything is read or fetched. @throws Fault `option/max-db-age` where it is none */
export function checkAge({ maxDbAge }: Pick<AgeOptions, 'maxDbAge'>): void {
  if (maxDbAge !== undefined) parseAge(maxDbAge);
}

/** A line where data is old and nobody says how old it may be. @throws Fault `db/stale` where somebody says */
export async function noteOldData({ sources, now }: ScannedDatabase, options: AgeOptions): Promise<readonly string[]> {
  const stated = options.maxDbAge ?? (await readConfiguration())?.database?.['max-age'];
  const all = staleSources({ sources }, stated === undefined ? OLD : parseAge(stated), now);
  // That some were never read is told where the database is opened.
  const stale = stated === undefined ? all.filter(({ age }) => age !== undefined) : all;
  if (stale.length === 0) return [];
  const names = stale.map(({ title, age }) => `${title} (${age === undefined ? 'never read' : days(age)})`).join(', ');
  const update = `Run \`temper db update${options.db === undefined ? '' : ` --db ${options.db}`}\`.`;
  if (stated === undefined)
    return [`The vulnerability database is old: ${names}. Newer vulnerabilities are not known. ${update}`];
  throw new Fault('db/stale', `The vulnerability database is older than ${stated}: ${names}.`, update);
}

function days(seconds: number): string {
  const count = Math.floor(seconds / 86_400);
  return count >= 2 ? `${count} days` : `${Math.floor(seconds / 3600)} hours`;
}
