// How bad a record says that it is, and whose word that is.
import { listOf, type Members } from '../../osv/members.ts';
import type { OsvAffected, OsvRecord, OsvSeverity } from '../../osv/schema.ts';
import type { Severity, SeverityLevel } from '../types.ts';

const LEVELS: ReadonlyMap<string, SeverityLevel> = new Map([
  ['critical', 'critical'],
  ['high', 'high'],
  ['important', 'high'],
  ['moderate', 'medium'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['negligible', 'negligible'],
  ['unimportant', 'negligible'],
]);

/** By the start of a record's id. CVSS vectors in records of Debian and Alpine are NVD's, brought by OSV. */
const SOURCES: readonly (readonly [start: RegExp, source: string])[] = [
  [/^GHSA-/, 'ghsa'],
  [/^(?:UBUNTU|USN|LSN)-/, 'ubuntu'],
  [/^RH[SBE]A-/, 'redhat'],
  [/^AL[SBE]A-/, 'almalinux'],
  [/^R[LX]SA-/, 'rocky'],
  [/^(?:open)?SUSE-/, 'suse'],
  [/^RUSTSEC-/, 'rustsec'],
  [/^PYSEC-/, 'pysec'],
  [/^MAL-/, 'openssf'],
  [/^BIT-/, 'bitnami'],
];

/** Debian's urgency of packages that are no longer looked after. */
export const END_OF_LIFE = 'end-of-life';
const LONGEST_VECTOR = 300;
const VECTOR = /^(?:CVSS:[34]\.\d\/)?A[VC]:[A-Z]/;
/** `Important: openssl security update`, as AlmaLinux and Rocky Linux write. */
const TITLE = /^(Critical|Important|Moderate|Low): /;

/** Who speaks in a record: `ghsa`; `osv` for those that have no word of their own. */
export function sourceOf(id: string): string {
  return SOURCES.find(([start]) => start.test(id))?.[1] ?? 'osv';
}

/** The severities of the record as a whole. */
export function severitiesOf(record: OsvRecord): Severity[] {
  const source = sourceOf(record.id);
  const out = scored(record.severity, source);
  const word = record.database.loose('severity') || (TITLE.exec(record.summary)?.[1] ?? '');
  const stated = statedSeverity(word, source);
  if (stated !== undefined) out.unshift(stated);
  // Whoever installs one has run it.
  if (record.id.startsWith('MAL-')) out.unshift({ source, level: 'critical', stated: 'malicious' });
  return out;
}

/** Severities in the list of a record or of one of its packages. */
export function scored(list: readonly OsvSeverity[], source: string): Severity[] {
  return listOf(list, ({ type, score }) => {
    if (type === 'Ubuntu') return statedSeverity(score, 'ubuntu');
    return VECTOR.test(score) && score.length <= LONGEST_VECTOR ? { source, vector: score } : undefined;
  });
}

/** A level by its word; `undefined` where it is none. */
export function statedSeverity(stated: string, source: string): Severity | undefined {
  const level = LEVELS.get(stated.toLowerCase());
  return level === undefined ? undefined : { source, level, stated };
}

/** What is said of one package apart from the list: Debian's urgency, a notice of RustSec, a word. */
export function packageSeverities({ ecosystemSpecific, database, severity }: OsvAffected, id: string): Severity[] {
  const source = sourceOf(id);
  const urgency = ecosystemSpecific.loose('urgency') || database.loose('urgency');
  const word = ecosystemSpecific.loose('severity') || database.loose('severity');
  return [
    urgency === END_OF_LIFE
      ? { source: 'debian', level: 'negligible' as const, stated: urgency }
      : statedSeverity(urgency, 'debian'),
    noticeOf(database, source),
    statedSeverity(word, source),
    ...scored(severity, source),
  ].filter((one) => one !== undefined);
}

// `unmaintained` and `notice` are no vulnerabilities; what is `unsound` may become one where it is used wrongly. An entry
// with a score is rated by that.
function noticeOf(database: Members, source: string): Severity | undefined {
  const stated = database.loose('informational');
  if (source !== 'rustsec' || stated === '' || database.loose('cvss') !== '') return undefined;
  return { source, level: stated === 'unsound' ? 'low' : 'negligible', stated };
}
