// A VEX document of Red Hat's in the common shape: one advisory for each vulnerability.
import type { CsafDocument, CsafVulnerability } from '../../csaf/types.ts';
import { isCve } from '../cve.ts';
import type { Advisory } from '../types.ts';
import { affectedOf } from './affected.ts';
import { documentSeverities } from './severities.ts';

const SUMMARY = 200;
const DETAILS = 4000;
const REFERENCES = 50;

/**
 * @param record the document's path below the feed's address
 * @param wanted whether an ecosystem is
 * @returns advisories that say something of wanted ecosystems; vulnerabilities without a CVE are left out
 * @throws Fault `csaf/malformed`
 */
export function advisoriesOf(
  document: CsafDocument,
  record: string,
  wanted: (ecosystem: string) => boolean,
): Advisory[] {
  const all = document.vulnerabilities.map((vulnerability) => advisoryOf(document, vulnerability, record, wanted));
  return all.filter((advisory) => advisory !== undefined);
}

function advisoryOf(
  document: CsafDocument,
  vulnerability: CsafVulnerability,
  record: string,
  wanted: (ecosystem: string) => boolean,
): Advisory | undefined {
  const [id = ''] = vulnerability.ids;
  if (!isCve(id)) return undefined;
  const severities = documentSeverities(document, vulnerability);
  const affected = affectedOf(document, vulnerability, severities, wanted);
  if (affected.length === 0) return undefined;
  const note = (category: string) => vulnerability.notes.find((one) => one.category === category)?.text ?? '';
  return {
    id,
    feed: 'redhat',
    record,
    aliases: [],
    covers: [],
    summary: oneLine(note('summary') || document.title || note('description')),
    details: note('description').slice(0, DETAILS),
    references: referencesOf(document, vulnerability),
    published: vulnerability.published ?? document.published,
    modified: document.modified,
    withdrawn: undefined,
    severities,
    cwes: vulnerability.cwes.filter((cwe) => /^CWE-\d{1,6}$/.test(cwe)),
    affected,
  };
}

function referencesOf(document: CsafDocument, vulnerability: CsafVulnerability): string[] {
  const own = vulnerability.references.map(({ url }) => url);
  const all = own.length > 0 ? own : document.references.map(({ url }) => url);
  return [...new Set(all.filter((url) => /^https?:\/\/[^\s<>"]{1,2000}$/.test(url)))].slice(0, REFERENCES);
}

function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * SUMMARY)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= SUMMARY ? line : `${line.slice(0, SUMMARY - 1).trimEnd()}…`;
}
