// Findings by package, for people who want to know what to upgrade.
import { findingsByPackage, type PackageFindings } from '../match/by-package.ts';
import { levelsInOrder } from '../match/rank.ts';
import type { Finding } from '../match/types.ts';
import { cut } from './finding-words.ts';
import { printable, table } from './table.ts';

/** Findings that need no summary. */
const FEW = 20;
/** Packages, unless all are asked for. */
const MOST = 20;
/** Longest cell, in characters. */
const WIDEST = 50;
/** What fits on a line, in characters. */
const LINE = 120;

/** Nothing where the findings are few, or in one package. */
export function* packageTable(findings: readonly Finding[], all: boolean): Generator<string> {
  const packages = summarised(findings);
  if (packages.length < 2) return;
  const levels = levelsInOrder.filter((level) => packages.some((one) => one.levels.has(level)));
  const isExploited = packages.some(({ exploited }) => exploited > 0);
  const heads = ['PACKAGE', 'INSTALLED', ...levels.map((level) => level.toUpperCase())];
  if (isExploited) heads.push('EXPLOITED');
  const right = new Set(heads.map((_, i) => i).slice(2));
  const rows = (all ? packages : packages.slice(0, MOST)).map((one) => [
    ...[one.package.name, one.package.version].map((text) => cut(printable(text), WIDEST)),
    // A zero would be read as an answer where severities are unknown.
    ...levels.map((level) => String(one.levels.get(level) ?? '')),
    ...(isExploited ? [one.exploited === 0 ? '' : String(one.exploited)] : []),
    cut(printable(upgradeText(one)), WIDEST),
  ]);
  yield `By package, the worst first:\n${table([[...heads, 'FIXED IN'], ...rows], right, LINE)}\n`;
  if (packages.length > rows.length) yield `  … and ${packages.length - rows.length} more: --all lists them\n`;
  yield '\n';
}

/** By package where a list of the findings is long. */
export function summarised(findings: readonly Finding[]): readonly PackageFindings[] {
  return findings.length > FEW ? findingsByPackage(findings) : [];
}

/** `1.2.3`, or `1.2.3 (4 of 6)` where it is not known to fix all; empty where nothing is. */
export function upgradeText({ upgrade, findings }: PackageFindings): string {
  if (upgrade === undefined) return '';
  const { version, fixes } = upgrade;
  return fixes === findings.length ? version : `${version} (${fixes} of ${findings.length})`;
}
