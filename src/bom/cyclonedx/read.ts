// A CycloneDX document in its JSON form as a graph: components, nested or not, their licences and their relations.
import { compareStrings } from '../../lib/bytes.ts';
import { readFacts } from '../claims.ts';
import { readAnnotations, readCompleteness, readVulnerability } from './read-statements.ts';
import { LicenceReader } from './read-licences.ts';
import {
  type Agent,
  type BomGraph,
  type GraphFile,
  type GraphPackage,
  type GraphRelation,
  type Hash,
  NONE,
  type Property,
  type Reference,
} from '../graph/types.ts';
import { isObject, Members } from '../graph/members.ts';
import { UniqueIds } from '../graph/names.ts';
import { named, spdxAlgorithm } from '../graph/words.ts';

/** @throws Fault `sbom/malformed` */
export function graphOfCycloneDx(content: unknown): BomGraph {
  const document = new Members(content, '');
  const reader = new CycloneDxReader(document.child('metadata'));
  for (const component of document.list('components')) reader.readComponent(component);
  return reader.graph(document);
}

/** Reads components one after the other, and then what else the document says. All of it throws Fault `sbom/malformed`. */
export class CycloneDxReader {
  readonly #metadata: Members | undefined;
  readonly #components = new ComponentReader();
  readonly #roots: readonly string[];

  constructor(metadata: Members | undefined) {
    this.#metadata = metadata;
    const root = metadata?.child('component');
    this.#roots = root === undefined ? [] : [this.#components.read(root, undefined)];
  }

  readComponent(component: Members): void {
    this.#components.read(component, this.#roots[0]);
  }

  /** @param document its components are those that were read */
  graph(document: Members): BomGraph {
    const [metadata, reader, roots] = [this.#metadata, this.#components, this.#roots];
    for (const dependency of document.list('dependencies')) reader.readDependency(dependency);
    const dataLicence = metadata && new LicenceReader().read(metadata.list('licenses'));
    return {
      document: {
        uri: document.text('serialNumber'),
        revision: document.number('version'),
        created: metadata?.text('timestamp'),
        creators: metadata === undefined ? [] : creatorsOf(metadata),
        dataLicence: dataLicence?.declared,
        roots,
        externals: [],
        properties: propertiesOf(metadata).concat(propertiesOf(document)),
      },
      packages: reader.packages,
      files: reader.files,
      relations: reader.relations,
      snippets: [],
      licences: reader.licences.texts(),
      annotations: readAnnotations(document),
      vulnerabilities: document.list('vulnerabilities').map(readVulnerability),
      completeness: document.list('compositions').flatMap(readCompleteness),
    };
  }
}

class ComponentReader {
  readonly packages: GraphPackage[] = [];
  readonly files: GraphFile[] = [];
  readonly relations: GraphRelation[] = [];
  readonly licences = new LicenceReader();
  readonly #ids = new UniqueIds();

