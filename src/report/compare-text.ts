// A comparison for people at a terminal.
import { changedSize } from '../compare/files.ts';
import { shown } from '../compare/findings.ts';
import type { Comparison, FindingChange, Side } from '../compare/types.ts';
import type { CompareReport } from '../flow/compare/compare.ts';
import { humanSize, pathText } from '../lib/bytes.ts';
import type { CompareRenderOptions } from './compare-formats.ts';
import {
  causesText,
  causeText,
  compareRows,
  databaseLines,
  differencesText,
  KINDS,
  objectionText,
  PACKAGE_WAYS,
  packagesLine,
  privilegedText,
  settingText,
  silenceLines,
  versionText,
} from './compare-words.ts';
import { cut } from './finding-words.ts';
import { printable, shortDigest, table } from './table.ts';

/** Longest cell, in characters. */
const WIDEST = 50;
/** Lines of a list, unless all are asked for. */
const MOST = 20;

/** Both sides in columns; then what is new, gone and changed, worst first. */
export function* compareText(report: CompareReport, options: CompareRenderOptions): Generator<string> {
  const { comparison, objections } = report;
  const { vulnerabilities } = comparison;
  yield `${sides(comparison)}\n\n${head(comparison, options)}\n`;
  yield* findingList('New vulnerabilities', vulnerabilities.added, options);
  yield* findingList('Changed vulnerabilities', vulnerabilities.changed, options);
  yield* findingList('Gone vulnerabilities', vulnerabilities.gone, options);
  if (!options.ignoreUnchanged) yield* findingList('Vulnerabilities of both', vulnerabilities.unchanged, options);
  yield* packageLists(comparison, options);
  yield* fileLists(comparison, options);
  yield* list('Configuration', (comparison.configuration ?? []).map(settingText), options);
  yield '\n';
  const { a, b } = vulnerabilities;
  if (a.filtered + b.filtered > 0) yield `left out by the filters: ${a.filtered} of A, ${b.filtered} of B\n`;
  for (const line of [...silenceLines(comparison), ...databaseLines(report), ...objections.map(objectionText)])
    yield `${printable(line)}\n`;
}

function sides({ a, b }: Comparison): string {
  const row = (name: string, { kind, subject }: Side): string[] => [
    name,
    printable(subject.name),
    KINDS[kind],
    printable(subject.platform ?? ''),
    subject.manifestDigest === undefined ? '' : shortDigest(subject.manifestDigest),
  ];
  return table([row('A', a), row('B', b)]);
}

function head(comparison: Comparison, { ignoreUnchanged }: CompareRenderOptions): string {
  const rows = compareRows(comparison, ignoreUnchanged);
  const cell = (text: string): string => cut(printable(text), WIDEST);
  return table(
    [
      ['', 'A', 'B', 'CHANGE'],
      ...rows.map(({ name, a, b, change, part }) => [
        part ? `  ${cell(name)}` : cell(name).toUpperCase(),
        cell(a),
        cell(b),
        change,
      ]),
    ],
    new Set([1, 2, 3]),
  );
}

function* findingList(
  title: string,
  changes: readonly FindingChange[],
  options: CompareRenderOptions,
): Generator<string> {
  if (changes.length === 0) return;
  const isBoth = changes.some(({ a, b }) => a !== undefined && b !== undefined);
  const isOther = changes.some(({ differences }) => differences.length > 0);
  const columns: readonly (readonly [string, (change: FindingChange) => string])[] = [
    ['VULNERABILITY', (change) => shown(change).id],
    ['SEVERITY', (change) => shown(change).severity.level],
    ['PACKAGE', (change) => shown(change).package.name],
    [isBoth ? 'IN B' : 'VERSION', (change) => shown(change).package.version],
    ['FIXED IN', (change) => shown(change).fix.versions[0] ?? ''],
    ...(isOther ? [['DIFFERENCE', differencesText] as const] : []),
    ...(isBoth && !isOther ? [] : [['CAUSE', (change: FindingChange) => causeText(change.cause)] as const]),
  ];
  const rows = bounded(changes, options).map((change) =>
    columns.map(([, cell]) => cut(printable(cell(change)), WIDEST)),
  );
  yield `\n${title} (${isBoth && !isOther ? changes.length : causesText(changes)})\n`;
  yield `${table([columns.map(([name]) => name), ...rows])}\n`;
  yield* more(changes, options);
}

function* packageLists({ packages, relationships }: Comparison, options: CompareRenderOptions): Generator<string> {
  if (packages !== undefined) {
    yield `\nPackages: ${packagesLine(packages)}\n`;
    for (const way of PACKAGE_WAYS) {
      const changes = packages[way];
      if (changes.length === 0) continue;
      const rows = bounded(changes, options).map(({ kind, name, a, b }) => {
        const origin = b?.origin === undefined ? '' : `in the ${b.origin === 'base' ? 'base' : 'added layers'}`;
        return [
          `  ${way}`,
          printable(kind),
          cut(printable(name), WIDEST),
          cut(printable(versionText({ a, b })), 2 * WIDEST),
          origin,
        ];
      });
      yield `${table(rows)}\n`;
      yield* more(changes, options);
    }
  }
  if (relationships === undefined) return;
  const { added, removed } = relationships;
  yield `Relationships: ${added.length} added, ${removed.length} removed\n`;
}

function* fileLists({ files }: Comparison, options: CompareRenderOptions): Generator<string> {
  if (files === undefined) return;
  const size = changedSize(files);
  const { added, removed, changed, unchanged, privileged } = files;
  const by = size.changed === 0 ? '' : ` (${size.changed > 0 ? '+' : '−'}${humanSize(Math.abs(size.changed))})`;
  yield `\nFiles: ${added.length} added (${humanSize(size.added)}), ${removed.length} removed (${humanSize(size.removed)}), ${changed.length} changed${by}, ${unchanged} unchanged\n`;
  if (options.files) {
    const lines = (
      [
        ['added', added],
        ['changed', changed],
        ['removed', removed],
      ] as const
    ).flatMap(([way, changes]) => changes.map(({ a, b }) => `${way} /${pathText((b ?? a)?.path ?? '')}`));
    yield* items(lines, options);
  }
  const shownFiles = options.ignoreUnchanged
    ? privileged.filter(({ a, b }) => a?.mode !== b?.mode || a?.capabilities !== b?.capabilities)
    : privileged;
  yield* list('With rights of others', shownFiles.map(privilegedText), options);
}

function* list(title: string, lines: readonly string[], options: CompareRenderOptions): Generator<string> {
  if (lines.length === 0) return;
  yield `\n${title}\n`;
  yield* items(lines, options);
}

function* items(lines: readonly string[], options: CompareRenderOptions): Generator<string> {
  for (const line of bounded(lines, options)) yield `  ${cut(printable(line), 4 * WIDEST)}\n`;
  yield* more(lines, options);
}

function bounded<T>(all: readonly T[], { all: whole }: CompareRenderOptions): readonly T[] {
  return whole ? all : all.slice(0, MOST);
}

function* more(all: readonly unknown[], { all: whole }: CompareRenderOptions): Generator<string> {
  if (!whole && all.length > MOST) yield `  … and ${all.length - MOST} more: --all lists them\n`;
}
