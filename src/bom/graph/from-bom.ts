// A Bom as a graph, from which every format is written.
import { compareStrings, pathText } from '../../lib/bytes.ts';
import { hexOf, sha1Hex, sha256Hex } from '../../lib/digest.ts';
import { isoTime } from '../../lib/time.ts';
import type { Tool } from '../../lib/tool.ts';
import {
  type BomGraph,
  type ExtractedLicence,
  fileId,
  type GraphFile,
  type GraphPackage,
  type GraphRelation,
  type Property,
} from './types.ts';
import { identityOf } from '../identity.ts';
import { placeOf, propertiesOf } from './properties.ts';
import type { Bom, BomFile, BomPackage, BomSubject, Distribution } from '../types.ts';
import { named } from './words.ts';

/** Packages are known by their purls, files by their numbers. What is long is made while it is read. */
export function graphOfBom(bom: Bom, tool: Tool): BomGraph {
  const { subject } = bom;
  const identity = identityOf(bom);
  const root = `image:sha256:${identity}`;
  const licences = new Licences(bom.packages);
  const notRead = bom.notRead ?? [];
  const known = new Set(bom.packages.map((p) => p.purl));
  const holder = ({ owner }: BomFile) => ownerOf(owner, known) ?? root;
  const packageRelations = { [Symbol.iterator]: () => relationsOf(bom, root, known) };
  return {
    document: {
      name: `${subject.name}-${subject.version}-${(subject.platform ?? 'files').replaceAll('/', '-')}`,
      uri: `https://spdx.org/spdxdocs/${subject.name.replace(/[^A-Za-z0-9.-]/g, '-')}-${identity}`,
      revision: 1,
      created: isoTime(subject.created),
      creators: [{ kind: 'tool', name: tool.name, version: tool.version }],
      dataLicence: 'CC0-1.0',
      roots: [root],
      externals: [],
      properties: notRead.map(({ path, cataloger, code, reason }) =>
        property('notRead', JSON.stringify([cataloger, code, `/${pathText(path)}`, reason])),
      ),
    },
    packages: {
      *[Symbol.iterator]() {
        yield rootOf(subject, root);
        if (subject.distribution !== undefined) yield systemOf(subject.distribution);
        for (const p of bom.packages) yield packageOf(p, licences);
      },
    },
    files: {
      *[Symbol.iterator]() {
        let i = 0;
        for (const file of bom.files) yield fileOf(file, i++);
      },
    },
    relations: {
      *[Symbol.iterator]() {
        yield* packageRelations;
        let i = 0;
        for (const file of bom.files) yield { from: holder(file), type: 'CONTAINS', to: fileId(i++) };
      },
    },
    snippets: [],
    licences: licences.texts,
    annotations: [],
    vulnerabilities: [],
    completeness: notRead.length === 0 ? [] : [{ id: root, of: 'CONTAINS', is: 'incomplete' }],
    closed: true,
    verificationCodes: () => codesOf(bom.files, holder),
    rows: { files: bom.files, relations: packageRelations, holder },
  };
}

function property(name: string, value: string): Property {
  return { name: `temper:${name}`, value };
}

function rootOf(subject: BomSubject, id: string): GraphPackage {
  const { platform, configDigest, manifestDigest, diffIds, distribution } = subject;
  const on = distribution === undefined ? '' : ` on ${distribution.prettyName}`;
  return {
    id,
    type: configDigest === undefined ? 'file' : 'container',
    name: subject.name,
    version: subject.version,
    comment:
      configDigest === undefined
        ? undefined
        : `${platform ?? ''}${on}; config ${configDigest}; layers ${diffIds.join(' ')}`,
    hashes: configDigest && [{ algorithm: 'SHA-256', value: hexOf(configDigest) }],
    properties: [
      ...(platform === undefined ? [] : [property('platform', platform)]),
      ...(configDigest === undefined ? [] : [property('configDigest', configDigest)]),
      ...(manifestDigest === undefined ? [] : [property('manifestDigest', manifestDigest)]),
      ...diffIds.map((id) => property('diffId', id)),
    ],
  };
}

function systemOf({ id, versionId, prettyName, like = [], codename, stream }: Distribution): GraphPackage {
  return {
    id: systemId({ id, versionId }),
    type: 'operating-system',
    name: id,
    version: versionId,
    description: prettyName,
    properties: [
      ...like.map((name) => property('like', name)),
      ...(codename === undefined ? [] : [property('codename', codename)]),
      ...(stream === undefined ? [] : [property('stream', stream)]),
    ],
  };
}

function systemId({ id, versionId }: Pick<Distribution, 'id' | 'versionId'>): string {
  return `os:${id}-${versionId}`;
}

