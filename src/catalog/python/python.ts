// Python distributions as they are installed: *.dist-info, *.egg-info and eggs, wherever they lie.
import { type BytePath, baseOf, compareStrings, parentOf, pathText } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { pypiPurl } from '../../purl/pypi.ts';
import { mergePackages } from '../merge.ts';
import type { CatalogContext, CatalogFile, CatalogedPackage, Cataloger, FileContent, Found } from '../types.ts';
import { readDirectUrl } from './direct-url.ts';
import { type Distribution, type PythonFact, distributionsOf, isInfoFolder } from './distributions.ts';
import { type DistributionEdges, distributionEdges } from './edges.ts';
import { distributionLicence } from './licence.ts';
import { type Metadata, readMetadata } from './metadata.ts';
import { listedPath, readInstalledFiles, readRecord } from './record.ts';
import { readRequiresTxt } from './requires-txt.ts';
import { Sites, readVirtualEnvironment } from './sites.ts';

type Reader = (content: FileContent, what: string) => PythonFact;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['METADATA', (content) => ({ metadata: namedMetadata(content) })],
  ['PKG-INFO', (content) => ({ metadata: namedMetadata(content) })],
  ['RECORD', (content) => ({ files: readRecord(content.all()) })],
  ['installed-files.txt', (content) => ({ files: readInstalledFiles(content.all()) })],
  ['requires.txt', (content) => ({ requires: readRequiresTxt(content.all().toString('utf8')) })],
  ['direct_url.json', (content, what) => ({ direct: readDirectUrl(content.all(), what) })],
  ['INSTALLER', (content) => ({ installer: firstWords(content) })],
  ['top_level.txt', (content) => ({ topLevel: firstWords(content) })],
]);

/** Every installed distribution with its files, and what it leads to in the search path of its interpreter. */
export const python: Cataloger<PythonFact> = {
  id: 'python',
  version: 2,
  evidence: 'installed',
  reads: [
    ...[...READERS.keys()].map((name) => ({ name, match: (path: BytePath) => isInfoFolder(parentOf(path)) })),
    { suffix: '.egg-info' },
    { name: 'pyvenv.cfg' },
  ],
  limit: 64 << 20,
  parse,
  assemble,
};

function parse({ path, content }: CatalogFile): PythonFact | undefined {
  const base = baseOf(path);
  if (base === 'pyvenv.cfg') return { environment: readVirtualEnvironment(content.read(0, HEAD).toString('utf8')) };
  const read = READERS.get(base);
  if (read === undefined) return { metadata: namedMetadata(content) };
  return read(content, pathText(path));
}

// Python imports what lies beside it, whatever it is called.
function namedMetadata(content: FileContent): Metadata {
  const metadata = readMetadata(content);
  if (metadata !== undefined) return metadata;
  throw new Fault(
    'python/no-name',
    'The metadata of a distribution name none.',
    'The distribution may be damaged; install it again.',
  );
}

const HEAD = 16 << 10;

/** Words on the first lines, divided by blanks. */
function firstWords(content: FileContent): string | undefined {
  const text = content.read(0, HEAD).toString('utf8').split(/\s+/).filter(Boolean).slice(0, 100).join(' ');
  return text === '' ? undefined : text;
}

function assemble(found: readonly Found<PythonFact>[], context: CatalogContext): readonly CatalogedPackage[] {
  const { distributions, environments } = distributionsOf(found);
  const folders = [...new Set(distributions.map(({ site }) => site))].sort(compareStrings);
  const edges = distributionEdges(distributions, new Sites(folders, environments, context), context);
  const purls = new Map(
    distributions.map((one) => [one, pypiPurl(one.metadata.name, one.metadata.version, one.direct?.origin)]),
  );
  return mergePackages(distributions.map((one) => packageOf(one, edges.get(one), purls, context)));
}

function packageOf(
  one: Distribution,
  edges: DistributionEdges | undefined,
  purls: ReadonlyMap<Distribution, string>,
  context: CatalogContext,
): CatalogedPackage {
  const { metadata, path, direct, installer, topLevel } = one;
  const purl = purls.get(one) ?? '';
  const dependencies = new Set([...(edges?.needed ?? [])].map((to) => purls.get(to) ?? purl));
  dependencies.delete(purl);
  const missing = edges?.missing ?? [];
  const properties = [
    ['python:editable', direct?.editable === true ? 'true' : undefined],
    ['python:installer', installer],
    ['python:topLevel', topLevel],
  ].flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [{ name, value }]));
  return {
    purl,
    kind: 'pypi',
    name: metadata.name,
    version: metadata.version,
    architecture: undefined,
    source: undefined,
    maintainer: metadata.author,
    description: metadata.summary,
    homepage: metadata.homepage,
    archive: undefined,
    licence: distributionLicence(metadata),
    dependencies: [...dependencies].sort(compareStrings),
    locations: [{ path }],
    unmetDependencies: missing.length === 0 ? undefined : missing,
    hashes: direct?.hashes,
    properties: properties.length === 0 ? undefined : properties,
    ...filesOf(one, context),
  };
}

/** The files from the root. What leads out of the folder may go through links, such as `lib64`. */
function filesOf({ files, info, site }: Distribution, { files: tree }: CatalogContext): { files?: BytePath[] } {
  if (files === undefined) return {};
  const folder = info.endsWith('.dist-info') ? site : info;
  return {
    files: files.map((listed) => {
      const path = listedPath(folder, listed);
      if (!listed.includes('..')) return path;
      const parent = tree.resolve(parentOf(path));
      return parent === undefined || parent === '' ? path : `${parent}/${baseOf(path)}`;
    }),
  };
}
