// The data that both programs get: OSV's exports and the records that the Debian archive's changelogs give, in a database for each.
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { checkSchema, SCHEMA } from '../src/advisory/database/schema.ts';
import { DatabaseFile } from '../src/io/database.ts';
import { measure } from './measure.ts';

export interface MatchData {
  /** OSV's exports, `<ecosystem>/all.zip`. */
  readonly osv: string;
  /** Temper's database. */
  readonly database: string;
  /** Temper's Debian records, one a line. */
  readonly debian: string;
  /** The folder of Grype's database. */
  readonly grype: string;
  /** For what is written meanwhile. */
  readonly folder: string;
}

const DAY = 86_400_000;
const temper = join(import.meta.dirname, '../bin/temper.js');

/** Makes the databases unless they are of the last day and of this schema; two minutes. */
export async function matchData(): Promise<MatchData> {
  const osv = join(process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../shared'), 'advisories/osv');
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'temper-bench/matches');
  const [database, debian, grype] = [join(folder, 'temper.db'), join(folder, 'debian.jsonl'), join(folder, 'grype')];
  const data = { osv, database, debian, grype, folder };
  const last = join(grype, '6/import.json');
  if (existsSync(last) && Date.now() - statSync(last).mtimeMs < DAY && isCurrent(database)) return data;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  console.log('making both databases, two minutes');
  const feeds = ['--from', 'debian-archive', '--from', `osv:${osv}`];
  await measure(process.execPath, [temper, 'db', 'build', ...feeds, '--output', database, '--quiet']);
  await measure(process.execPath, [temper, 'db', 'export', '--db', database, '--format', 'jsonl', '--output', debian]);
  await measure(peer('grype-db'), [grype, '-osv', osv, '-debian', debian]);
  return data;
}

/** Whether a database is as this Temper writes it: what another made may be another layout, or lack what makes this one fast. */
function isCurrent(database: string): boolean {
  try {
    using file = DatabaseFile.openImmutable(database);
    return checkSchema(file).minor === SCHEMA.minor;
  } catch {
    return false;
  }
}

/** Grype on the common data and nothing newer; the kernel's headers are looked up where that is asked for, which is not so by itself. */
export function grypeEnvironment({ grype }: Pick<MatchData, 'grype'>, kernelHeaders: boolean): Record<string, string> {
  return {
    GRYPE_DB_CACHE_DIR: grype,
    GRYPE_DB_AUTO_UPDATE: 'false',
    GRYPE_DB_VALIDATE_AGE: 'false',
    GRYPE_CHECK_FOR_APP_UPDATE: 'false',
    GRYPE_MATCH_UPSTREAM_KERNEL_HEADERS: String(kernelHeaders),
  };
}

/** A program of `tools/peers.sh`. @throws Error where it is not there */
export function peer(name: string): string {
  const path = join(process.env['TEMPER_PEERS'] ?? join(homedir(), '.cache/temper-peers'), 'bin', name);
  if (!existsSync(path)) throw new Error(`bench: ${path} is not there`);
  return path;
}
