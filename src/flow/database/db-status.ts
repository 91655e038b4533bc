// `temper db status`: what is in a database, how old it is, and who vouches for it.
import type { DatabaseDescription } from '../../advisory/database/description.ts';
import { checkSound } from '../../advisory/database/soundness.ts';
import { DatabaseFile } from '../../io/database.ts';
import { fileSize } from '../../io/files.ts';
import { type DatabaseOrigin, isAsFetched, readOrigin } from './database-origin.ts';
import { type StaleSource, staleSources } from './database-age.ts';
import { buildTime, judgingTime, parseAge } from './database-time.ts';
import { readConfiguration } from '../configuration-file.ts';
import { type DatabaseOptions, openDatabase } from './vulnerability-database.ts';

export interface StatusOptions extends DatabaseOptions {
  /** `--max-db-age`: `3d`; the configuration's unless given. */
  readonly maxAge: string | undefined;
  /** Read every page and row. */
  readonly check: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface DatabaseStatus extends DatabaseDescription {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970: what ages are counted from. */
  readonly now: number;
  /** In seconds; `undefined`: nothing is too old. */
  readonly maxAge: number | undefined;
  readonly stale: readonly StaleSource[];
  /** `undefined` where it was made here of feeds. */
  readonly origin: (DatabaseOrigin & { readonly unchanged: boolean }) | undefined;
  readonly checked: boolean;
}

/** @throws Fault `db/missing`, `db/corrupt`, `db/newer`, `db/older`, `option/max-db-age` */
export async function databaseStatus(options: StatusOptions): Promise<DatabaseStatus> {
  using opened = await openDatabase(options);
  const { path, description } = opened;
  const age = options.maxAge ?? (await readConfiguration())?.database?.['max-age'];
  const maxAge = age === undefined ? undefined : parseAge(age);
  const now = buildTime(options.environment);
  if (options.check) {
    using file = DatabaseFile.openImmutable(path);
    checkSound(file);
  }
  const origin = await readOrigin(path);
  return {
    ...description,
    path,
    size: (await fileSize(path)) ?? 0,
    now,
    maxAge,
    stale: maxAge === undefined ? [] : staleSources(description, maxAge, judgingTime(options.environment)),
    origin: origin === undefined ? undefined : { ...origin, unchanged: await isAsFetched(path, origin) },
    checked: options.check,
  };
}
