import { expect, test } from 'vitest';
import { findingIn, HOSTILE, libc, scanReport } from '../../test/fakes/scan-report.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import type { NotCovered } from '../match/types.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import { scanMarkdown } from './scan-markdown.ts';

function textOf(report: ScanReport, showSuppressed = false): string {
  return [...scanMarkdown(report, { tool: { name: 'temper', version: '1' }, showSuppressed })].join('');
}

test('starts with the numbers, then the worst and what can be fixed', () => {
  expect(textOf(scanReport()).split('\n').slice(0, 20).join('\n')).toBe(
    `## Vulnerabilities in <code>image</code>, <code>linux&#47;amd64</code>

**4 findings in 3 of 3 packages&#58; 1 critical, 1 high, 1 unknown, 1 negligible&#59; 2 with a fix, 1 known to be exploited**

Fails on high: 2 findings.

2 findings left out by the filters.

2 findings suppressed, not listed here.

2 packages not covered&#58; 1 generic &#40;no feed speaks of such&#41;, 1 Alpine&#58;v3.99 &#40;not in the database&#41;.

only vulnerabilities with a fix are known of Debian&#58;13.

| Vulnerability | Severity | Package | Installed | Fixed in | Exploitation | Via |
|---|---|---|---|---|---|---|
| [<code>CVE-2026-0001</code>](https://nvd.nist.gov/vuln/detail/CVE-2026-0001) | critical &#40;ghsa&#41; | <code>lodash</code> | <code>4.17.20</code> | <code>4.17.21 &#43;1</code> | KEV, ransomware, EPSS 50 % |  |
| [<code>CVE-2026-0002</code>](https://nvd.nist.gov/vuln/detail/CVE-2026-0002) | high &#40;debian&#41; (under investigation) | <code>libc6</code> | <code>2.41-12</code> | no fix yet |  |  |
${/^\| \[<code>X-.*$/m.exec(textOf(scanReport()))?.[0] ?? ''}
`,
  );
});

test('hostile text is no markup, no mention, no reference and no address', () => {
  const text = textOf(scanReport(), true);
  expect(text.replaceAll(/<\/?(?:code|details|summary|sub)>|<!-- -->|\[<code>|\]\(https:\/\/[a-z]/g, '')).not.toMatch(
    /<|@|`|javascript:|\u202e|[^\n\x20-\x7e]/,
  );
  for (const line of text.split('\n').filter((one) => one.startsWith('| ['))) expect(line.split('|')).toHaveLength(9);
  expect(markdownText('see @a, #12, GH-3, www.x.example')).toBe(
    'see &#64;<!-- -->a, &#35;<!-- -->12, GH-<!-- -->3, ww&#119;.x.example',
  );
  expect(markdownCode('a`|\n*b*')).toBe('<code>a&#96;&#124;&#92;x0a&#42;b&#42;</code>');
});

test('suppressed findings are counted, and listed where that is asked for', () => {
  expect(textOf(scanReport())).not.toContain('CVE-2026-0004');
  expect(textOf(scanReport(), true)).toContain(
    '<details><summary>2 suppressed</summary>\n\n| Vulnerability | Package | Why | Said by |',
  );
  expect(textOf(scanReport(), true)).toContain('| The parser is never called. |');
});

test('is never longer than a comment may be, and says what is left out', () => {
  const many = Array.from({ length: 3000 }, (_, i) =>
    findingIn(part(Math.floor(i / 30), HOSTILE), `CVE-2026-${i + 10_000}`),
  );
  const long = Array.from({ length: 300 }, (_, i) =>
    findingIn(part(Math.floor(i / 30), HOSTILE), `${i}${HOSTILE.repeat(5)}`),
  );
  const notCovered = many.map(
    ({ id }): NotCovered => ({ purl: `pkg:x/${id}`, name: id, version: '1', reason: 'kind', ecosystem: undefined }),
  );
  for (const findings of [many, long]) {
    const text = textOf(scanReport({ findings, suppressed: findings, notCovered }), true);
    expect(text.length).toBeLessThan(65_536);
    const rows = text.split('\n').filter((line) => line.startsWith('| [')).length;
    expect(text).toContain(`${findings.length - rows} findings left out: a comment has at most 65536 characters.`);
    expect(text).toMatch(/\d+ more are left out\./);
    expect(text).toContain('<sub>database');
  }
});

test('says of an image without findings what is known', () => {
  const text = textOf(scanReport({ findings: [], suppressed: [], filtered: 0, notCovered: [], covered: 3 }));
  expect(text).toContain('**no findings in 3 packages**');
  expect(text).not.toContain('| Vulnerability');
});

test('of a package with very many findings the worst are listed and the others counted', () => {
  const many = Array.from({ length: 900 }, (_, i) => findingIn(part(Math.floor(i / 60)), `CVE-2026-${i + 10_000}`));
  const text = textOf(scanReport({ findings: many }));
  expect(text).toContain('| <code>p0</code> | <code>2.41-12</code> | 60 high |  |');
  expect(text).toContain('and 5 more packages.');
  expect(text.match(/^Not listed: 40 more in p\d 2.41-12 &#40;40 high&#41;\.$/gm)).toHaveLength(10);
  const rows = text.split('\n').filter((line) => line.startsWith('| [')).length;
  expect(text).toContain(`${900 - 400 - rows} findings left out`);
});

function part(i: number, name = `p${i}`): typeof libc {
  return { ...libc, name, purl: `${libc.purl}&n=${i}` };
}