  /** Reads a component and what is nested in it, as deep as parseJson allows; gives its identifier. */
  read(component: Members, parent: string | undefined): string {
    const id = this.#idOf(component);
    const properties = propertiesOf(component);
    // SPDX has no files without a checksum: those are packages of type file.
    const isFile =
      parent !== undefined &&
      component.text('type') === 'file' &&
      !component.has('purl') &&
      hashesOf(component).some(({ algorithm }) => spdxAlgorithm(algorithm) !== undefined);
    if (isFile) this.files.push(this.#file(component, id, properties));
    else this.packages.push(this.#package(component, id, properties));
    if (parent !== undefined) this.relations.push({ from: parent, type: 'CONTAINS', to: id });
    for (const { name, value } of properties) {
      if (name === 'temper:ownedBy') this.relations.push({ from: value, type: 'CONTAINS', to: id });
      if (name !== 'temper:relation') continue;
      const [type = '', to = '', ...comment] = value.split(' ');
      this.relations.push({ from: id, type, to, comment: comment.length === 0 ? undefined : comment.join(' ') });
    }
    for (const child of component.list('components')) this.read(child, id);
    return id;
  }

  readDependency(dependency: Members): void {
    const from = dependency.needed('ref');
    const needs = dependency.texts('dependsOn');
    for (const to of needs) this.relations.push({ from, type: 'DEPENDS_ON', to });
    if (needs.length === 0) this.relations.push({ from, type: 'DEPENDS_ON', to: NONE });
    for (const to of dependency.texts('provides'))
      this.relations.push({ from: to, type: 'SPECIFICATION_FOR', to: from });
  }

  // One without a reference is told from those of the same name by their number.
  #idOf(component: Members): string {
    const reference = component.text('bom-ref');
    return this.#ids.unique(reference ?? `${component.text('type') ?? ''}:${component.text('name') ?? ''}`);
  }

  #package(c: Members, id: string, properties: readonly Property[]): GraphPackage {
    const references = c.list('externalReferences').map(readReference);
    // Most components have no property that the graph has a field for.
    const own = properties.some(({ name }) => STRUCTURAL.has(name)) ? properties : [];
    const licence = this.licences.read(c.list('licenses'));
    const evidence = c.child('evidence');
    this.licences.readTexts(evidence);
    const ofType = (type: string) => references.find((r) => r.type === type)?.locator;
    const ours = (name: string) => valuesOf(own, `temper:${name}`)[0];
    return {
      id,
      type: ours('type') ?? c.text('type'),
      group: c.text('group'),
      name: c.needed('name'),
      version: c.text('version'),
      purls: listOf(c.text('purl')),
      cpes: [...listOf(c.text('cpe')), ...valuesOf(own, 'temper:cpe'), ...valuesOf(own, 'syft:cpe23')],
      swids: listOf(c.child('swid')?.text('tagId')),
      supplier: entityOf(c.child('supplier')),
      originator: originatorOf(c),
      publisher: c.text('publisher'),
      description: c.text('description'),
      homepage: ofType('website'),
      downloadLocation: ofType('distribution'),
      copyright: c.text('copyright'),
      declared: licence.declared,
      concluded: licence.concluded ?? ours('licenceConcluded'),
      sourceInfo: ours('sourceInfo'),
      comment: ours('comment'),
      summary: ours('summary'),
      licenceComment: ours('licenceComment'),
      found: foundLicences(evidence),
      hashes: [...hashesOf(c), ...otherHashes(own)],
      references: references.filter((r) => r.type !== 'website' && r.type !== 'distribution'),
      scope: c.text('scope'),
      mimeType: c.text('mime-type'),
      places: (evidence?.list('occurrences') ?? []).map((o) => ({
        location: o.needed('location'),
        context: o.text('additionalContext'),
      })),
      properties: own.length === 0 ? properties : properties.filter((p) => !STRUCTURAL.has(p.name)),
    };
  }

