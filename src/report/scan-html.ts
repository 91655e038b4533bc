// A scan's result as one page for a browser: no resource from elsewhere, readable on a phone, and without scripts.
import type { ScanReport } from '../flow/scan/scan.ts';
import { pathText } from '../lib/bytes.ts';
import { isoTime } from '../lib/time.ts';
import { levelsInOrder } from '../match/rank.ts';
import type { Finding, NotCovered } from '../match/types.ts';
import { cut, knownRisk, vulnerabilityPage } from './finding-words.ts';
import { htmlText, policyHash } from './html-text.ts';
import { SCRIPT, STYLE } from './scan-html-page.ts';
import type { RenderOptions } from './scan-formats.ts';
import { levelsText } from './scan-listing.ts';
import { summarised, upgradeText } from './scan-packages.ts';
import {
  count,
  databaseLine,
  exploitedOf,
  filterLines,
  fixOf,
  percent,
  severityOf,
  totalsLine,
  uncoveredLines,
} from './scan-table.ts';
import { totalsOf } from './scan-totals.ts';
import { printable } from './table.ts';

/** Rows of one table. */
const MOST = 20_000;
const LONGEST = 4000;

const HEADS = ['Vulnerability', 'Severity', 'Package', 'Installed', 'Fixed in', 'EPSS', 'Risk', 'Exploited', 'Status'];

