// Where Temper's own vulnerability database stands.
import { SCHEMA } from '../../advisory/database/schema.ts';
import { joinPath } from '../../io/files.ts';

/** The user's own, beside those of programs with another schema. */
export function defaultDatabase(cache: string): string {
  return joinPath(cache, 'db', `v${SCHEMA.major}`, 'vulnerabilities.db');
}
