// An SBOM for terminals: packages in columns, and as a tree.
import type { Bom, BomPackage } from '../bom/types.ts';
import { compareStrings, pathText } from '../lib/bytes.ts';
import { forestOf, sizeOf } from './sbom-forest.ts';
import { printable, shortDigest, table } from './table.ts';

/** Longest cell, in characters; what is longer ends in an ellipsis. */
const WIDEST = 48;

interface Column {
  readonly head: string;
  readonly cell: (p: BomPackage) => string;
  /** It is left out where no package has a cell in it. */
  readonly ifAny?: true;
}

const COLUMNS: readonly Column[] = [
  { head: 'PACKAGE', cell: (p) => p.name },
  { head: 'VERSION', cell: (p) => p.version },
  { head: 'TYPE', cell: (p) => p.kind },
  { head: 'LICENCE', cell: (p) => p.licence?.expression ?? '', ifAny: true },
  { head: 'ORIGIN', cell: (p) => p.origin ?? '', ifAny: true },
  { head: 'LAYER', cell: (p) => layerOf(p), ifAny: true },
  { head: 'IN', cell: (p) => placeOf(p), ifAny: true },
];

function layerOf({ locations = [] }: BomPackage): string {
  const [layer, ...more] = [...new Set(locations.flatMap((at) => at.layer ?? []))];
  if (layer === undefined) return '';
  return more.length === 0 ? shortDigest(layer) : `${shortDigest(layer)} +${more.length}`;
}

// Of packages of one database the place says nothing.
function placeOf({ locations = [], kind }: BomPackage): string {
  const [first, ...more] = locations;
  if (first === undefined || kind === 'deb' || kind === 'apk' || kind === 'rpm' || kind === 'alpm') return '';
  const path = [`/${pathText(first.path)}`, ...(first.within ?? [])].join('/');
  return more.length === 0 ? path : `${path} +${more.length}`;
}

/** Packages by name. */
export function* sbomTable(bom: Bom): Generator<string> {
  if (bom.packages.length === 0) {
    yield 'no packages\n';
    return;
  }
  const packages = [...bom.packages].sort((a, b) => compareStrings(a.name, b.name) || compareStrings(a.purl, b.purl));
  const columns = COLUMNS.filter(({ cell, ifAny }) => ifAny !== true || packages.some((p) => cell(p) !== ''));
  const rows = packages.map((p) => columns.map(({ cell }) => short(printable(cell(p)))));
  yield `${table([columns.map(({ head }) => head), ...rows])}\n`;
}

function short(text: string): string {
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}

/** What is described, and below it packages under what needs them. */
export function* sbomTree(bom: Bom): Generator<string> {
  const { subject } = bom;
  const size = sizeOf(bom);
  const facts = [subject.platform, subject.distribution?.prettyName].filter((fact) => fact !== undefined);
  const head = [subject.name, subject.version].filter((text) => text !== '').join(' ');
  yield `${printable(head)}${facts.length === 0 ? '' : ` (${printable(facts.join(', '))})`}: ${size.packages} packages, ${size.relations} relationships\n`;
  for (const { package: p, more, above, below } of forestOf(bom)) {
    const bars = more.slice(0, -1).map((goesOn) => (goesOn ? '│   ' : '    '));
    const note = above ? ' (see above)' : below ? ' (see below)' : '';
    const branch = more.at(-1) === true ? '├── ' : '└── ';
    yield `${bars.join('')}${branch}${printable(`${p.name} ${p.version}`.trimEnd())} ${printable(p.kind)}${note}\n`;
  }
}
