// What a scan found, as statements about the image: in-toto's vulns v0.2 and Docker Scout's shape.
import { currentAt, type DatabaseSource } from '../advisory/database/description.ts';
import { predicateTypes } from '../intoto/predicates.ts';
import { type Statement, statementAbout } from '../intoto/statement.ts';
import { type Digest, sha256Hex } from '../lib/digest.ts';
import { isoTime } from '../lib/time.ts';
import type { Tool } from '../lib/tool.ts';
import type { Finding, FindingSeverity, NotCovered } from '../match/types.ts';

/** What was found in one platform's image, of what data. */
export interface ScannedImage {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly notCovered: readonly NotCovered[];
  readonly fixedOnly: readonly string[];
  readonly database: {
    readonly sources: readonly DatabaseSource[];
    /** Seconds since 1970: when the scan was made. */
    readonly now: number;
  };
}

type Subject = { readonly digest: Digest; readonly name: string };

/**
 * in-toto's vulnerability predicate (in-toto/attestation, spec/predicates/vulns_02.md). Each finding stands for itself, with
 * its package and its status among the annotations; suppressed ones, too. What nobody has rated has no severity.
 */
export function vulnsStatement(subject: Subject, scanned: ScannedImage, tool: Tool): Statement {
  const { findings, suppressed, notCovered, fixedOnly, database } = scanned;
  const time = isoTime(database.now);
  const read = database.sources.flatMap((source) => currentAt(source) ?? []);
  const predicate = {
    scanner: {
      uri: `pkg:generic/${tool.name}@${tool.version}`,
      version: tool.version,
      db: {
        version: `sha256:${sha256Hex(JSON.stringify(database.sources.map(({ feed, digest }) => [feed, digest])))}`,
        // The newest source's: of each its own time stands beside it.
        lastUpdate: isoTime(Math.max(0, ...read)),
        sources: database.sources.map(sourceOf),
      },
      result: [...findings, ...suppressed].map(vulnsResult),
      notCovered: notCovered.map(({ purl, reason }) => ({ purl, reason })),
      fixedOnly,
    },
    metadata: { scanStartedOn: time, scanFinishedOn: time },
  };
  return statementAbout(subject, predicateTypes.vulns, predicate);
}

function sourceOf(source: DatabaseSource): object {
  const at = currentAt(source);
  return {
    uri: source.base,
    name: source.title,
    digest: source.digest,
    ...(at === undefined ? {} : { lastUpdate: isoTime(at) }),
  };
}

function vulnsResult({ id, severity, package: p, status, fix, decisions }: Finding): object {
  const { level, source, score, vector } = severity;
  const [decision] = decisions;
  const annotations = [
    ['purl', p.purl],
    ['status', status],
    ['fix', fix.state],
    ...fix.versions.map((version) => ['fixedIn', version]),
    ...(vector === undefined ? [] : [['vector', vector]]),
    ...(decision?.justification === undefined ? [] : [['justification', decision.justification]]),
    ...(decision === undefined ? [] : [['reason', decision.reason]]),
  ] as const;
  return {
    id,
    severity: [
      ...(level === 'unknown' || source === undefined ? [] : [{ method: source, score: level }]),
      ...(score === undefined ? [] : [{ method: 'cvss_score', score: score.toFixed(1) }]),
    ],
    annotations: annotations.map(([name, value]) => ({ [name]: value })),
  };
}

const SCOUT_SEVERITIES: Readonly<Record<FindingSeverity['level'], string>> = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
  negligible: 'LOW',
  unknown: 'UNSPECIFIED',
};

/**
 * The shape of Docker Scout's predicate: packages, each with its vulnerabilities. It has no place for a status: whoever
 * reads it takes from it what VEX statements deny, so suppressed findings are in it, and none of what is not covered.
 */
export function scoutStatement(subject: Subject, { findings, suppressed }: ScannedImage): Statement {
  const packages = new Map<string, object[]>();
  for (const finding of [...findings, ...suppressed]) {
    const list = packages.get(finding.package.purl);
    if (list === undefined) packages.set(finding.package.purl, [scoutVulnerability(finding)]);
    else list.push(scoutVulnerability(finding));
  }
  const predicate = [...packages].map(([purl, vulnerabilities]) => ({ purl, vulnerabilities }));
  return statementAbout(subject, predicateTypes.scoutVulnerabilities, predicate);
}

function scoutVulnerability({ id, severity: { level, score }, fix: { versions }, published }: Finding): object {
  const [fixedBy] = versions;
  return {
    source_id: id,
    cvss: { severity: SCOUT_SEVERITIES[level], ...(score === undefined || level === 'unknown' ? {} : { score }) },
    ...(fixedBy === undefined ? {} : { fixed_by: fixedBy }),
    ...(published === undefined ? {} : { published_at: isoTime(published) }),
  };
}