function packageOf(p: BomPackage, licences: Licences): GraphPackage {
  const places = (p.locations ?? []).map(placeOf);
  return {
    id: p.purl,
    type: 'library',
    name: p.name,
    version: p.version,
    purls: [p.purl],
    cpes: p.cpes,
    supplier: p.maintainer === undefined ? undefined : named('organization', p.maintainer),
    description: p.description,
    homepage: p.homepage,
    copyright: p.licence?.copyright,
    declared: licences.expressionOf(p),
    hashes: [
      ...(p.archive === undefined ? [] : [{ algorithm: 'SHA-256', value: hexOf(p.archive.digest) }]),
      ...(p.hashes ?? []),
    ],
    fileName: p.archive?.name,
    sourceInfo: sourceInfo(p),
    comment:
      p.excludedDependencies.length === 0
        ? undefined
        : `left out by the image's definition although the package asks for them: ${p.excludedDependencies.join(', ')}`,
    places,
    properties: propertiesOf(p),
  };
}

function sourceInfo({ source, foundBy, locations = [] }: BomPackage): string | undefined {
  const built = source && `built package from: ${source.name} ${source.version}`;
  const found =
    foundBy === undefined || locations.length === 0
      ? undefined
      : `found by ${foundBy} in ${locations.map((at) => placeOf(at).location).join(', ')}`;
  return built === undefined ? found : found === undefined ? built : `${built}; ${found}`;
}

function fileOf(
  { path, kind, mode, uid, gid, size, sha1, sha256, target, layer, owner }: BomFile,
  i: number,
): GraphFile {
  return {
    id: fileId(i),
    name: pathText(path),
    hashes: [
      { algorithm: 'SHA-1', value: sha1 },
      { algorithm: 'SHA-256', value: sha256 },
    ],
    facts: { kind, mode, uid, gid, size, target: target === undefined ? undefined : pathText(target) },
    step: owner !== undefined && 'step' in owner ? owner.step : undefined,
    layer: layer === '' ? undefined : layer,
  };
}

// SPDX 2.3, 7.9: the SHA-1 of the files' sorted SHA-1s.
function codesOf(files: readonly BomFile[], holder: (file: BomFile) => string): Map<string, string> {
  const lists = new Map<string, string[]>();
  for (const file of files) {
    const id = holder(file);
    const list = lists.get(id);
    if (list === undefined) lists.set(id, [file.sha1]);
    else list.push(file.sha1);
  }
  return new Map([...lists].map(([id, list]) => [id, sha1Hex(list.sort().join(''))]));
}

function ownerOf(owner: BomFile['owner'], known: ReadonlySet<string>): string | undefined {
  return owner !== undefined && 'package' in owner && known.has(owner.package) ? owner.package : undefined;
}

// Of packages; those of files follow them.
function* relationsOf(
  { subject: { distribution }, packages }: Bom,
  root: string,
  known: ReadonlySet<string>,
): Generator<GraphRelation> {
  if (distribution !== undefined) yield { from: root, type: 'CONTAINS', to: systemId(distribution) };
  for (const p of packages) {
    yield { from: root, type: 'CONTAINS', to: p.purl };
    for (const to of p.dependencies) if (known.has(to)) yield { from: p.purl, type: 'DEPENDS_ON', to };
    if (p.ownedBy !== undefined && known.has(p.ownedBy)) yield { from: p.ownedBy, type: 'CONTAINS', to: p.purl };
  }
}

/** The same LicenseRef name means another text in another package: each gets its source's name. */
class Licences {
  readonly texts: readonly ExtractedLicence[];
  readonly #expressions = new Map<string, string>();

  constructor(packages: readonly BomPackage[]) {
    const texts = new Map<string, string>();
    for (const p of packages) {
      if (p.licence === undefined) continue;
      const { expression, texts: own } = p.licence;
      this.#expressions.set(
        p.purl,
        expression.replace(/LicenseRef-[A-Za-z0-9.-]+/g, (reference) => {
          const text = Object.hasOwn(own, reference) ? own[reference] : undefined;
          const id = unique(renamed(reference, p), text, texts);
          if (text !== undefined) texts.set(id, text);
          return id;
        }),
      );
    }
    this.texts = [...texts].sort(([a], [b]) => compareStrings(a, b)).map(([id, text]) => ({ id, text }));
  }

  expressionOf(p: BomPackage): string | undefined {
    return this.#expressions.get(p.purl);
  }
}

function renamed(reference: string, p: BomPackage): string {
  const prefix = `LicenseRef-${(p.source?.name ?? p.name).replace(/[^A-Za-z0-9.-]/g, '-')}-`;
  return reference.startsWith(prefix) ? reference : `${prefix}${reference.slice('LicenseRef-'.length)}`;
}

function unique(id: string, text: string | undefined, texts: ReadonlyMap<string, string>): string {
  const known = texts.get(id);
  return text === undefined || known === undefined || known === text ? id : `${id}-${sha256Hex(text).slice(0, 12)}`;
}
