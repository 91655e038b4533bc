// An OSV record as an advisory.
import { compareStrings } from '../../lib/bytes.ts';
import { identityOf } from '../../osv/identity.ts';
import { listOf, Members } from '../../osv/members.ts';
import type { OsvRecord } from '../../osv/schema.ts';
import type { Advisory, Affected } from '../types.ts';
import { affectedOf } from './affected.ts';
import { severitiesOf } from './severities.ts';
import type { Wanted } from './wanted.ts';

const SUMMARY = 300;
const DETAILS = 4000;
const REFERENCES = 50;
const LONGEST_URL = 2000;

/**
 * What it says of the packages that are wanted; `affected` may be empty.
 * @param place where the bucket has it
 * @throws Fault `osv/malformed`
 */
export function advisoryOf(record: OsvRecord, place: string, wanted: Wanted): Advisory {
  const { aliases, covers } = identityOf(record);
  return {
    id: record.id,
    feed: 'osv',
    record: place,
    aliases,
    covers,
    summary: oneLine(record.summary),
    details: cut(record.details, DETAILS),
    references: referencesOf(record),
    published: record.published,
    modified: record.modified,
    withdrawn: record.withdrawn,
    severities: severitiesOf(record),
    cwes: cwesOf(record),
    affected: distinct(
      listOf(record.affected, (entry) => affectedOf(entry, record.id))
        .flat()
        .filter(({ ecosystem }) => wanted.has(ecosystem)),
    ),
  };
}

function oneLine(text: string): string {
  return cut(text.trim(), SUMMARY)
    .replace(/[\x00-\x20\x7f\u2028\u2029]+/g, ' ')
    .trim();
}

/** Not within a pair of surrogates. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}

function referencesOf({ references }: OsvRecord): string[] {
  const urls = references.filter((url) => /^https?:\/\/[^\s/]/i.test(url) && url.length <= LONGEST_URL);
  return [...new Set(urls)].slice(0, REFERENCES);
}

/** GitHub's `cwe_ids`; the malicious packages' `cwes` of each package. */
function cwesOf({ database, affected }: OsvRecord): string[] {
  const named = affected.flatMap((entry) =>
    entry.database.looseList('cwes').map((value) => Members.of(value)?.loose('cweId')),
  );
  const ids = [...database.looseList('cwe_ids'), ...named].filter((id) => typeof id === 'string');
  return [...new Set(ids.filter((id) => /^CWE-\d{1,6}$/.test(id)))].sort(compareStrings);
}

/** Without repetitions, which come of ecosystems that have the same normal name. */
function distinct(affected: readonly Affected[]): readonly Affected[] {
  if (affected.length < 2) return affected;
  return [...new Map(affected.map((entry) => [JSON.stringify(entry), entry])).values()];
}
