// An SBOM for terminals: packages in columns, and as a tree.
import { countsOf } from '../bom/counts.ts';
import type { Bom, BomPackage } from '../bom/types.ts';
import { compareStrings, pathText } from '../lib/bytes.ts';
import type { Digest } from '../lib/digest.ts';
import { forestOf } from './sbom-forest.ts';
import { printable, shortDigest, table } from './table.ts';

interface Column {
  readonly head: string;
  readonly cell: (p: BomPackage) => string;
  /** It is left out where no package has a cell in it. */
  readonly ifAny?: true;
}

/** Longest licence and place, in characters: names and versions are never cut. */
const WIDEST = { licence: 28, place: 44 } as const;

/** @param diffIds the layers' digests, lowest first */
function columnsOf(diffIds: readonly Digest[]): readonly Column[] {
  const layers = new Map(diffIds.map((diffId, i) => [diffId, `${i + 1}`]));
  return [
    { head: 'PACKAGE', cell: (p) => p.name },
    { head: 'VERSION', cell: (p) => p.version },
    { head: 'TYPE', cell: (p) => p.kind },
    { head: 'LICENCE', cell: (p) => cutEnd(p.licence?.expression ?? '', WIDEST.licence), ifAny: true },
    { head: 'ORIGIN', cell: (p) => p.origin ?? '', ifAny: true },
    ...(layers.size > 1 ? [{ head: 'LAYER', cell: (p: BomPackage) => layerOf(p, layers), ifAny: true } as const] : []),
    { head: 'IN', cell: (p) => placeOf(p), ifAny: true },
  ];
}

function layerOf({ locations = [] }: BomPackage, layers: ReadonlyMap<Digest, string>): string {
  const [layer, ...more] = [...new Set(locations.flatMap((at) => at.layer ?? []))];
  if (layer === undefined) return '';
  const text = layers.get(layer) ?? shortDigest(layer);
  return more.length === 0 ? text : `${text} +${more.length}`;
}

// Of packages of one database the place says nothing.
function placeOf({ locations = [], kind, evidence }: BomPackage): string {
  const [first, ...more] = locations;
  if (first === undefined || kind === 'deb' || kind === 'apk' || kind === 'rpm' || kind === 'alpm') return '';
  const path = cutStart([`/${pathText(first.path)}`, ...(first.within ?? [])].join('/'), WIDEST.place);
  return `${path}${more.length === 0 ? '' : ` +${more.length}`}${evidence === 'declared' ? ' (declared only)' : ''}`;
}

/** Packages by name, and how many there are. */
export function* sbomTable(bom: Bom): Generator<string> {
  if (bom.packages.length === 0) {
    yield 'no packages\n';
    return;
  }
  const packages = [...bom.packages].sort((a, b) => compareStrings(a.name, b.name) || compareStrings(a.purl, b.purl));
  const columns = columnsOf(bom.subject.diffIds).filter(
    ({ cell, ifAny }) => ifAny !== true || packages.some((p) => cell(p) !== ''),
  );
  const rows = packages.map((p) => columns.map(({ cell }) => printable(cell(p))));
  yield `${table([columns.map(({ head }) => head), ...rows])}\n\n${totals(bom)}\n`;
}

// `56 packages, 92 relationships (25 deb, 4 generic, 27 npm)`
function totals(bom: Bom): string {
  const kinds = Object.entries(countsOf(bom).kinds).map(([kind, count]) => `${count} ${printable(kind)}`);
  return `${sizeText(bom)} (${kinds.join(', ')})`;
}

/** `56 packages, 92 relationships` */
export function sizeText(bom: Bom): string {
  const { packages, relationships } = countsOf(bom);
  return `${packages} ${packages === 1 ? 'package' : 'packages'}, ${relationships} ${relationships === 1 ? 'relationship' : 'relationships'}`;
}

function cutEnd(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

// What a path ends in says more than what it begins with.
function cutStart(text: string, length: number): string {
  return text.length > length ? `…${text.slice(1 - length)}` : text;
}

/** What is described, and below it packages under what needs them. */
export function* sbomTree(bom: Bom): Generator<string> {
  const { subject } = bom;
  const facts = [subject.platform, subject.distribution?.prettyName].filter((fact) => fact !== undefined);
  const head = [subject.name, subject.version].filter((text) => text !== '').join(' ');
  yield `${printable(head)}${facts.length === 0 ? '' : ` (${printable(facts.join(', '))})`}: ${sizeText(bom)}\n`;
  for (const { package: p, more, above, below } of forestOf(bom)) {
    const bars = more.slice(0, -1).map((goesOn) => (goesOn ? '│   ' : '    '));
    const note = above ? ' (see above)' : below ? ' (see below)' : '';
    const branch = more.at(-1) === true ? '├── ' : '└── ';
    yield `${bars.join('')}${branch}${printable(`${p.name} ${p.version}`.trimEnd())} ${printable(p.kind)}${note}\n`;
  }
}
