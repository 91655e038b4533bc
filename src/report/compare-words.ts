// What the pages of a comparison say of it.
import type { Setting } from '../compare/configuration.ts';
import { hasCapabilities, isSetgid, isSetuid } from '../compare/files.ts';
import { percentOf } from '../compare/measures.ts';
import type {
  Cause,
  Comparison,
  Fact,
  FileChange,
  FindingChange,
  Measure,
  PackageChange,
  PackageChanges,
} from '../compare/types.ts';
import type { Objection } from '../compare/exit.ts';
import type { CompareReport } from '../flow/compare/compare.ts';
import { humanSize, pathText } from '../lib/bytes.ts';
import { duration } from './db.ts';
import { count } from './scan-table.ts';

const UNKNOWN = 'not known';

/** A row of the table of both sides. */
export interface CompareRow {
  readonly name: string;
  readonly a: string;
  readonly b: string;
  /** `−98.8 %`, `new`, `same`, `changed`; empty where a side is not known. */
  readonly change: string;
  /** Whether it belongs to the row above. */
  readonly part: boolean;
}

const ALWAYS: ReadonlySet<string> = new Set(['packages', 'relationships', 'vulnerabilities', 'setuid']);
const NAMES: Readonly<Record<string, string>> = {
  'vulnerabilities.fixable': 'with a fix',
  'vulnerabilities.exploited': 'known to be exploited',
  'vulnerabilities.suppressed': 'suppressed',
  'not-covered': 'packages not covered',
  shells: 'shells',
  'package-managers': 'package managers',
};

/** Numbers first, then the rest; rows of which neither side has anything are left out unless they always stand there. */
export function compareRows({ measures, facts }: Comparison, ignoreUnchanged: boolean): readonly CompareRow[] {
  const rows = [...measures.filter(isShown).map(measureRow), ...facts.filter(isSaid).map(factRow)];
  return ignoreUnchanged ? rows.filter(({ change }) => change !== 'same') : rows;
}

function isShown({ name, a, b }: Measure): boolean {
  return ALWAYS.has(name) || !((a === 0 && b === 0) || (a === undefined && b === undefined));
}

function isSaid({ a, b }: Fact): boolean {
  return a !== undefined || b !== undefined;
}

function measureRow(measure: Measure): CompareRow {
  const { name, unit, a, b } = measure;
  const shown = (value: number | undefined): string => {
    if (value === undefined) return UNKNOWN;
    return unit === 'bytes' ? humanSize(value) : `${value}`;
  };
  const dot = name.indexOf('.');
  return {
    name: NAMES[name] ?? name.slice(dot + 1).replaceAll('-', ' '),
    a: shown(a),
    b: shown(b),
    change: changeText(measure),
    part: dot > 0,
  };
}

function factRow({ name, a, b }: Fact): CompareRow {
  const shown = (value: Fact['a']): string => {
    if (value === undefined) return UNKNOWN;
    if (typeof value === 'string') return value;
    return value.length === 0 ? 'none' : value.join(', ');
  };
  const known = a !== undefined && b !== undefined;
  const change = known ? (shown(a) === shown(b) ? 'same' : 'changed') : '';
  return { name: name.replaceAll('-', ' '), a: shown(a), b: shown(b), change, part: false };
}

