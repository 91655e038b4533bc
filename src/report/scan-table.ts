// A scan's result for people at a terminal.
import { currentAt } from '../advisory/database/description.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import type { FixState } from '../advisory/types.ts';
import { levelsInOrder } from '../match/rank.ts';
import type { Finding, JudgedStream, NotCovered } from '../match/types.ts';
import { duration } from './db.ts';
import { cut, wayOf } from './finding-words.ts';
import { leftOutText, listed } from './scan-listing.ts';
import { packageTable } from './scan-packages.ts';
import type { RenderOptions } from './scan-formats.ts';
import { type ScanTotals, totalsOf, uncoveredGroups } from './scan-totals.ts';
import { printable, table } from './table.ts';

/** Longest cell, in characters. */
const WIDEST = 50;
/** What fits on a line, in characters. */
const LINE = 120;
/** Most reasons of packages that are not covered. */
const GROUPS = 8;

interface Column {
  readonly head: string;
  readonly cell: (finding: Finding) => string;
  readonly right?: true;
  /** It is left out where no finding has a cell in it. */
  readonly ifAny?: true;
}

const COLUMNS: readonly Column[] = [
  { head: 'VULNERABILITY', cell: ({ id }) => id },
  { head: 'SEVERITY', cell: severityOf },
  { head: 'PACKAGE', cell: (finding) => finding.package.name },
  { head: 'INSTALLED', cell: (finding) => finding.package.version },
  { head: 'FIXED IN', cell: fixOf },
  { head: 'EPSS', cell: ({ epss }) => (epss === undefined ? '' : percent(epss.score)), right: true, ifAny: true },
  // Where nobody knows how likely exploitation is, neither does the number.
  {
    head: 'RISK',
    cell: ({ risk, epss, exploited }) => (epss === undefined && exploited === undefined ? '-' : risk.toFixed(1)),
    right: true,
  },
  { head: 'EXPLOITED', cell: ({ exploited }) => exploitedOf(exploited), ifAny: true },
  { head: 'VIA', cell: wayOf, ifAny: true },
  { head: 'FROM', cell: (finding) => finding.package.origin ?? '', ifAny: true },
  { head: 'STATUS', cell: ({ status }) => (status === 'affected' ? '' : status.replaceAll('-', ' ')), ifAny: true },
];

/** Findings, the worst and fixable first; then by package what upgrades fix; then the numbers, and what is not known. */
export function* scanTable(report: ScanReport, { showSuppressed, all = false }: RenderOptions): Generator<string> {
  const { findings, suppressed } = report;
  const { shown, left } = all ? { shown: findings, left: [] } : listed(findings);
  if (shown.length > 0) yield `${columns(shown)}\n`;
  for (const part of left) yield `  … and ${printable(leftOutText(part))}: --all lists them\n`;
  if (findings.length > 0) yield '\n';
  yield* packageTable(findings, all);
  if (showSuppressed && suppressed.length > 0) {
    yield `Suppressed:\n${columns(suppressed)}\n`;
    for (const finding of suppressed) yield* reasonLines(finding);
    yield '\n';
  }
  for (const line of lines(report, showSuppressed)) yield `${line}\n`;
}

function columns(findings: readonly Finding[]): string {
  const shown = COLUMNS.filter(({ cell, ifAny }) => ifAny !== true || findings.some((one) => cell(one) !== ''));
  const rows = findings.map((finding) => shown.map(({ cell }) => cut(printable(cell(finding)), WIDEST)));
  const right = new Set(shown.flatMap((column, i) => (column.right === true ? [i] : [])));
  return table([shown.map(({ head }) => head), ...rows], right, LINE);
}

function* reasonLines({ id, package: p, decisions }: Finding): Generator<string> {
  for (const { by, reason } of decisions)
    yield `  ${printable(id)} in ${printable(p.name)}, by ${by.replaceAll('-', ' ')}: ${printable(reason)}\n`;
}

export function severityOf({ severity: { level, source } }: Finding): string {
  return source === undefined ? level : `${level} (${source})`;
}

const STATES: Readonly<Record<FixState, string>> = {
  fixed: '',
  'not-fixed': 'no fix yet',
  deferred: 'deferred',
  'wont-fix': "won't fix",
  unknown: '',
};

export function fixOf({ fix: { state, versions } }: Finding): string {
  const [first, ...more] = versions;
  if (first === undefined) return STATES[state];
  return more.length === 0 ? first : `${first} +${more.length}`;
}

export function exploitedOf(exploited: Finding['exploited']): string {
  if (exploited === undefined) return '';
  return exploited.ransomware ? 'KEV, ransomware' : 'KEV';
}

