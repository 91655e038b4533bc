import { expect, test } from 'vitest';
import { findingIn, libc } from '../../test/fakes/scan-report.ts';
import { pkg } from '../../test/fakes/packages.ts';
import { findingsByPackage } from './by-package.ts';
import type { Finding, FindingSeverity } from './types.ts';

const django = pkg('pkg:pypi/django@3.2.0');
let ids = 0;

function found(p: typeof libc, level: FindingSeverity['level'], ...versions: readonly string[]): Finding {
  const finding = findingIn(p, `CVE-2026-${ids++}`);
  return {
    ...finding,
    evidence: finding.evidence.map((one) => ({ ...one, ecosystem: p === django ? 'PyPI' : 'Debian:13' })),
    severity: { level, source: undefined, score: undefined, vector: undefined },
    fix: { ...finding.fix, state: versions.length === 0 ? 'not-fixed' : 'fixed', versions },
  };
}

function upgrade(...findings: readonly Finding[]): object | undefined {
  return findingsByPackage(findings)[0]?.upgrade;
}

test('packages stand with the worst first, however many findings another one has', () => {
  const groups = findingsByPackage([
    ...Array.from({ length: 9 }, () => found(libc, 'unknown')),
    found(django, 'medium'),
    found(django, 'low'),
  ]);
  expect(groups.map((group) => [group.package.name, Object.fromEntries(group.levels)])).toEqual([
    ['django', { medium: 1, low: 1 }],
    ['libc6', { unknown: 9 }],
  ]);
});

test('what is known to be exploited stands before what is worse', () => {
  const exploited = { date: '2026-01-01', ransomware: false } as unknown as Finding['exploited'];
  const groups = findingsByPackage([found(libc, 'critical'), { ...found(django, 'low'), exploited }]);
  expect(groups.map((group) => group.package.name)).toEqual(['django', 'libc6']);
});

test("one version fixes all, the latest by the ecosystem's own order", () => {
  expect(
    upgrade(found(libc, 'high', '6.1.99-1'), found(libc, 'low', '6.1.192-1'), found(libc, 'low', '6.1.180-1')),
  ).toEqual({
    version: '6.1.192-1',
    fixes: 3,
  });
});

test('what nothing fixes is not counted as fixed', () => {
  expect(upgrade(found(libc, 'high'), found(libc, 'low', '2.42-1'))).toEqual({ version: '2.42-1', fixes: 1 });
  expect(upgrade(found(libc, 'high'))).toBeUndefined();
});

test("a later version of the package's own line has its fixes; one of another line has not", () => {
  const old = found(django, 'high', '3.2.11', '4.0.1');
  expect(upgrade(old, found(django, 'high', '3.2.25', '5.0.3'))).toEqual({ version: '3.2.25', fixes: 2 });
  expect(upgrade(found(django, 'high', '3.2.11', '4.0.9'), found(django, 'high', '4.0.2'))).toEqual({
    version: '4.0.2',
    fixes: 1,
  });
});

test('versions without an order give no upgrade', () => {
  expect(upgrade(found(libc, 'high', 'ü'), found(libc, 'low', '2.42-1'))).toBeUndefined();
});
