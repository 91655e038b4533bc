// A scan's result for programs: docs/schemas/scan-1.json.
import { currentAt, type DatabaseSource } from '../advisory/database/description.ts';
import { locationJson, subjectJson } from '../bom/json/write.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
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
  const lines = new FindingLines();
  yield* named('findings', findings, (finding) => lines.of(finding));
  yield ',\n';
  yield* named('suppressed', suppressed, (finding) => lines.of(finding));
  yield '\n}\n';
}

function* named<T extends object>(name: string, items: Iterable<T>, json?: (item: T) => string): Generator<string> {
  yield `${JSON.stringify(name)}:`;
  yield* jsonList(items, json);
}

/** What a program needs to know of one source of the database. */
export function sourceJson(source: DatabaseSource): object {
  const { feed, title, base, licence, read, modified, digest, records } = source;
  const current = time(currentAt(source));
  return { feed, title, base, licence, read: time(read), modified: time(modified), current, digest, records };
}

/** A package is described once, however many findings it has. */
class FindingLines {
  readonly #packages = new Map<Finding['package'], string>();
  /** Many findings have the same. */
  readonly #times = new Map<number, string>();

  of(finding: Finding): string {
    const { id, aliases, package: p, fix, decisions, status, published } = finding;
    const { evidence, severity, severities, epss, exploited, summary, references, cwes } = finding;
    const said = { evidence, severity, severities, epss, exploited, risk: knownRisk(finding) };
    const judged = {
      fix: { ...fix, published: this.#time(fix.published) },
      status,
      decisions: decisions.length === 0 ? decisions : decisions.map(decisionJson),
      summary,
      references: references(),
      cwes,
      published: this.#time(published),
    };
    const names = JSON.stringify({ id, aliases });
    const [before, after] = [JSON.stringify(said), JSON.stringify(judged)];
    return `${names.slice(0, -1)},"package":${this.#package(p)},${before.slice(1, -1)},${after.slice(1)}`;
  }

  #time(seconds: number | undefined): string | undefined {
    if (seconds === undefined) return undefined;
    let text = this.#times.get(seconds);
    if (text === undefined) {
      text = isoTime(seconds);
      this.#times.set(seconds, text);
    }
    return text;
  }

  #package(p: Finding['package']): string {
    let text = this.#packages.get(p);
    if (text === undefined) {
      text = JSON.stringify({ ...p, locations: p.locations.map(locationJson) });
      this.#packages.set(p, text);
    }
    return text;
  }
}

function decisionJson(decision: FindingDecision): object {
  return { ...decision, at: time(decision.at), expires: time(decision.expires) };
}

function time(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : isoTime(seconds);
}