  #file(c: Members, id: string, properties: readonly Property[]): GraphFile {
    const value = (name: string) => properties.find((p) => p.name === `temper:${name}`)?.value;
    const target = value('target');
    const licence = this.licences.read(c.list('licenses'));
    const facts = readFacts(
      `${value('kind') ?? ''}, mode ${value('mode') ?? ''}, owner ${value('owner') ?? ''}, ${value('size') ?? ''} bytes${target === undefined ? '' : `, to ${target}`}`,
    );
    return {
      id,
      name: c.needed('name').replace(/^\//, ''),
      hashes: [...hashesOf(c), ...otherHashes(properties)],
      facts,
      step: value('step'),
      layer: value('layer'),
      copyright: c.text('copyright'),
      concluded: licence.concluded ?? licence.declared,
      comment: value('comment'),
      notice: value('notice'),
      types: valuesOf(properties, 'temper:fileType'),
      description: c.text('description'),
      mimeType: c.text('mime-type'),
      properties: properties.filter((p) => !FACTS.has(p.name)),
    };
  }
}

/** Properties that the graph has fields for. */
const STRUCTURAL: ReadonlySet<string> = new Set([
  'syft:cpe23',
  ...[
    'cpe',
    'ownedBy',
    'relation',
    'sourceInfo',
    'comment',
    'summary',
    'licenceComment',
    'hash',
    'type',
    'licenceConcluded',
  ].map((name) => `temper:${name}`),
]);
const FACTS: ReadonlySet<string> = new Set(
  ['kind', 'mode', 'owner', 'size', 'target', 'step', 'layer', 'comment', 'notice', 'fileType', 'hash', 'relation'].map(
    (name) => `temper:${name}`,
  ),
);

function listOf(text: string | undefined): string[] {
  return text === undefined ? [] : [text];
}

function valuesOf(properties: readonly Property[], name: string): string[] {
  if (properties.length === 0) return [];
  return properties.filter((p) => p.name === name).map((p) => p.value);
}

function hashesOf(of: Members): Hash[] {
  return of.list('hashes').map((hash) => ({ algorithm: hash.needed('alg'), value: hash.needed('content') }));
}

function otherHashes(properties: readonly Property[]): Hash[] {
  return valuesOf(properties, 'temper:hash').map((text) => {
    const space = text.indexOf(' ');
    return { algorithm: text.slice(0, space), value: text.slice(space + 1) };
  });
}

function propertiesOf(of: Members | undefined): Property[] {
  const items = of?.value('properties');
  // Most of a large document: without an object more for each, which only a fault would need.
  if (Array.isArray(items) && items.every(isProperty)) return items.map(({ name, value }) => ({ name, value }));
  return (of?.list('properties') ?? []).map((p) => ({ name: p.text('name') ?? '', value: p.text('value') ?? '' }));
}

function isProperty(item: unknown): item is Property {
  return isObject(item) && typeof item['name'] === 'string' && typeof item['value'] === 'string';
}

function readReference(ref: Members): Reference {
  return {
    type: ref.needed('type'),
    locator: ref.needed('url'),
    comment: ref.text('comment'),
    hashes: hashesOf(ref),
  };
}

function entityOf(entity: Members | undefined): Agent | undefined {
  const [contact] = entity?.list('contact') ?? [];
  const name = entity?.text('name') ?? contact?.text('name');
  return name === undefined ? undefined : { kind: 'organization', name, email: contact?.text('email') };
}

// 1.6 has `authors` and `manufacturer`; before there was `author`, a text.
function originatorOf(component: Members): Agent | undefined {
  const [author] = component.list('authors');
  const text = component.text('author');
  if (author !== undefined) return { kind: 'person', name: author.text('name') ?? '', email: author.text('email') };
  return text === undefined ? entityOf(component.child('manufacturer')) : named('person', text);
}

/** Tools as a list (until 1.4) or as components, authors, manufacturer and supplier. */
function creatorsOf(metadata: Members): Agent[] {
  const tools = Array.isArray(metadata.value('tools'))
    ? metadata.list('tools')
    : (metadata.child('tools')?.list('components') ?? []);
  const organization = entityOf(metadata.child('manufacturer') ?? metadata.child('manufacture'));
  const people = metadata.list('authors').map((a): Agent => {
    return { kind: 'person', name: a.text('name') ?? '', email: a.text('email') };
  });
  return [
    ...tools.map((t): Agent => ({ kind: 'tool', name: t.text('name') ?? '', version: t.text('version') })),
    ...people,
    ...(organization === undefined ? [] : [organization]),
  ];
}

function foundLicences(evidence: Members | undefined): string[] {
  if (evidence === undefined) return [];
  const found = evidence.list('licenses').flatMap((choice) => {
    const text = choice.text('expression') ?? choice.child('license')?.text('id');
    return text === undefined ? [] : [text];
  });
  return [...new Set(found)].sort(compareStrings);
}