function changeText(measure: Measure): string {
  const percent = percentOf(measure);
  if (percent === undefined) return '';
  if (percent === 'new') return 'new';
  if (percent === 0) return 'same';
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`;
}

const CAUSES: Readonly<Record<Cause, string>> = {
  image: 'image',
  database: 'database',
  statement: 'statement',
  unknown: 'not known',
};

export function causeText(cause: Cause): string {
  return CAUSES[cause];
}

/** `3: 2 by the image, 1 by the database`. */
export function causesText(changes: readonly FindingChange[]): string {
  const by = (['image', 'database', 'statement', 'unknown'] as const).flatMap((cause) => {
    const size = changes.filter((one) => one.cause === cause).length;
    if (size === 0) return [];
    return [
      cause === 'unknown' ? `${size} of unknown cause` : `${size} by ${cause === 'statement' ? 'a' : 'the'} ${cause}`,
    ];
  });
  return by.length === 0 ? `${changes.length}` : `${changes.length}: ${by.join(', ')}`;
}

/** `severity high → critical, fix not-fixed → fixed` */
export function differencesText({ differences }: FindingChange): string {
  return differences.map(({ what, a, b }) => `${what} ${a} → ${b}`).join(', ');
}

/** The version before, after, or both. */
export function versionText({ a, b }: Pick<PackageChange, 'a' | 'b'>): string {
  if (a === undefined || b === undefined) return (a ?? b)?.version ?? '';
  return `${a.version} → ${b.version}`;
}

export const PACKAGE_WAYS = [
  'added',
  'upgraded',
  'downgraded',
  'changed',
  'removed',
] as const satisfies readonly (keyof PackageChanges)[];

export function packagesLine(changes: PackageChanges): string {
  return [...PACKAGE_WAYS.map((way) => `${changes[way].length} ${way}`), `${changes.unchanged} unchanged`].join(', ');
}

/** `/usr/bin/su: setuid → gone` */
export function privilegedText({ a, b }: FileChange): string {
  const rights = (file: FileChange['a']): string => {
    if (file === undefined) return 'not there';
    const words = [
      ...(isSetuid(file) ? ['setuid'] : []),
      ...(isSetgid(file) ? ['setgid'] : []),
      ...(hasCapabilities(file) ? ['capabilities'] : []),
    ];
    return words.length === 0 ? 'none' : words.join(' and ');
  };
  const [before, after] = [rights(a), rights(b)];
  return `/${pathText((b ?? a)?.path ?? '')}: ${before === after ? before : `${before} → ${after}`}`;
}

/** A setting's change; of variables and labels the name alone, since values may be secret. */
export function settingText({ name, key, a, b }: Setting): string {
  const what = name.replaceAll('-', ' ');
  if (key !== undefined)
    return `${what} ${key}: ${a === undefined ? 'added' : b === undefined ? 'removed' : 'changed'}`;
  const shown = (value: Setting['a']): string => {
    if (value === undefined || value.length === 0) return 'not set';
    return typeof value === 'string' ? value : value.join(' ');
  };
  return `${what}: ${shown(a)} → ${shown(b)}`;
}

/** What is not known of a side and why, one line for each. */
export function silenceLines({ a, b, packages, files, configuration }: Comparison): readonly string[] {
  return (
    [
      ['A', a],
      ['B', b],
    ] as const
  ).flatMap(([name, side]) => {
    const what = [
      ...(packages === undefined && side.packages === undefined ? ['which packages'] : []),
      ...(side.related ? [] : ['relationships']),
      ...(side.findings.covered === 0 && side.packageCount > 0 ? ['vulnerabilities (no package is covered)'] : []),
      ...(side.layers === undefined ? ['size'] : []),
      ...(files === undefined && side.files === undefined ? ['files'] : []),
      ...(configuration === undefined && side.configuration === undefined ? ['configuration'] : []),
    ];
    return what.length === 0 ? [] : [`not known of ${name} (${KINDS[side.kind]}): ${what.join(', ')}`];
  });
}

export const KINDS = { image: 'image', folder: 'folder', sbom: 'SBOM', scan: 'saved scan' } as const;

export function databaseLines({ sources, now }: CompareReport): readonly string[] {
  const line = (list: CompareReport['sources']['a']): string => {
    if (list.length === 0) return 'none';
    return list
      .map(
        ({ title, current }) =>
          `${title} ${current === undefined ? 'never read' : duration(Math.max(0, now - current))}`,
      )
      .join(', ');
  };
  const same = JSON.stringify(sources.a) === JSON.stringify(sources.b);
  return same
    ? [`database: ${line(sources.b)}`]
    : [`database of A: ${line(sources.a)}`, `database of B: ${line(sources.b)}`];
}

export function objectionText({ reason, count: size, condition }: Objection): string {
  if (condition !== undefined) return `fails on ${condition}, which A does not: ${count(size, 'finding')}`;
  if (reason === 'vulnerability') return `fails on vulnerability: ${size} new`;
  if (reason === 'package') return `fails on package: ${count(size, 'package')} added or changed`;
  return 'fails on policy: A shows what the policy asks for, B does not';
}
