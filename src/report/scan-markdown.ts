// A scan's result for a comment on a pull request.
import type { ScanReport } from '../flow/scan/scan.ts';
import type { Finding, NotCovered } from '../match/types.ts';
import { cut, suppressedBy, vulnerabilityPage, wayOf } from './finding-words.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import { leftOutText, levelsText, listed } from './scan-listing.ts';
import { summarised, upgradeText } from './scan-packages.ts';
import type { RenderOptions } from './scan-formats.ts';
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

/** GitHub refuses a comment that is longer, in characters; all of these are ASCII. */
const MOST = 65_536;
/** Of it, for lists of what does not count and of what is not covered, each. */
const FOLDED = 10_000;
/** Findings that stand unfolded. */
const UNFOLDED = 20;
const WIDEST = 80;
/** Packages of the summary by package. */
const PACKAGES = 10;

const HEAD =
  '| Vulnerability | Severity | Package | Installed | Fixed in | Exploitation | Via |\n|---|---|---|---|---|---|---|\n';

/** The numbers, the worst and fixable findings, the others folded. Less than {@link MOST} characters: says what is left out. */
export function* scanMarkdown(report: ScanReport, { showSuppressed }: RenderOptions): Generator<string> {
  const top = heading(report, showSuppressed);
  const bottom = [
    ...(showSuppressed ? [suppressed(report.suppressed)] : []),
    notCovered(report.notCovered),
    `<sub>${markdownText(cut(databaseLine(report), 1000))}</sub>\n`,
  ].join('');
  yield top;
  yield* findings(report.findings, MOST - top.length - bottom.length - 1000);
  yield bottom;
}

function heading(report: ScanReport, showSuppressed: boolean): string {
  const { bom, platform, failures } = report;
  const totals = totalsOf(report);
  const lines = [
    `**${markdownText(totalsLine(totals))}**`,
    ...failures.map(({ condition, count: met }) => `Fails on ${condition}: ${count(met, 'finding')}.`),
    ...filterLines(totals).map((line) => `${line}.`),
    ...(totals.suppressed === 0
      ? []
      : [`${count(totals.suppressed, 'finding')} suppressed${showSuppressed ? '' : ', not listed here'}.`]),
    ...[...uncoveredLines(report)].map((line) => `${markdownText(cut(line, 1000))}.`),
  ];
  const of = [markdownCode(cut(bom.subject.name, 200)), ...(platform === undefined ? [] : [markdownCode(platform)])];
  return `## Vulnerabilities in ${of.join(', ')}\n\n${lines.join('\n\n')}\n\n`;
}

/** @param most characters */
function* findings(list: readonly Finding[], most: number): Generator<string> {
  let left = most;
  const take = (part: readonly Finding[]): string => {
    let text = '';
    for (const finding of part) {
      const line = row(finding);
      if (text.length + line.length > left) break;
      text += line;
    }
    left -= text.length;
    return text;
  };
  const { shown: listable, left: many } = listed(list);
  const worst = listable.filter(isUrgent).slice(0, UNFOLDED);
  const others = listable.filter((finding) => !worst.includes(finding));
  const shown = take(worst);
  const packages = packageTable(list);
  const counted = many.slice(0, PACKAGES);
  const notes = counted.map((part) => `Not listed: ${markdownText(leftOutText(part))}.\n\n`).join('');
  left -= packages.length + notes.length;
  const folded = take(others);
  if (shown !== '') yield `${HEAD}${shown}\n`;
  yield packages;
  const rows = rowsIn(folded);
  if (rows > 0) yield fold(count(rows, worst.length === 0 ? 'finding' : 'other finding'), `${HEAD}${folded}`);
  yield notes;
  const said = counted.reduce((sum, part) => sum + part.findings, 0);
  const missing = list.length - said - rowsIn(shown) - rows;
  if (missing > 0) yield `${count(missing, 'finding')} left out: a comment has at most ${MOST} characters.\n\n`;
}

/** The packages with the worst findings, where these are many. */
function packageTable(list: readonly Finding[]): string {
  const packages = summarised(list);
  if (packages.length < 2) return '';
  const rows = packages.slice(0, PACKAGES).map((one) => {
    const cells = [code(one.package.name), code(one.package.version), levelsText(one.findings)];
    const upgrade = upgradeText(one);
    return `| ${[...cells, upgrade === '' ? '' : code(upgrade)].join(' | ')} |\n`;
  });
  const rest = packages.length - rows.length;
  const more = rest === 0 ? '' : `\nand ${count(rest, 'more package')}.\n`;
  return `By package, the worst first:\n\n| Package | Installed | Findings | Fixed in |\n|---|---|---|---|\n${rows.join('')}${more}\n`;
}

function rowsIn(text: string): number {
  return text.split('\n').length - 1;
}

function isUrgent({ severity: { level }, fix, exploited }: Finding): boolean {
  return level === 'critical' || level === 'high' || fix.state === 'fixed' || exploited !== undefined;
}

function row(finding: Finding): string {
  const { id, package: p, epss, exploited, status } = finding;
  const likely = [exploitedOf(exploited), epss === undefined ? '' : `EPSS ${percent(epss.score)}`];
  const cells = [
    `[${code(id)}](${vulnerabilityPage(cut(id, 200))})`,
    markdownText(cut(severityOf(finding), WIDEST)) + (status === 'affected' ? '' : ` (${status.replaceAll('-', ' ')})`),
    code(p.name),
    code(p.version),
    finding.fix.versions.length === 0 ? fixOf(finding) : code(fixOf(finding)),
    likely.filter((text) => text !== '').join(', '),
    markdownText(cut([wayOf(finding), p.origin === 'base' ? 'base image' : ''].filter(Boolean).join(', '), WIDEST)),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

function code(text: string): string {
  return markdownCode(cut(text, WIDEST));
}

function fold(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n</details>\n\n`;
}

function suppressed(list: readonly Finding[]): string {
  const head = '| Vulnerability | Package | Why | Said by |\n|---|---|---|---|\n';
  return folded(list, 'suppressed', head, (finding) => {
    const { reason = '', source = '' } = suppressedBy(finding) ?? {};
    const cells = [code(finding.id), code(finding.package.name), markdownText(cut(reason, 300)), code(source)];
    return `| ${cells.join(' | ')} |\n`;
  });
}

function notCovered(list: readonly NotCovered[]): string {
  return folded(list, 'not covered', '| Package | Reason |\n|---|---|\n', ({ purl, reason }) => {
    return `| ${markdownCode(cut(purl, 200))} | ${reason.replaceAll('-', ' ')} |\n`;
  });
}

/** As many lines as fit, and how many do not. */
function folded<T>(list: readonly T[], what: string, head: string, line: (item: T) => string): string {
  let text = '';
  let shown = 0;
  for (const item of list) {
    const next = line(item);
    if (text.length + next.length > FOLDED) break;
    text += next;
    shown++;
  }
  if (list.length === 0) return '';
  const rest = list.length - shown;
  return fold(`${list.length} ${what}`, `${head}${text}${rest === 0 ? '' : `\n${rest} more are left out.\n`}`);
}
