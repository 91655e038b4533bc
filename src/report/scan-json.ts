// A scan's result for programs: docs/schemas/scan-1.json.
import type { DatabaseSource } from '../advisory/database/description.ts';
import { locationJson, subjectJson } from '../bom/json/write.ts';
import type { ScanReport } from '../flow/scan.ts';
import { isoTime } from '../lib/time.ts';
import type { Finding, FindingDecision } from '../match/types.ts';
import { knownRisk } from './finding-words.ts';
import { jsonList } from './json-list.ts';
import type { RenderOptions } from './scan-formats.ts';
import { totalsOf } from './scan-totals.ts';

/** The schema's identifier. */
export const SCAN_SCHEMA = 'urn:temper:schema:scan:1';

/** Lists have a line for each element. Members that are not known are left out. */
export function* scanJson(report: ScanReport, { tool }: RenderOptions): Generator<string> {
  const { bom, findings, suppressed, notCovered, fixedOnly, stream, database, failures } = report;
  const members: readonly (readonly [string, unknown])[] = [
    ['$schema', SCAN_SCHEMA],
    ['schemaVersion', 1],
    ['tool', tool],
    ['subject', subjectJson(bom.subject)],
    ['database', { sources: database.sources.map(sourceJson) }],
    ['totals', totalsOf(report)],
    ['failures', failures],
    ['fixedOnly', fixedOnly],
    ...(stream === undefined ? [] : [['stream', stream] as const]),
    ['packages', bom.packages.map(({ purl }) => purl)],
  ];
  yield '{\n';
  for (const [name, value] of members) yield `${JSON.stringify(name)}:${JSON.stringify(value)},\n`;
  yield* named('notCovered', notCovered);
  yield ',\n';
  yield* named('findings', mapped(findings));
  yield ',\n';
  yield* named('suppressed', mapped(suppressed));
  yield '\n}\n';
}

function* mapped(findings: readonly Finding[]): Generator<object> {
  for (const finding of findings) yield findingJson(finding);
}

function* named(name: string, items: Iterable<object>): Generator<string> {
  yield `${JSON.stringify(name)}:`;
  yield* jsonList(items);
}

/** What a program needs to know of one source of the database. */
export function sourceJson(source: DatabaseSource): object {
  const { feed, title, base, licence, read, modified, digest, records } = source;
  return { feed, title, base, licence, read: time(read), modified: time(modified), digest, records };
}

function findingJson(finding: Finding): object {
  const { package: p, decisions, fix, published } = finding;
  return {
    ...finding,
    package: { ...p, locations: p.locations.map(locationJson) },
    fix: { ...fix, published: time(fix.published) },
    risk: knownRisk(finding),
    decisions: decisions.map(decisionJson),
    published: time(published),
  };
}

function decisionJson(decision: FindingDecision): object {
  return { ...decision, at: time(decision.at), expires: time(decision.expires) };
}

function time(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : isoTime(seconds);
}
