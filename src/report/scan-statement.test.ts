import { expect, test } from 'vitest';
import { lodash, scanReport } from '../../test/fakes/scan-report.ts';
import { parseStatement } from '../intoto/statement.ts';
import type { Fault } from '../lib/faults.ts';
import { scanScoutStatement, scanVulnsStatement } from './scan-statement.ts';

const options = { tool: { name: 'temper', version: '1.2.3' }, showSuppressed: false };

function statementOf(render: typeof scanVulnsStatement, report = scanReport()) {
  return parseStatement(Buffer.from([...render(report, options)].join('')));
}

interface Vulns {
  readonly scanner: {
    readonly result: readonly {
      readonly id: string;
      readonly severity: readonly object[];
      readonly annotations: readonly object[];
    }[];
  };
}

test('is about the image’s digest', () => {
  for (const render of [scanVulnsStatement, scanScoutStatement])
    expect(statementOf(render).subject).toEqual([{ name: 'image', digest: { sha256: 'cd'.repeat(32) } }]);
});

test('refuses what has no digest', () => {
  const { bom } = scanReport();
  const report = scanReport({ bom: { ...bom, subject: { ...bom.subject, manifestDigest: undefined } } });
  expect(() => statementOf(scanVulnsStatement, report)).toThrow(
    expect.objectContaining({ code: 'scan/no-digest' }) as Fault,
  );
});

test('in-toto: who scanned with what data, and every finding', () => {
  const { predicateType, predicate } = statementOf(scanVulnsStatement);
  expect(predicateType).toBe('https://in-toto.io/attestation/vulns/v0.2');
  expect(predicate).toMatchObject({
    scanner: {
      uri: 'pkg:generic/temper@1.2.3',
      version: '1.2.3',
      db: {
        version: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
        lastUpdate: '2026-08-17T18:53:20Z',
        sources: [{ name: 'Debian security tracker' }],
      },
      notCovered: [{ reason: 'kind' }, { reason: 'no-feed' }],
    },
    metadata: { scanStartedOn: '2026-08-17T20:53:20Z', scanFinishedOn: '2026-08-17T20:53:20Z' },
  });
  const { result } = (predicate as Vulns).scanner;
  expect(result.map(({ severity }) => severity)).toEqual([
    [
      { method: 'ghsa', score: 'critical' },
      { method: 'cvss_score', score: '9.8' },
    ],
    [{ method: 'debian', score: 'high' }],
    [],
    expect.any(Array),
    [{ method: 'debian', score: 'high' }],
    [{ method: 'debian', score: 'high' }],
  ]);
  expect(result[4]?.annotations).toContainEqual({ status: 'not-affected' });
  expect(result[4]?.annotations).toContainEqual({ justification: 'vulnerable_code_not_in_execute_path' });
});

test('Docker Scout: packages with their vulnerabilities', () => {
  const { predicateType, predicate } = statementOf(scanScoutStatement);
  expect(predicateType).toBe('https://scout.docker.com/vulnerabilities/v0.1');
  const [first, second] = predicate as readonly {
    readonly purl: string;
    readonly vulnerabilities: readonly object[];
  }[];
  expect(first).toEqual({
    purl: lodash.purl,
    vulnerabilities: [
      {
        source_id: 'CVE-2026-0001',
        cvss: { severity: 'CRITICAL', score: 9.8 },
        fixed_by: '4.17.21',
        published_at: '2025-10-09T08:53:20Z',
      },
    ],
  });
  expect(second?.vulnerabilities).toContainEqual({ source_id: 'CVE-2026-0003', cvss: { severity: 'UNSPECIFIED' } });
});