/** `0.04 %`, `12 %`: two digits that count. */
export function percent(share: number): string {
  const value = share * 100;
  if (value >= 10) return `${value.toFixed(0)} %`;
  return value >= 1 ? `${value.toFixed(1)} %` : `${value.toFixed(2)} %`;
}

function* lines(report: ScanReport, showSuppressed: boolean): Generator<string> {
  const totals = totalsOf(report);
  yield totalsLine(totals);
  yield* filterLines(totals);
  if (totals.suppressed > 0)
    yield `${count(totals.suppressed, 'finding')} suppressed${showSuppressed ? '' : ': --show-suppressed lists them with the reasons'}`;
  yield* uncoveredLines(report);
  for (const { condition, count: met } of report.failures) yield `fails on ${condition}: ${count(met, 'finding')}`;
  yield databaseLine(report);
}

/** How many findings the filters left out, where the first line does not say so. */
export function filterLines({ filtered, findings }: Pick<ScanTotals, 'filtered' | 'findings'>): readonly string[] {
  return filtered === 0 || findings === 0 ? [] : [`${count(filtered, 'finding')} left out by the filters`];
}

/** What was found, in a line; where nothing was, why that is no word of the image being clean. */
export function totalsLine(totals: ScanTotals): string {
  const { findings, levels, affected, packages, fixable, exploited, covered, filtered } = totals;
  const among = `${packages} package${packages === 1 ? '' : 's'}`;
  if (packages === 0) return 'no packages were found, so nothing is known';
  if (findings === 0 && covered === 0)
    return `nothing is known of ${packages === 1 ? 'the one package' : `any of the ${among}`}`;
  if (findings === 0 && filtered > 0)
    return `${filtered === 1 ? 'the one finding' : `none of ${filtered} findings`} in ${among} ${filtered === 1 ? 'does not pass' : 'passes'} the filters`;
  if (findings === 0)
    return `no findings in ${covered === packages ? among : `${covered} of ${among}, the others are not covered`}`;
  const counts = levelsInOrder.flatMap((level) => (levels[level] === 0 ? [] : [`${levels[level]} ${level}`]));
  const more = [
    ...(fixable === 0 ? [] : [`${fixable} with a fix`]),
    ...(exploited === 0 ? [] : [`${exploited} known to be exploited`]),
  ];
  return `${count(findings, 'finding')} in ${affected} of ${among}: ${counts.join(', ')}${more.length === 0 ? '' : `; ${more.join(', ')}`}`;
}

const REASONS: Readonly<Record<NotCovered['reason'], (what: string) => string>> = {
  'no-feed': (what) => `${what} (not in the database)`,
  'no-version': (what) => `${what} without a version`,
  'third-party': (what) => `of other vendors than ${what}`,
  'version-unreadable': (what) => `${what} with a version that has no place in its order`,
  kind: (what) => `${what} (no feed speaks of such)`,
  'no-purl': () => 'without a package URL that can be read',
  'kernel-headers': () => "of the kernel's headers, from which nothing runs (--kernel-headers looks them up)",
};

export function* uncoveredLines({ notCovered, fixedOnly, stream, database }: ScanReport): Generator<string> {
  if (notCovered.length > 0) {
    const groups = uncoveredGroups(notCovered);
    const named = groups
      .slice(0, GROUPS)
      .map(({ reason, what, count: size }) => `${size} ${REASONS[reason](printable(what))}`);
    const more = groups.length > GROUPS ? `, and ${groups.length - GROUPS} more kinds` : '';
    yield `${count(notCovered.length, 'package')} not covered: ${named.join(', ')}${more}`;
  }
  if (fixedOnly.length > 0) yield `only vulnerabilities with a fix are known of ${fixedOnly.map(printable).join(', ')}`;
  const isArchive = database.sources.some(({ feed, read }) => feed === 'debian-archive' && read !== undefined);
  if (isArchive && fixedOnly.some((ecosystem) => ecosystem.startsWith('Debian')))
    yield "of Debian's archive only the suites of updates are read: what a point release alone fixed is not known";
  if (stream !== undefined) yield streamLine(stream);
}

function streamLine({ judged, named }: JudgedStream): string {
  if (judged === named) return `judged as ${printable(judged)}, the update stream that the system names`;
  const why =
    named === undefined ? 'the system names no other' : `of its own, ${printable(named)}, nothing is in the database`;
  return `judged as ${printable(judged)}, the main update stream: ${why}`;
}

export function databaseLine({ database: { sources, now } }: ScanReport): string {
  const ages = sources.map((source) => {
    const time = currentAt(source);
    return `${source.title} ${time === undefined ? 'never read' : duration(Math.max(0, now - time))}`;
  });
  return `database: ${ages.length === 0 ? 'empty' : ages.map(printable).join(', ')}`;
}

export function count(size: number, word: string): string {
  return `${size} ${word}${size === 1 ? '' : 's'}`;
}
