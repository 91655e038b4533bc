// One vulnerability of NVD's: CVE API 2.0 JSON (csrc.nist.gov/schema/nvd/api/2.0), an item of `vulnerabilities`.
import { type Fields, fieldsOf, listOf, textOf } from '../../lib/fields.ts';
import { isCve } from '../cve.ts';
import type { FeedRecord } from '../feed.ts';
import type { Severity, SeverityLevel } from '../types.ts';

const SUMMARY = 200;
/** Most severities, and most weaknesses, of one vulnerability. */
const MOST = 50;
const LONGEST_VECTOR = 300;

const levels: ReadonlyMap<string, SeverityLevel> = new Map([
  ['CRITICAL', 'critical'],
  ['HIGH', 'high'],
  ['MEDIUM', 'medium'],
  ['LOW', 'low'],
  ['NONE', 'negligible'],
]);

/** Those who write under an id instead of a name. */
const sources: ReadonlyMap<string, string> = new Map([
  ['nvd@nist.gov', 'nvd'],
  ['134c704f-9b21-4f2e-91b3-4a467353bcc0', 'cisa-adp'],
]);

/** From the newest. */
const metrics = ['cvssMetricV40', 'cvssMetricV31', 'cvssMetricV30', 'cvssMetricV2'];

export type NvdRecord = Extract<FeedRecord, { kind: 'severities' | 'gone' }>;

/**
 * What it says of the vulnerability: `severities`, or `gone` where it was rejected. `undefined`: it is none.
 * NVD's own severities (source `nvd`) stand first, each source's from the newest version of CVSS.
 */
export function nvdRecord(item: unknown): NvdRecord | undefined {
  const cve = fieldsOf(fieldsOf(item)?.['cve']);
  const id = textOf(cve?.['id']);
  if (cve === undefined || !isCve(id)) return undefined;
  if (textOf(cve['vulnStatus']) === 'Rejected') return { kind: 'gone', id };
  return {
    kind: 'severities',
    id,
    severities: severitiesOf(fieldsOf(cve['metrics']) ?? {}),
    cwes: cwesOf(cve),
    summary: summaryOf(cve),
    published: timeOf(cve['published']),
  };
}

function severitiesOf(all: Fields): Severity[] {
  const found = metrics.flatMap((name) => listOf(all[name]).map((metric) => severityOf(fieldsOf(metric) ?? {})));
  const good = found.filter((severity) => severity !== undefined).slice(0, MOST);
  const own = good.filter(({ source }) => source === 'nvd');
  return [...own, ...good.filter(({ source }) => source !== 'nvd')];
}

function severityOf(metric: Fields): Severity | undefined {
  const data = fieldsOf(metric['cvssData']) ?? {};
  const stated = textOf(data['baseSeverity']) || textOf(metric['baseSeverity']);
  const given = data['baseScore'];
  const vector = textOf(data['vectorString']);
  const score = typeof given === 'number' && given >= 0 && given <= 10 ? given : undefined;
  const source = textOf(metric['source']).slice(0, 100);
  if (source === '' || vector.length > LONGEST_VECTOR || (vector === '' && score === undefined)) return undefined;
  const level = levels.get(stated.toUpperCase());
  return {
    source: sources.get(source) ?? source,
    level,
    stated: level === undefined ? undefined : stated,
    vector: vector === '' ? undefined : vector,
    score,
  };
}

function cwesOf(cve: Fields): string[] {
  const all = listOf(cve['weaknesses']).flatMap((weakness) => listOf(fieldsOf(weakness)?.['description']));
  const ids = all.map((text) => textOf(fieldsOf(text)?.['value'])).filter((id) => /^CWE-\d{1,6}$/.test(id));
  return [...new Set(ids)].slice(0, MOST);
}

function summaryOf(cve: Fields): string {
  const all = listOf(cve['descriptions']).map((text) => fieldsOf(text) ?? {});
  const english = all.find(({ lang }) => lang === 'en');
  const line = textOf(english?.['value'])
    .slice(0, 4 * SUMMARY)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= SUMMARY ? line : `${line.slice(0, SUMMARY - 1).trimEnd()}…`;
}

/** Seconds since 1970 of `2024-03-29T17:15:21.150`, UTC. */
function timeOf(value: unknown): number | undefined {
  const text = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(textOf(value))?.[0];
  const time = text === undefined ? Number.NaN : Date.parse(`${text}Z`);
  return Number.isNaN(time) ? undefined : time / 1000;
}
