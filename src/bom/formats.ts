// The forms that an SBOM can be had in.
import { closest } from '../lib/closest.ts';
import { Fault } from '../lib/faults.ts';

interface Format {
  readonly name: string;
  /** One line, for `--help`. */
  readonly about: string;
  /** Other names that people know it by. */
  readonly aliases?: readonly string[];
  /** `document`: for programs, written by bom/; `page`: for people, written by report/. */
  readonly kind: 'document' | 'page';
}

export const sbomFormats = [
  { name: 'table', about: 'packages in columns', kind: 'page', aliases: ['list'] },
  { name: 'tree', about: 'packages under what needs them', kind: 'page' },
  {
    name: 'json',
    about: "all that Temper knows, in a schema of Temper's own",
    kind: 'document',
    aliases: ['temper-json'],
  },
  {
    name: 'spdx-json',
    about: 'SPDX 2.3',
    kind: 'document',
    aliases: ['spdx', 'spdxjson', 'spdx-json@2.3', 'spdx-json@2'],
  },
  {
    name: 'spdx-json@3.0',
    about: 'SPDX 3.0.1 as JSON-LD',
    kind: 'document',
    aliases: ['spdx-json@3', 'spdx-json@3.0.1', 'spdx3', 'spdx-jsonld'],
  },
  {
    name: 'spdx-tag-value',
    about: 'SPDX 2.3 as tags and values',
    kind: 'document',
    aliases: ['spdx-tv', 'spdx-tag-value@2.3'],
  },
  {
    name: 'cyclonedx-json',
    about: 'CycloneDX 1.6',
    kind: 'document',
    aliases: ['cyclonedx', 'cdx', 'cyclonedx-json@1.6'],
  },
  { name: 'cyclonedx-json@1.7', about: 'CycloneDX 1.7', kind: 'document' },
  { name: 'cyclonedx-xml', about: 'CycloneDX 1.6 as XML', kind: 'document', aliases: ['cyclonedx-xml@1.6'] },
  { name: 'purls', about: 'package URLs, one a line', kind: 'document', aliases: ['purl'] },
  { name: 'dot', about: 'the graph of what needs what, for Graphviz', kind: 'page', aliases: ['graphviz'] },
  { name: 'html', about: 'one page for a browser: a tree to open and to search', kind: 'page' },
] as const satisfies readonly Format[];

export type SbomFormat = (typeof sbomFormats)[number]['name'];
/** Those that bom/ writes. */
export type DocumentFormat = Extract<(typeof sbomFormats)[number], { kind: 'document' }>['name'];
/** Those that report/ writes. */
export type PageFormat = Exclude<SbomFormat, DocumentFormat>;

/** The format of a name or an alias. @throws Fault `sbom/unknown-output` */
export function sbomFormat(text: string): SbomFormat {
  const wanted = text.toLowerCase();
  const list: readonly Format[] = sbomFormats;
  const found = list.find(({ name, aliases }) => name === wanted || aliases?.includes(wanted) === true);
  if (found !== undefined) return found.name as SbomFormat;
  const names = list.map(({ name }) => name);
  const [near] = closest(wanted, names, 1);
  throw new Fault(
    'sbom/unknown-output',
    `There is no SBOM format "${text.slice(0, 100)}".`,
    near === undefined ? `Formats are ${names.join(', ')}.` : `Did you mean ${near}?`,
  );
}

/** Whether bom/ writes it. */
export function isDocumentFormat(format: SbomFormat): format is DocumentFormat {
  return sbomFormats.some(({ name, kind }) => name === format && kind === 'document');
}
