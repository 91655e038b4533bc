// A scan's result as GitLab's container scanning report (security-report-schemas, container-scanning-report-format.json, 15.2.1).
import type { ScanReport } from '../flow/scan/scan.ts';
import { sha256Hex } from '../lib/digest.ts';
import { isoTime } from '../lib/time.ts';
import type { Tool } from '../lib/tool.ts';
import { uuidOf } from '../lib/uuid.ts';
import { isSuppressed } from '../match/filter.ts';
import type { Finding, FindingSeverity } from '../match/types.ts';
import { cut, cweNumber, suppressedBy, vulnerabilityPage } from './finding-words.ts';
import { jsonList } from './json-list.ts';
import type { RenderOptions } from './scan-formats.ts';
import { count, databaseLine, uncoveredLines } from './scan-table.ts';

const VERSION = '15.2.1';
const SCHEMA = `https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v${VERSION}/dist/container-scanning-report-format.json`;
/** Findings of one report. */
const MOST = 25_000;

/** Findings, the worst first; suppressed ones last, with a flag and the reason. */
export function* scanGitlab(report: ScanReport, { tool }: RenderOptions): Generator<string> {
  const all = [...report.findings, ...report.suppressed];
  const shown = all.slice(0, MOST);
  yield `{"version":"${VERSION}","schema":"${SCHEMA}",\n`;
  yield `"scan":${JSON.stringify(scanOf(report, tool, all.length - shown.length))},\n"vulnerabilities":`;
  yield* jsonList(vulnerabilities(shown, report, tool));
  yield '}\n';
}

function scanOf(report: ScanReport, tool: Tool, leftOut: number): object {
  const program = { id: tool.name, name: tool.name, version: tool.version, vendor: { name: tool.name } };
  const time = isoTime(report.database.now).replace('Z', '');
  const messages = [
    ...(leftOut === 0 ? [] : [{ level: 'warn', value: `${count(leftOut, 'finding')} left out` }]),
    ...[...uncoveredLines(report)].map((value) => ({ level: 'warn', value })),
    { level: 'info', value: databaseLine(report) },
  ];
  return {
    analyzer: program,
    scanner: program,
    type: 'container_scanning',
    start_time: time,
    end_time: time,
    status: 'success',
    messages,
  };
}

function* vulnerabilities(findings: readonly Finding[], report: ScanReport, tool: Tool): Generator<object> {
  for (const finding of findings) yield vulnerability(finding, report, tool);
}

const SEVERITIES: Readonly<Record<FindingSeverity['level'], string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  negligible: 'Info',
  unknown: 'Unknown',
};

function vulnerability(finding: Finding, report: ScanReport, tool: Tool): object {
  const { id, package: p, summary, severity, references } = finding;
  const { name, distribution } = report.bom.subject;
  const links = references()
    .filter((url) => /^https?:\/\/\S+$/.test(url))
    .slice(0, 50);
  return {
    id: uuidOf(sha256Hex(JSON.stringify([id, p.purl, name]))),
    name: cut(id, 255),
    description: cut(summary === '' ? id : summary, 4000),
    severity: SEVERITIES[severity.level],
    solution: solution(finding),
    identifiers: identifiers(finding),
    cvss_vectors: cvssVectors(finding),
    links: links.length === 0 ? undefined : links.map((url) => ({ url })),
    details: details(finding),
    flags: flags(finding, tool),
    location: {
      dependency: { package: { name: p.name }, version: p.version },
      operating_system: distribution === undefined ? 'unknown' : `${distribution.id} ${distribution.versionId}`.trim(),
      image: cut(name, 255) || 'image',
    },
  };
}

function solution({ package: p, fix: { state, versions } }: Finding): string | undefined {
  const [first] = versions;
  if (state !== 'fixed' || first === undefined) return undefined;
  return cut(`Upgrade ${p.source?.name ?? p.name} to ${versions.slice(0, 20).join(' or ')}.`, 7000);
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^CVE-/, 'cve'],
  [/^GHSA-/, 'ghsa'],
  [/^D[SL]A-/, 'dsa'],
  [/^RHSA-/, 'rhsa'],
];

