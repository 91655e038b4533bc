import { expect, test } from 'vitest';
import { finding } from '../../test/fakes/findings.ts';
import { type FindingFilter, passes } from './filter.ts';

const one = finding({ id: 'CVE-2026-1', aliases: ['GHSA-a'] });
const given: Parameters<typeof passes>[0] = {
  ...one,
  severity: { level: 'high', source: 'x', score: 8, vector: 'CVSS:3.1/AV:N/AC:L/PR:N' },
  epss: { id: 'CVE-2026-1', score: 0.2, percentile: 0.95, date: '2026-01-01' },
  package: { ...one.package, purl: 'pkg:deb/debian/libssl3@1', name: 'libssl3', origin: 'base' },
};

test.each<[FindingFilter, boolean]>([
  [{}, true],
  [{ onlyUnfixed: true }, one.fix.state !== 'fixed'],
  [{ onlyFixed: true }, one.fix.state === 'fixed'],
  [{ ids: new Set(['CVE-2026-1']) }, true],
  [{ ids: new Set(['GHSA-a']) }, true],
  [{ ids: new Set(['CVE-2026-2']) }, false],
  [{ types: new Set(['deb']) }, true],
  [{ types: new Set(['npm']) }, false],
  [{ origin: 'base' }, true],
  [{ origin: 'added' }, false],
  [{ names: [/^lib/] }, true],
  [{ names: [/^ssl/, /^openssl/] }, false],
  [{ metrics: ['AV:N', 'PR:N'] }, true],
  [{ metrics: ['AV:N', 'PR:L'] }, false],
  [{ minEpssPercentile: 0.9 }, true],
  [{ minEpssPercentile: 0.99 }, false],
])('%j: %s', (filter, expected) => {
  expect(passes(given, filter)).toBe(expected);
});

test('what no base is known of is not left out with the base', () => {
  const unknown = { ...given, package: { ...given.package, origin: undefined } };
  expect(passes(unknown, { origin: 'added' })).toBe(true);
  expect(passes(unknown, { origin: 'base' })).toBe(false);
});
