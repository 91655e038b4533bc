import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { findingIn, libc, lodash, scanReport } from '../../test/fakes/scan-report.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import { scanHtml } from './scan-html.ts';

function pageOf(report: ScanReport, showSuppressed = false): string {
  return [...scanHtml(report, { tool: { name: 'temper', version: '1' }, showSuppressed })].join('');
}

/** A tag with attributes in quotes. */
const TAG = /<(\/?)([a-z0-9]+)(?: [a-z-]+(?:="[^"<>]*")?)*>/g;

function inside(page: string, element: string): string {
  return new RegExp(`<${element}>([^]*?)</${element}>`).exec(page)?.[1] ?? '';
}

test('runs its own script and style alone, and loads nothing', () => {
  const page = pageOf(scanReport(), true);
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  expect(/Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]).toBe(
    `default-src 'none'; style-src ${hash(inside(page, 'style'))}; script-src ${hash(inside(page, 'script'))}; base-uri 'none'; form-action 'none'`,
  );
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toMatch(/ src=| on[a-z]+=|<(?:link|img|iframe|object|embed|form|base)\b|url\(|@import/);
});

test('every element that is opened is closed in its place, whatever is in it', () => {
  const open: string[] = [];
  const crossed: string[] = [];
  const text = pageOf(scanReport(), true).replace(/<(style|script)>[^]*?<\/\1>/g, '');
  for (const [tag, end, name = ''] of text.matchAll(TAG)) {
    if (['meta', 'br', 'input'].includes(name)) continue;
    if (end === '') open.push(name);
    else if (open.pop() !== name) crossed.push(tag);
  }
  expect([open, crossed]).toEqual([[], []]);
  expect(text.replace('<!doctype html>', '').replaceAll(TAG, '')).not.toMatch(/[<>]/);
});

test('a row has what is known of a finding', () => {
  const page = pageOf(scanReport());
  const [first = ''] = /<tr data-level="critical">.*/.exec(page) ?? [];
  expect(first).toContain('<a href="https://nvd.nist.gov/vuln/detail/CVE-2026-0001">CVE-2026-0001</a>');
  expect(first).toContain('<td data-head="Severity" data-order="0"><span class="critical">critical (ghsa)</span></td>');
  expect(first).toContain('<dd>/app/a b/package.json<br>/srv/x.jar/WEB-INF/lib/y.jar</dd>');
  expect(first).toContain('<a href="https://example.org/a?b=&lt;c&gt;" rel="noreferrer nofollow">');
});

test('counts what nobody has rated apart, and says what is not covered', () => {
  const page = pageOf(scanReport());
  expect(page).toContain('<li class="unknown"><b>1</b> unknown</li>');
  expect(page).toContain('<details class="uncovered"><summary>2 packages not covered</summary>');
  expect(page).toContain('<p>database: Debian security tracker 2 h</p>');
});

test('has no risk where nobody knows how likely exploitation is', () => {
  const page = pageOf(scanReport());
  expect(
    [...page.matchAll(/data-head="Risk" data-order="([^"]*)">([^<]*)/g)].map(([, order, text]) => [order, text]),
  ).toEqual([
    ['99.5', '99.5'],
    ['-1', ''],
    ['-1', ''],
    ['-1', ''],
  ]);
});

test('suppressed findings are counted, and listed where that is asked for', () => {
  expect(pageOf(scanReport())).toContain('<p>2 findings suppressed, not listed on this page</p>');
  expect(pageOf(scanReport())).not.toContain('CVE-2026-0004');
  expect(pageOf(scanReport(), true)).toContain('<table id="suppressed">');
});

test('has a bounded number of rows', () => {
  const many = Array.from({ length: 20_003 }, (_, i) => findingIn(libc, `CVE-2026-${i + 10_000}`));
  const page = pageOf(scanReport({ findings: many }));
  expect(page.match(/<tr data-level/g)).toHaveLength(20_000);
  expect(page).toContain('<p>3 findings left out.</p>');
});

test('many findings are summed up by package, apart from the table that is sorted', () => {
  const findings = [libc, lodash].flatMap((p) =>
    Array.from({ length: 11 }, (_, i) => findingIn(p, `CVE-${p.name}-${i}`)),
  );
  const page = pageOf(scanReport({ findings }));
  const summary = page.slice(page.indexOf('<h2>By package</h2>'), page.indexOf('<section>'));
  expect(summary.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')).toBe(
    ' By package Package Installed Findings Fixed in libc6 2.41-12 11 high lodash 4.17.20 11 high ',
  );
  expect(pageOf(scanReport())).not.toContain('By package');
});
