// syft's own JSON (schema 11 to 16) as a graph.
import { sha256Hex } from '../../lib/digest.ts';
import type {
  BomGraph,
  ExtractedLicence,
  GraphFile,
  GraphPackage,
  GraphRelation,
  Hash,
  Property,
} from '../graph/types.ts';
import { Members } from '../graph/members.ts';

/** How syft's types of relationships are said otherwise; `evident-by` is where a package was seen. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['dependency-of', 'DEPENDENCY_OF'],
  ['contains', 'CONTAINS'],
  ['ownership-by-file-overlap', 'CONTAINS'],
]);
const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['md5', 'MD5'],
  ['sha1', 'SHA-1'],
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
]);
const SYSTEM = 'operating-system';

/** @throws Fault `sbom/malformed` */
export function graphOfSyft(content: unknown): BomGraph {
  const document = new Members(content, '');
  const source = document.child('source');
  const distro = document.child('distro');
  const tool = document.child('descriptor');
  const root = source?.text('id') ?? 'source';
  const licences = new Map<string, ExtractedLicence>();
  const relations = document.list('artifactRelationships').flatMap((one): GraphRelation[] => {
    const type = TYPES.get(one.needed('type'));
    return type === undefined ? [] : [{ from: one.needed('parent'), type, to: one.needed('child') }];
  });
  const packages = [
    ...(source === undefined ? [] : [readSource(source, root)]),
    ...(distro?.text('id') === undefined ? [] : [readDistro(distro)]),
    ...document.list('artifacts').map((artifact) => readArtifact(artifact, licences)),
  ];
  return {
    document: {
      name: source?.text('name'),
      creators:
        tool === undefined ? [] : [{ kind: 'tool', name: tool.text('name') ?? 'syft', version: tool.text('version') }],
      roots: [root],
      externals: [],
      properties: [],
    },
    packages,
    files: document.list('files').map(readFile),
    relations,
    snippets: [],
    licences: [...licences.values()],
    annotations: [],
    vulnerabilities: [],
    completeness: [],
  };
}

function readSource(source: Members, id: string): GraphPackage {
  const metadata = source.child('metadata');
  const of = (name: string, member: string): Property[] => {
    const value = metadata?.value(member);
    return typeof value === 'string' ? [{ name: `temper:${name}`, value }] : [];
  };
  return {
    id,
    type: source.text('type') === 'image' ? 'container' : 'file',
    name: source.text('name') ?? '',
    version: source.text('version'),
    properties: [...of('configDigest', 'imageID'), ...of('manifestDigest', 'manifestDigest')],
  };
}

function readDistro(distro: Members): GraphPackage {
  return {
    id: SYSTEM,
    type: SYSTEM,
    name: distro.needed('id'),
    version: distro.text('versionID'),
    description: distro.text('prettyName'),
    properties: distro.texts('idLike').map((value) => ({ name: 'temper:like', value })),
  };
}

function readArtifact(artifact: Members, licences: Map<string, ExtractedLicence>): GraphPackage {
  const metadata = artifact.value('metadata');
  const facts =
    typeof metadata === 'object' && metadata !== null ? new Members(metadata, `${artifact.path}.metadata`) : undefined;
  const maintainer = facts?.value('maintainer');
  const foundBy = artifact.text('foundBy');
  return {
    id: artifact.needed('id'),
    type: 'library',
    name: artifact.needed('name'),
    version: artifact.text('version'),
    purls: [artifact.text('purl') ?? ''].filter((purl) => purl !== ''),
    cpes: cpesOf(artifact),
    publisher: typeof maintainer === 'string' && maintainer !== '' ? maintainer : undefined,
    declared: licenceOf(artifact, licences),
    places: artifact.list('locations').map((at) => {
      const layer = at.text('layerID');
      return { location: at.needed('path'), context: layer === undefined ? undefined : `layer ${layer}` };
    }),
    properties: foundBy === undefined ? [] : [{ name: 'temper:foundBy', value: foundBy }],
  };
}

// Texts until schema 16, then objects.
function cpesOf(artifact: Members): string[] {
  const value = artifact.value('cpes');
  const isTexts = Array.isArray(value) && typeof value[0] === 'string';
  return isTexts ? artifact.texts('cpes') : artifact.list('cpes').map((cpe) => cpe.needed('cpe'));
}

/** Texts until schema 8, then objects; what is no identifier of SPDX becomes a LicenseRef-…. */
function licenceOf(artifact: Members, licences: Map<string, ExtractedLicence>): string | undefined {
  const value = artifact.value('licenses');
  const isTexts = Array.isArray(value) && typeof value[0] === 'string';
  const terms = isTexts
    ? artifact.texts('licenses').map((text) => referenceOf(text, licences))
    : artifact.list('licenses').map((licence) => {
        const expression = licence.text('spdxExpression') ?? '';
        return expression === '' ? referenceOf(licence.text('value') ?? '', licences) : expression;
      });
  const known = [...new Set(terms.filter((term) => term !== ''))];
  if (known.length < 2) return known[0];
  return known.map((term) => (/ OR /i.test(term) ? `(${term})` : term)).join(' AND ');
}

function referenceOf(text: string, licences: Map<string, ExtractedLicence>): string {
  if (text === '') return '';
  const id = `LicenseRef-${text.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 100)}`;
  const known = licences.get(id);
  const own = known === undefined || known.text === text ? id : `${id}-${sha256Hex(text).slice(0, 8)}`;
  licences.set(own, { id: own, text });
  return own;
}

function readFile(file: Members): GraphFile {
  const location = file.child('location');
  const hashes = file.list('digests').flatMap((digest): Hash[] => {
    const algorithm = ALGORITHMS.get(digest.needed('algorithm'));
    return algorithm === undefined ? [] : [{ algorithm, value: digest.needed('value') }];
  });
  return {
    id: file.needed('id'),
    name: (location?.text('path') ?? '').replace(/^\//, ''),
    hashes,
    layer: location?.text('layerID'),
  };
}
