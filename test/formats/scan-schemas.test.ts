// Results of scans under the official schemas of their formats: hand-made hostile ones, and random ones.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScanReport } from '../../src/flow/scan/scan.ts';
import { isSuppressed } from '../../src/match/filter.ts';
import { match } from '../../src/match/match.ts';
import { scanRenderer, type ScanFormat } from '../../src/report/scan-formats.ts';
import { fakeIndex } from '../fakes/advisory-index.ts';
import { gitlabSchema } from '../fakes/gitlab-schema.ts';
import { decided, scanReport } from '../fakes/scan-report.ts';
import { records, vulnerableBoms } from '../fakes/vulnerable.ts';

const schemas = join(process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../shared'), 'schemas');
const tool = { name: 'temper', version: '0.1.0' };

const reports: fc.Arbitrary<ScanReport> = fc
  .record({ bom: vulnerableBoms, advisories: records, suppress: fc.boolean() })
  .map(({ bom, advisories, suppress }) => {
    const { findings, ...rest } = match(bom, fakeIndex({ advisories }));
    const judged = findings.map((finding, i) =>
      suppress && i % 2 === 0 ? { ...finding, status: decided.status, decisions: [decided] } : finding,
    );
    return scanReport({
      ...rest,
      bom,
      findings: judged.filter((finding) => !isSuppressed(finding)),
      suppressed: judged.filter(isSuppressed),
    });
  });

async function text(report: ScanReport, format: ScanFormat): Promise<string> {
  return [...(await scanRenderer(format))(report, { tool, showSuppressed: false })].join('');
}

async function holds(format: ScanFormat, problems: (document: unknown) => unknown[]): Promise<void> {
  expect(problems(JSON.parse(await text(scanReport(), format)))).toEqual([]);
  await fc.assert(
    fc.asyncProperty(reports, async (report) => {
      expect(problems(JSON.parse(await text(report, format)))).toEqual([]);
    }),
    { numRuns: 25, seed: 1 },
  );
}

/** @param others schemas that it refers to */
function validatorOf(schema: AnySchema, others: readonly AnySchema[] = []): (document: unknown) => unknown[] {
  const ajv = new Ajv({ strict: false, logger: false });
  addFormats.default(ajv);
  for (const other of others) ajv.addSchema(other);
  const valid = ajv.compile(schema);
  return (document) => (valid(document) ? [] : (valid.errors ?? []).slice(0, 3));
}

test('GitLab’s container scanning report', async () => {
  const problems = validatorOf(gitlabSchema);
  expect(problems({ version: '15', scan: {}, vulnerabilities: [] })).not.toEqual([]);
  await holds('gitlab', problems);
});

describe.skipIf(!existsSync(schemas))('under the official schemas (of the shared folder)', { timeout: 60_000 }, () => {
  // What SARIF's schema uses of draft 4 means the same in draft 7, without its name.
  const load = (name: string) => {
    const { id, $schema, ...schema } = JSON.parse(readFileSync(join(schemas, name), 'utf8')) as Record<string, unknown>;
    return (id === undefined ? { ...schema, $schema } : schema) as AnySchema & object;
  };
  const validator = (name: string, others: readonly string[] = []) => validatorOf(load(name), others.map(load));

  test('SARIF 2.1.0', async () => {
    const problems = validator('sarif-2.1.0.schema.json');
    expect(problems({ version: '2.1.0', runs: [{ results: [] }] })).not.toEqual([]);
    await holds('sarif', problems);
  });

  test('CycloneDX 1.6', async () => {
    const others = ['spdx.schema.json', 'jsf-0.82.schema.json'];
    const problems = validator('cyclonedx-bom-1.6.schema.json', others);
    expect(problems({ bomFormat: 'CycloneDX', specVersion: '1.6', vulnerabilities: [{ ratings: 1 }] })).not.toEqual([]);
    await holds('cyclonedx-json', problems);
  });
});