/** Every finding, with what is known of it; suppressed ones where they are asked for. */
export function* scanHtml(report: ScanReport, { tool, showSuppressed }: RenderOptions): Generator<string> {
  const { bom, platform, findings, suppressed, notCovered, database } = report;
  const title = [bom.subject.name, bom.subject.version].filter((text) => text !== '').join(' ');
  const policy = `default-src 'none'; style-src ${policyHash(STYLE)}; script-src ${policyHash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  const about = [
    platform,
    bom.subject.distribution?.prettyName,
    bom.subject.manifestDigest ?? bom.subject.configDigest,
  ];
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escaped(title)}: vulnerabilities</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="dim">${about.flatMap((text) => (text === undefined ? [] : [escaped(text)])).join(' · ')}</p>
${numbers(report)}
${lines(report, showSuppressed)}
`;
  yield* packageTable(findings);
  if (findings.length > 0) yield* table(findings, 'findings', 'Findings');
  if (showSuppressed && suppressed.length > 0) yield* table(suppressed, 'suppressed', 'Suppressed');
  if (notCovered.length > 0) yield* notCoveredList(notCovered);
  yield `<p class="dim">Written by ${escaped(tool.name)} ${escaped(tool.version)}, ${isoTime(database.now)}.</p>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return htmlText(printable(cut(text, LONGEST).toWellFormed()));
}

// A level without findings is not shown: where severities are unknown, a zero would be read as an answer.
function numbers(report: ScanReport): string {
  const { levels } = totalsOf(report);
  const shown = levelsInOrder.filter((level) => levels[level] > 0);
  const list = shown.map((level) => `<li class="${level}"><b>${levels[level]}</b> ${level}</li>`);
  return list.length === 0 ? '' : `<ul class="numbers">${list.join('')}</ul>`;
}

function lines(report: ScanReport, showSuppressed: boolean): string {
  const totals = totalsOf(report);
  const list = [
    totalsLine(totals),
    ...report.failures.map(({ condition, count: met }) => `fails on ${condition}: ${count(met, 'finding')}`),
    ...filterLines(totals),
    ...(totals.suppressed === 0
      ? []
      : [`${count(totals.suppressed, 'finding')} suppressed${showSuppressed ? '' : ', not listed on this page'}`]),
    ...uncoveredLines(report),
    databaseLine(report),
  ];
  return list.map((line) => `<p>${escaped(line)}</p>`).join('\n');
}

/** What to upgrade, where the findings are many. */
function* packageTable(findings: readonly Finding[]): Generator<string> {
  const packages = summarised(findings);
  if (packages.length < 2) return;
  const heads = ['Package', 'Installed', 'Findings', 'Fixed in'];
  yield `<h2>By package</h2>
<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>
`;
  for (const one of packages.slice(0, MOST)) {
    const cells = [one.package.name, one.package.version, levelsText(one.findings), upgradeText(one)];
    yield `<tr>${cells.map((cell, i) => `<td data-head="${heads[i] ?? ''}">${escaped(cell)}</td>`).join('')}</tr>\n`;
  }
  yield '</tbody></table>\n';
  if (packages.length > MOST) yield `<p>${count(packages.length - MOST, 'package')} left out.</p>\n`;
}

function* table(findings: readonly Finding[], id: string, title: string): Generator<string> {
  const shown = findings.slice(0, MOST);
  yield `<section><h2>${title}</h2>
<p class="tools" hidden><input type="search" placeholder="Search" aria-label="Search ${id}"> <select aria-label="Severity"><option value="">every severity</option>${levelsInOrder.map((level) => `<option>${level}</option>`).join('')}</select> <output></output></p>
<table id="${id}"><thead><tr>${HEADS.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>
`;
  for (const finding of shown) yield row(finding);
  yield '</tbody></table>\n';
  if (findings.length > shown.length) yield `<p>${count(findings.length - shown.length, 'finding')} left out.</p>\n`;
  yield '</section>\n';
}

function row(finding: Finding): string {
  const { id, package: p, severity, epss, exploited, status } = finding;
  const { level } = severity;
  const risk = knownRisk(finding);
  const cells: readonly (readonly [html: string, order?: number])[] = [
    [`<a href="${vulnerabilityPage(cut(id, 200))}">${escaped(id)}</a>${more(finding)}`],
    [`<span class="${level}">${escaped(severityOf(finding))}</span>`, levelsInOrder.indexOf(level)],
    [escaped(p.name)],
    [escaped(p.version)],
    [escaped(fixOf(finding))],
    [epss === undefined ? '' : percent(epss.score), epss?.score ?? -1],
    [risk?.toFixed(1) ?? '', risk ?? -1],
    [exploitedOf(exploited)],
    [status === 'affected' ? '' : status.replaceAll('-', ' ')],
  ];
  const list = cells.map(([html, order], i) => {
    const sort = order === undefined ? '' : ` data-order="${order}"`;
    return `<td data-head="${HEADS[i] ?? ''}"${sort}>${html}</td>`;
  });
  return `<tr data-level="${level}">${list.join('')}</tr>\n`;
}

function more(finding: Finding): string {
  const { package: p, aliases, summary, fix, severity, references, cwes, evidence, decisions } = finding;
  const links = references()
    .filter((url) => /^https?:\/\//.test(url) && url.length < 1000)
    .slice(0, 20);
  const places = p.locations
    .slice(0, 20)
    .map(({ path, within = [] }) => escaped([`/${pathText(path)}`, ...within].join('/')));
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['also', aliases.slice(0, 20).map(escaped)],
    ['package URL', [escaped(p.purl)]],
    ['in', places],
    ['layer', [...new Set(p.locations.flatMap(({ layer }) => layer ?? []))].slice(0, 20).map(escaped)],
    ['from', p.origin === undefined ? [] : [p.origin === 'base' ? 'the base image' : 'above the base image']],
    ['brought by', p.parents.map((way) => escaped(way.join(' › ')))],
    ['fixed in', fix.versions.slice(0, 20).map(escaped)],
    [
      'CVSS',
      [severity.vector, severity.score?.toFixed(1)].flatMap((text) => (text === undefined ? [] : [escaped(text)])),
    ],
    ['weakness', cwes.slice(0, 20).map(escaped)],
    ['decided', decisions.map(({ status, reason, source }) => escaped(`${status}: ${reason} (${source})`))],
    ['known from', evidence.map(({ feed, advisory }) => escaped(`${feed} ${advisory}`))],
    [
      'read',
      links.map((url) => `<a href="${htmlText(url.toWellFormed())}" rel="noreferrer nofollow">${escaped(url)}</a>`),
    ],
  ];
  const list = rows
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `<dt>${name}</dt><dd>${values.join('<br>')}</dd>`);
  return `<details><summary>${summary === '' ? 'more' : escaped(cut(summary, 300))}</summary><dl>${list.join('')}</dl></details>`;
}

function* notCoveredList(list: readonly NotCovered[]): Generator<string> {
  yield `<details class="uncovered"><summary>${count(list.length, 'package')} not covered</summary><ul>\n`;
  for (const { purl, reason } of list.slice(0, MOST))
    yield `<li>${escaped(purl)} <small>${reason.replaceAll('-', ' ')}</small></li>\n`;
  if (list.length > MOST) yield `<li>${list.length - MOST} more</li>\n`;
  yield '</ul></details>\n';
}