// The first tells a vulnerability from others in GitLab: its own id.
function identifiers({ id, aliases, cwes }: Finding): object[] {
  const names = [id, ...aliases.slice(0, 20)].map((name) => ({
    type: KINDS.find(([of]) => of.test(name))?.[1] ?? 'osv',
    name: cut(name, 255),
    value: cut(name, 255),
    url: vulnerabilityPage(cut(name, 255)),
  }));
  const numbers = [...new Set(cwes.flatMap((cwe) => cweNumber(cwe) ?? []))].slice(0, 20).map((number) => ({
    type: 'cwe',
    name: `CWE-${number}`,
    value: String(number),
    url: `https://cwe.mitre.org/data/definitions/${number}.html`,
  }));
  return [...names, ...numbers];
}

/** The metrics that the schema knows: those of CVSS 2 and 3. */
const CVSS3 =
  /^(?:AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH])$/;
const CVSS2 =
  /^(?:AV:[NAL]|AC:[LMH]|Au:[MSN]|[CIA]:[NPC]|E:(?:U|POC|F|H|ND)|RL:(?:OF|TF|W|U|ND)|RC:(?:UC|UR|C|ND)|CDP:(?:N|L|LM|MH|H|ND)|TD:(?:N|L|M|H|ND)|[CIA]R:(?:L|M|H|ND))$/;

function cvssVectors({ severity, severities }: Finding): object[] | undefined {
  const all = [severity, ...severities].flatMap(({ source, vector }) =>
    vector !== undefined && isCvss(vector)
      ? [{ vendor: source === undefined || source === '' ? 'unknown' : source, vector }]
      : [],
  );
  const each = [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
  return each.length === 0 ? undefined : each.slice(0, 10);
}

function isCvss(vector: string): boolean {
  if (vector.length > 128) return false;
  const parts = vector.split('/');
  if (parts[0] === 'CVSS:3.0' || parts[0] === 'CVSS:3.1')
    return vector.length >= 32 && parts.slice(1).every((part) => CVSS3.test(part));
  return vector.length >= 16 && parts.every((part) => CVSS2.test(part));
}

function details(finding: Finding): object | undefined {
  const { package: p, epss, exploited, status, severity } = finding;
  const decision = isSuppressed(finding) ? suppressedBy(finding) : undefined;
  const rows: readonly (readonly [string, string, string | undefined])[] = [
    ['purl', 'Package URL', p.purl],
    ['via', 'Needed through', p.parents.length === 0 ? undefined : p.parents.map((way) => way.join(' > ')).join('\n')],
    ['origin', 'From', p.origin === undefined ? undefined : ORIGINS[p.origin]],
    ['severity_source', 'Severity from', severity.source],
    ['epss', 'EPSS', epss === undefined ? undefined : String(epss.score)],
    ['exploited', 'Known to be exploited since', exploited?.added],
    ['status', 'Status', status === 'affected' ? undefined : status],
    ['justification', 'Justification', decision?.justification],
    ['reason', 'Reason', decision?.reason],
    ['source', 'Said by', decision?.source],
  ];
  return Object.fromEntries(
    rows.flatMap(([key, name, value]) =>
      value === undefined ? [] : [[key, { type: 'text', name, value: cut(value, 4000) }]],
    ),
  );
}

const ORIGINS = { base: 'the base image', added: 'above the base image' } as const;

// Somebody has found it not to be there, which is not so of what a rule ignores.
function flags(finding: Finding, tool: Tool): object[] | undefined {
  if (finding.status !== 'not-affected' && finding.status !== 'fixed') return undefined;
  const description = cut(suppressedBy(finding)?.reason || finding.status, 4000);
  return [{ type: 'flagged-as-likely-false-positive', origin: tool.name, description }];
}
