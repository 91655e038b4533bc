// OSV records (ossf.github.io/osv-schema, 1.7.4), read leniently: what decides must be right, what adorns may be missing or wrong.
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { type OsvEvent, eventsOf } from './events.ts';
import { Members, listOf, stringsOf } from './members.ts';
import { osvTime } from './time.ts';

export interface OsvRecord {
  readonly id: string;
  /** As it is written. */
  readonly modifiedText: string | undefined;
  /** Seconds since 1970, as all times here. */
  readonly modified: number | undefined;
  readonly published: number | undefined;
  /** 0 where the record was withdrawn at a time that cannot be told. */
  readonly withdrawn: number | undefined;
  readonly aliases: readonly string[];
  readonly upstream: readonly string[];
  readonly related: readonly string[];
  readonly summary: string;
  readonly details: string;
  readonly references: readonly string[];
  readonly severity: readonly OsvSeverity[];
  readonly affected: readonly OsvAffected[];
  readonly database: Members;
}

export interface OsvSeverity {
  /** `CVSS_V3`, `Ubuntu`, …; empty where it is no text. */
  readonly type: string;
  readonly score: string;
}

export interface OsvAffected {
  /** As they are written. */
  readonly ecosystem: string;
  readonly name: string;
  readonly ranges: readonly OsvRange[];
  readonly versions: readonly string[];
  readonly severity: readonly OsvSeverity[];
  readonly ecosystemSpecific: Members;
  readonly database: Members;
}

export interface OsvRange {
  /** `SEMVER`, `ECOSYSTEM`, `GIT` or another. */
  readonly type: string;
  readonly events: readonly OsvEvent[];
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._:+~-]{0,199}$/;

/** Whether a name is one that a record may have: no path, no white space. */
export function isOsvId(name: string): boolean {
  return ID.test(name) && !name.includes('..');
}

/**
 * A record. `affected`, its ranges, versions and the withdrawal must be as the schema says; entries for no package (GIT
 * alone) are left out.
 * @throws Fault `osv/malformed` with what is wrong, `json/malformed`
 */
export function parseOsv(bytes: Uint8Array | string): OsvRecord {
  const record = new Members(parseJson(bytes, 'The record'), 'the record');
  const id = record.text('id');
  if (id === undefined || !isOsvId(id)) throw malformed('its id is missing or none');
  const modifiedText = record.text('modified');
  return {
    id,
    modifiedText,
    modified: modifiedText === undefined ? undefined : osvTime(modifiedText),
    published: osvTime(record.loose('published')),
    withdrawn: withdrawnOf(record),
    aliases: stringsOf(record.list('aliases')),
    upstream: stringsOf(record.list('upstream')),
    related: stringsOf(record.list('related')),
    summary: record.loose('summary'),
    details: record.loose('details'),
    references: record.looseList('references').flatMap((entry) => Members.of(entry)?.loose('url') || []),
    severity: severitiesOf(record),
    affected: record.list('affected').flatMap((entry) => affectedOf(new Members(entry, 'an entry of affected')) ?? []),
    database: record.inner('database_specific'),
  };
}

function withdrawnOf(record: Members): number | undefined {
  const text = record.text('withdrawn');
  return text === undefined ? undefined : (osvTime(text) ?? 0);
}

function affectedOf(entry: Members): OsvAffected | undefined {
  const named = entry.object('package');
  if (named === undefined) return undefined;
  const ecosystem = named.text('ecosystem');
  const name = named.text('name');
  if (!ecosystem || !name) throw malformed('a package has no ecosystem or no name');
  return {
    ecosystem,
    name,
    ranges: rangesOf(entry.list('ranges')),
    versions: stringsOf(entry.list('versions')),
    severity: severitiesOf(entry),
    ecosystemSpecific: entry.inner('ecosystem_specific'),
    database: entry.inner('database_specific'),
  };
}

/** The ranges of a list: also such as stand below `ecosystem_specific`. @throws Fault `osv/malformed` */
export function rangesOf(list: readonly unknown[]): OsvRange[] {
  return list.map((value) => {
    const range = new Members(value, 'a range');
    return { type: range.text('type') ?? '', events: eventsOf(range.list('events')) };
  });
}

function severitiesOf(owner: Members): OsvSeverity[] {
  return listOf(owner.looseList('severity'), (entry) => {
    const severity = Members.of(entry);
    const score = severity?.loose('score') ?? '';
    return severity === undefined || score === '' ? undefined : { type: severity.loose('type'), score };
  });
}

function malformed(why: string): Fault {
  return new Fault('osv/malformed', `The record is no OSV record: ${why}.`, 'Tell those who publish it.');
}
