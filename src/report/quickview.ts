// The numbers of an image, and of the base image's share, in a few lines.
import type { BomPackage } from '../bom/types.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import { levelsInOrder } from '../match/rank.ts';
import type { Finding } from '../match/types.ts';
import { printable, shortDigest, table } from './table.ts';

export interface QuickCounts {
  /** Findings of each level. */
  readonly levels: Readonly<Record<string, number>>;
  readonly fixable: number;
  readonly exploited: number;
}

export interface QuickView {
  readonly name: string;
  readonly platform: string | undefined;
  /** Of the manifest, else of the config. */
  readonly digest: string | undefined;
  readonly packages: number;
  /** Packages of which nothing is known. */
  readonly notCovered: number;
  /** `null` where nothing is known of any package. */
  readonly all: QuickCounts | null;
  /** What the base image brings; `undefined` where no base was recognised, `null` where nothing is known of what it brings. */
  readonly base: QuickCounts | null | undefined;
  readonly suppressed: number;
}

export function quickViewOf({ bom, findings, suppressed, notCovered }: ScanReport): QuickView {
  const { subject, packages } = bom;
  const isRecognised = packages.some(({ origin }) => origin !== undefined);
  const unknown = new Set(notCovered.map(({ purl }) => purl));
  const counts = (among: readonly BomPackage[], found: readonly Finding[]): QuickCounts | null =>
    found.length === 0 && among.every(({ purl }) => unknown.has(purl)) ? null : countsOf(found);
  return {
    name: subject.name,
    platform: subject.platform,
    digest: subject.manifestDigest ?? subject.configDigest,
    packages: packages.length,
    notCovered: notCovered.length,
    all: counts(packages, findings),
    base: isRecognised
      ? counts(
          packages.filter(({ origin }) => origin === 'base'),
          findings.filter((one) => one.package.origin === 'base'),
        )
      : undefined,
    suppressed: suppressed.length,
  };
}

function countsOf(findings: readonly Finding[]): QuickCounts {
  const of = (is: (finding: Finding) => boolean): number => findings.filter(is).length;
  return {
    levels: Object.fromEntries(levelsInOrder.map((level) => [level, of((one) => one.severity.level === level)])),
    fixable: of(({ fix }) => fix.state === 'fixed'),
    exploited: of(({ exploited }) => exploited !== undefined),
  };
}

/** Levels as Docker Scout abbreviates them; `negligible` counts among the low ones, as there. */
export function quickViewText(view: QuickView): string {
  const digest = view.digest === undefined ? '' : shortDigest(view.digest);
  const rows = [
    ['Target', printable(view.name), ...cells(view.all)],
    ['  digest', digest],
    ...(view.platform === undefined ? [] : [['  platform', printable(view.platform)]]),
    ['  packages', `${view.packages}${view.notCovered === 0 ? '' : `, nothing known of ${view.notCovered}`}`],
    ...(view.base === undefined ? [] : [['Base image', 'its share', ...cells(view.base)]]),
  ];
  const found =
    view.all === null ? [] : [`${view.all.fixable} with a fix`, `${view.all.exploited} known to be exploited`];
  const last = [...found, `${view.suppressed} suppressed`].join(', ');
  return `${table(rows, new Set([2, 3, 4, 5, 6]))}\n\n${last}\n`;
}

function cells(counts: QuickCounts | null): readonly string[] {
  if (counts === null) return ['not known'];
  const { levels } = counts;
  const of = (...names: readonly string[]): number => names.reduce((sum, name) => sum + (levels[name] ?? 0), 0);
  const unknown = of('unknown');
  const known = [`${of('critical')}C`, `${of('high')}H`, `${of('medium')}M`, `${of('low', 'negligible')}L`];
  return unknown === 0 ? known : [...known, `${unknown}?`];
}
