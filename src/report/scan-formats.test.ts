import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingIn, libc, scanReport } from '../../test/fakes/scan-report.ts';
import type { Finding } from '../match/types.ts';
import { type ScanFormat, scanFormats, scanRenderer, scanTargets } from './scan-formats.ts';
// It loads what stays: before the tests, not during one.
import './scan-statement.ts';

const names: readonly ScanFormat[] = scanFormats.map(({ name }) => name);
const docs = readFileSync(join(import.meta.dirname, '../../docs/scan-formats.md'), 'utf8');

test('JSON gives a risk only where it is known how likely exploitation is', async () => {
  const findings = [findingIn(libc, 'CVE-1'), { ...findingIn(libc, 'CVE-2'), epss: { score: 0.1 } as Finding['epss'] }];
  const text = [
    ...(await scanRenderer('json'))(scanReport({ findings }), {
      tool: { name: 'temper', version: '1' },
      showSuppressed: false,
    }),
  ].join('');
  const json = JSON.parse(text) as { findings: { risk?: number }[] };
  expect(json.findings.map(({ risk }) => risk)).toEqual([undefined, 0]);
});

test('docs/scan-formats.md has a row for every format with its other names, and for no other', () => {
  const rows = [...docs.matchAll(/^\| `([a-z-]+)` \|[^|]*\|([^|]*)\|$/gm)].map(([, name, also = '']) => [
    name,
    [...also.matchAll(/`([^`]+)`/g)].map(([, alias]) => alias),
  ]);
  expect(rows).toEqual(scanFormats.map((format) => [format.name, 'aliases' in format ? format.aliases : []]));
});

test('a file before its format is told from one whose name has a sign', () => {
  expect(() => scanTargets(['x.json=cyclonedx-json'], undefined)).toThrow(
    expect.objectContaining({ code: 'usage/output', hint: 'Write --output cyclonedx-json=x.json.' }),
  );
  expect(scanTargets(['json=table', './a=json'], 'sarif')).toEqual([
    { format: 'json', file: 'table' },
    { format: 'sarif', file: './a=json' },
  ]);
});

test('a format is had by any of its names', () => {
  expect(scanTargets(['cdx=a', 'md=b', 'SARIF=c'], undefined).map(({ format }) => format)).toEqual([
    'cyclonedx-json',
    'markdown',
    'sarif',
  ]);
  expect(() => scanTargets(['sarf=a'], undefined)).toThrow(
    expect.objectContaining({ code: 'scan/unknown-output', hint: 'Did you mean sarif?' }),
  );
});

test.each(names)(
  '%s: the same text for the same result, that ends in a line feed and has no control characters',
  async (name) => {
    const render = async () =>
      [
        ...(await scanRenderer(name))(scanReport(), { tool: { name: 'temper', version: '1' }, showSuppressed: true }),
      ].join('');
    const text = await render();
    expect(text).toBe(await render());
    expect(text).toMatch(/\n$/);
    expect(text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f]/);
  },
);

test.each(names)('%s: is whole where nothing was found and nothing is known', async (name) => {
  const empty = scanReport({ findings: [], suppressed: [], notCovered: [], fixedOnly: [], failures: [], covered: 0 });
  const report = { ...empty, database: { ...empty.database, sources: [] } };
  const text = [
    ...(await scanRenderer(name))(report, { tool: { name: 'temper', version: '1' }, showSuppressed: true }),
  ].join('');
  expect(text.length).toBeGreaterThan(10);
  expect(text.replace(/<script>[^]*<\/script>/, '')).not.toMatch(/undefined|NaN/);
});
