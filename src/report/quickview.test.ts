import { expect, test } from 'vitest';
import { findingIn, libc, lodash, scanReport } from '../../test/fakes/scan-report.ts';
import { bomOf } from '../../test/fakes/packages.ts';
import type { BomPackage } from '../bom/types.ts';
import { quickViewOf, quickViewText } from './quickview.ts';

const unknown = ({ purl, name, version }: BomPackage) => ({
  purl,
  name,
  version,
  reason: 'no-feed' as const,
  ecosystem: undefined,
});
const clean = { findings: [], suppressed: [], notCovered: [] };

test('counts what is known', () => {
  const bom = bomOf([libc, lodash]);
  const view = quickViewOf(scanReport({ ...clean, bom, notCovered: [unknown(lodash)] }));
  expect(view).toMatchObject({
    packages: 2,
    notCovered: 1,
    all: { levels: { critical: 0 }, fixable: 0 },
    base: undefined,
  });
  expect(quickViewText(view)).toMatch(/^Target +\S+ +0C +0H +0M +0L\n/);
  expect(quickViewText(view)).toContain('packages  2, nothing known of 1\n');
});

test('gives no number where nothing is known of any package', () => {
  const view = quickViewOf(
    scanReport({ ...clean, bom: bomOf([libc, lodash]), notCovered: [libc, lodash].map(unknown) }),
  );
  expect(view.all).toBeNull();
  expect(quickViewText(view)).toMatch(/^Target +\S+ +not known\n/);
  expect(quickViewText(view)).toMatch(/\n\n0 suppressed\n$/);
  expect(quickViewOf(scanReport({ ...clean, bom: bomOf([]) })).all).toBeNull();
});

test('gives the share of the base where something is known of it', () => {
  const bom = bomOf([
    { ...libc, origin: 'base' },
    { ...lodash, origin: 'added' },
  ]);
  const added = findingIn({ ...lodash, origin: 'added' }, 'CVE-2026-0001');
  const known = quickViewOf(scanReport({ ...clean, bom, findings: [added] }));
  expect([known.all?.levels['high'], known.base?.levels['high']]).toEqual([1, 0]);
  const view = quickViewOf(scanReport({ ...clean, bom, findings: [added], notCovered: [unknown(libc)] }));
  expect([view.all?.levels['high'], view.base]).toEqual([1, null]);
  expect(quickViewText(view)).toMatch(/Base image +its share +not known\n/);
});
