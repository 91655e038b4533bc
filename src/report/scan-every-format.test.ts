// What holds in each format of a scan's result.
import { expect, test } from 'vitest';
import { findingIn, libc, lodash, scanReport } from '../../test/fakes/scan-report.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import { type ScanFormat, scanFormats, scanRenderer } from './scan-formats.ts';

const tool = { name: 'temper', version: '1' };
const names = scanFormats.map(({ name }) => name);

async function textOf(name: ScanFormat, report: ScanReport): Promise<string> {
  const render = await scanRenderer(name);
  return [...render(report, { tool, showSuppressed: false })].join('');
}

const nobody = { level: 'unknown', source: undefined, score: undefined, vector: undefined } as const;
const unrated = scanReport({
  findings: [
    findingIn(libc, 'CVE-2026-0001', { severity: nobody }),
    findingIn(lodash, 'CVE-2026-0002', { severity: nobody }),
  ],
  suppressed: [],
  failures: [],
});
const deep = findingIn(lodash, 'CVE-2026-0001');
const needed = scanReport({
  findings: [
    {
      ...deep,
      package: {
        ...deep.package,
        origin: 'base',
        parents: [
          ['pkg:npm/%40scope/app@1', 'pkg:npm/middle@2', 'pkg:npm/inner@3'],
          ['pkg:npm/other@1', 'pkg:npm/inner@3'],
        ],
      },
    },
  ],
});

test.each(names)('%s never shows a zero beside what nobody has rated', async (name) => {
  const text = await textOf(name, unrated);
  const shown = name === 'json' || name === 'sarif' ? text.replaceAll(/"levels":\{[^}]*\}/g, '') : text;
  expect(shown).not.toMatch(/\b0\s*(?:<\/b>)?\s*(?:C|H|M|L|critical|high|medium|low|negligible)\b/i);
  expect(shown).not.toMatch(/"(?:critical|high|medium|low|negligible)"\s*:\s*0/i);
  // in-toto leaves severities out that nobody states; all others have a word for it.
  expect(shown).toMatch(name === 'in-toto-vulns' ? /"severity":\s*\[\]/ : /unknown|unspecified/i);
});

test.each(['table', 'markdown', 'html', 'json', 'sarif', 'gitlab'] as const)(
  '%s says through what a package is needed, and whether the base image brings it',
  async (name) => {
    const text = await textOf(name, needed);
    expect(text).toMatch(/scope(?:\/|&#47;)app/);
    expect(text).toMatch(/inner/);
    expect(text).toMatch(/base/);
  },
);

test('the table shows the outermost package and the one that needs it, and how many other ways there are', async () => {
  const [head = '', row = ''] = (await textOf('table', needed)).split('\n');
  expect(row.slice(head.indexOf('VIA'))).toMatch(/^@scope\/app › … › inner \+1 +base/);
  expect(await textOf('table', unrated)).not.toContain('VIA');
});
