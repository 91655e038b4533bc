// A scan's result as in-toto statements about the image, unsigned.
import { type ScannedImage, scoutStatement, vulnsStatement } from '../attest/vulnerabilities.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import type { Digest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { canonicalJson } from '../lib/json.ts';
import type { Tool } from '../lib/tool.ts';
import type { RenderOptions } from './scan-formats.ts';

type Subject = { readonly digest: Digest; readonly name: string };
type StatementOf = (subject: Subject, scanned: ScannedImage, tool: Tool) => object;

/** @throws Fault `scan/no-digest` */
export function scanVulnsStatement(report: ScanReport, { tool }: RenderOptions): Iterable<string> {
  return textOf(report, tool, vulnsStatement);
}

/** @throws Fault `scan/no-digest` */
export function scanScoutStatement(report: ScanReport, { tool }: RenderOptions): Iterable<string> {
  return textOf(report, tool, scoutStatement);
}

function textOf(report: ScanReport, tool: Tool, statementOf: StatementOf): readonly string[] {
  const { name, manifestDigest } = report.bom.subject;
  if (manifestDigest === undefined) {
    throw new Fault(
      'scan/no-digest',
      `A statement is about an image's digest, and ${name} has no manifest.`,
      'Name an image in a registry or an OCI layout, or take another format.',
    );
  }
  return [canonicalJson(statementOf({ digest: manifestDigest, name }, report, tool)), '\n'];
}
