// What `temper db` says to programs.
import { currentAt } from '../advisory/database/description.ts';
import type { BuiltDatabase } from '../flow/database/db-build.ts';
import type { DatabaseStatus } from '../flow/database/db-status.ts';
import type { UpdateResult } from '../flow/database/db-update.ts';

/** One document, `temper/db/v1`. */
export function databaseJson(
  status: DatabaseStatus,
  result: (UpdateResult & Partial<BuiltDatabase>) | undefined,
): string {
  const sources = status.sources.map((source) => {
    const time = currentAt(source);
    return { ...source, age: time === undefined ? undefined : Math.max(0, status.now - time) };
  });
  const failures = result?.failures.map(({ feed, fault: { code, message, hint } }) => ({ feed, code, message, hint }));
  const { read, fetched, pushed } = result ?? {};
  const change = result === undefined ? undefined : { read, failures, fetched, pushed };
  const { schema, ...rest } = status;
  const tables = `${schema.major}.${schema.minor}`;
  return JSON.stringify({ schema: 'temper/db/v1', ...rest, tables, sources, change }, null, 2);
}
