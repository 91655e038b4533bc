// A scan's result as SARIF 2.1.0, as GitHub's code scanning reads it.
import type { PackageLocation } from '../bom/types.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import { pathText } from '../lib/bytes.ts';
import { sha256Hex } from '../lib/digest.ts';
import { isoTime } from '../lib/time.ts';
import type { Tool } from '../lib/tool.ts';
import { isSuppressed } from '../match/filter.ts';
import type { Finding, FindingDecision } from '../match/types.ts';
import { cut, encodedPart, knownRisk, suppressedBy } from './finding-words.ts';
import { jsonList } from './json-list.ts';
import { sarifRule, sarifText, sarifLevel } from './sarif-rule.ts';
import type { RenderOptions } from './scan-formats.ts';
import { sourceJson } from './scan-json.ts';
import { count, databaseLine, fixOf, severityOf, uncoveredLines } from './scan-table.ts';
import { totalsOf } from './scan-totals.ts';

/** GitHub refuses a run with more results or rules. */
const MOST_RESULTS = 25_000;
/** GitHub shows no more of a result. */
const MOST_LOCATIONS = 100;
/** Packages that are not covered, listed one by one. */
const MOST_NOT_COVERED = 1000;

/** One run with one rule for each vulnerability and one result for each finding, the worst first, suppressed ones last. */
export function* scanSarif(report: ScanReport, { tool }: RenderOptions): Generator<string> {
  const all = [...report.findings, ...report.suppressed];
  const shown = all.slice(0, MOST_RESULTS);
  const rules = new Map<string, { readonly index: number; readonly worst: Finding }>();
  for (const worst of shown) if (!rules.has(worst.id)) rules.set(worst.id, { index: rules.size, worst });
  yield '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{\n';
  yield `"tool":{"driver":{"name":${JSON.stringify(tool.name)},"semanticVersion":${JSON.stringify(tool.version)},"rules":`;
  yield* jsonList(mapped(rules.values(), ({ worst }) => sarifRule(worst)));
  yield '}},\n';
  yield `"automationDetails":${JSON.stringify({ id: category(report, tool) })},\n`;
  yield `"invocations":${JSON.stringify([invocation(report, all.length - shown.length)])},\n`;
  yield `"properties":${JSON.stringify(properties(report))},\n"results":`;
  const marks = new Marks();
  yield* jsonList(mapped(shown, (finding) => result(finding, report, rules.get(finding.id)?.index ?? 0, marks)));
  yield '}]}\n';
}

function* mapped<T>(list: Iterable<T>, json: (item: T) => object): Generator<object> {
  for (const item of list) yield json(item);
}

/** Results of one image and platform replace those of the last run of the same. */
function category({ bom: { subject }, platform }: ScanReport, tool: Tool): string {
  return `${tool.name}/${cut(subject.name, 500)}/${(platform ?? 'files').replaceAll('/', '-')}/`;
}

function invocation(report: ScanReport, leftOut: number): object {
  const notes = [
    ...(leftOut === 0 ? [] : [`${count(leftOut, 'finding')} left out: a run has at most ${MOST_RESULTS} results`]),
    ...uncoveredLines(report),
    databaseLine(report),
  ];
  return {
    executionSuccessful: true,
    endTimeUtc: isoTime(report.database.now),
    toolExecutionNotifications: notes.map((text) => ({ level: 'note', message: { text: sarifText(text) } })),
  };
}

function properties(report: ScanReport): object {
  const { bom, platform, notCovered, fixedOnly, database } = report;
  return {
    image: { name: bom.subject.name, version: bom.subject.version, platform, digest: bom.subject.manifestDigest },
    totals: totalsOf(report),
    notCovered: notCovered.slice(0, MOST_NOT_COVERED).map(({ purl, reason }) => ({ purl, reason })),
    fixedOnly,
    database: { sources: database.sources.map(sourceJson) },
  };
}

function result(finding: Finding, report: ScanReport, ruleIndex: number, marks: Marks): object {
  const { id, package: p, severity, fix, epss, exploited, status } = finding;
  const fixed = fixOf(finding);
  const suffix = fix.state === 'fixed' ? `, fixed in ${fixed}` : fixed === '' ? '' : `, ${fixed}`;
  return {
    ruleId: id,
    ruleIndex,
    level: sarifLevel(severity.level),
    message: { text: sarifText(`${p.name} ${p.version}: ${id}, severity ${severityOf(finding)}${suffix}.`) },
    locations: locations(finding, report),
    partialFingerprints: { primaryLocationLineHash: marks.of(finding) },
    suppressions: isSuppressed(finding) ? [suppression(suppressedBy(finding))] : undefined,
    properties: {
      purl: p.purl,
      via: p.parents.length === 0 ? undefined : p.parents,
      origin: p.origin,
      severity: severity.level,
      severitySource: severity.source,
      epss: epss?.score,
      exploited: exploited !== undefined,
      risk: knownRisk(finding),
      status,
      fix: fix.state,
      fixedIn: fix.versions.length === 0 ? undefined : fix.versions,
    },
  };
}

function suppression(decision: FindingDecision | undefined): object {
  if (decision === undefined) return { kind: 'external', status: 'accepted' };
  const { justification: word, reason, source, author } = decision;
  const by = author === undefined ? source : `${source}, ${author}`;
  const text = `${word === undefined ? '' : `${word}: `}${reason} (${by})`;
  return { kind: 'external', status: 'accepted', justification: cut(text, 4000) };
}

// GitHub wants a file for each result: where none is known the image stands for it.
function locations({ package: p }: Finding, { bom }: ScanReport): object[] {
  const logical = { name: p.name, fullyQualifiedName: p.purl, kind: 'package' };
  const places = p.locations.slice(0, MOST_LOCATIONS);
  if (places.length === 0) return [location(encodedPart(cut(bom.subject.name, 500)) || 'image', logical)];
  return places.map((place) => location(uriOf(place), { ...logical, fullyQualifiedName: inside(place, p.purl) }));
}

function location(uri: string, logical: object): object {
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    logicalLocations: [logical],
  };
}

function uriOf({ path }: PackageLocation): string {
  return pathText(path).split('/').map(encodedPart).join('/');
}

function inside({ within = [] }: PackageLocation, purl: string): string {
  return [...within, purl].join('!');
}

/** Fingerprints: the same for the same vulnerability in the same place while the package's version changes. */
class Marks {
  readonly #seen = new Map<string, number>();

  of({ id, package: p }: Finding): string {
    const at = p.locations.map(({ path, within = [] }) => [path, ...within]);
    const mark = sha256Hex(JSON.stringify([id, p.kind, p.name, at])).slice(0, 32);
    const number = (this.#seen.get(mark) ?? 0) + 1;
    this.#seen.set(mark, number);
    return `${mark}:${number}`;
  }
}
