// A graph as a CycloneDX document, 1.6 or 1.7.
import { sha256Hex } from '../../lib/digest.ts';
import { uuidOf } from '../../lib/uuid.ts';
import type { CycloneDxComponent, CycloneDxProperty, CycloneDxVersion } from '../../cyclonedx/types.ts';
import { octal } from '../claims.ts';
import { CycloneDxLicences } from './write-licences.ts';
import { writeAnnotation, writeCompositions, writeVulnerability } from './write-statements.ts';
import {
  type BomGraph,
  DOCUMENT,
  type GraphFile,
  type GraphPackage,
  type GraphRelation,
  type Hash,
  NONE,
} from '../graph/types.ts';
import { Items, type LazyObject } from '../graph/lazy.ts';
import { some } from '../graph/members.ts';
import { isSystem, nameParts, purlType } from '../graph/names.ts';
import { type Nesting, nestingOf } from './nesting.ts';
import { timeIf } from '../graph/times.ts';
import { CYCLONEDX_ALGORITHMS, NEEDS } from '../graph/words.ts';

/** The members of the document in the order of its schema. */
export function* cycloneDxMembers(graph: BomGraph, version: CycloneDxVersion): LazyObject {
  const writer = new CycloneDxWriter(graph, version);
  yield ['$schema', `http://cyclonedx.org/schema/bom-${version}.schema.json`];
  yield ['bomFormat', 'CycloneDX'];
  yield ['specVersion', version];
  yield ['serialNumber', serialNumber(graph)];
  yield ['version', graph.document.revision ?? 1];
  yield ['metadata', writer.metadata()];
  yield ['components', new Items(writer.components())];
  yield ['dependencies', new Items(writer.dependencies())];
  yield ['compositions', writeCompositions(graph.completeness, (id) => writer.knows(id))];
  yield ['vulnerabilities', graph.vulnerabilities.map(writeVulnerability)];
  const annotations = graph.annotations.flatMap((one) => writeAnnotation(one, (id) => writer.subject(id)));
  yield ['annotations', [...new Map(annotations.map((one) => [JSON.stringify(one), one])).values()]];
}

const UUID = /^urn:uuid:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The document's own, else one of the digest of its namespace, so that the same document has the same. */
function serialNumber({ document }: BomGraph): string {
  if (document.uri !== undefined && UUID.test(document.uri)) return document.uri;
  const [root = ''] = document.roots;
  const identity = /^image:sha256:([0-9a-f]{64})$/.exec(root)?.[1];
  return `urn:uuid:${uuidOf(identity ?? sha256Hex(`${document.uri ?? ''}\0${document.name ?? ''}`))}`;
}

function property(name: string, value: string): CycloneDxProperty {
  return { name: `temper:${name}`, value };
}

class CycloneDxWriter {
  readonly #graph: BomGraph;
  readonly #licences: CycloneDxLicences;
  readonly #nesting: Nesting;
  readonly #packages = new Map<string, GraphPackage>();
  readonly #files = new Map<string, GraphFile>();
  readonly #needs = new Map<string, Set<string>>();
  readonly #provides = new Map<string, Set<string>>();
  /** Relations that CycloneDX has no word for, as properties of the one that they start from. */
  readonly #properties = new Map<string, CycloneDxProperty[]>();
  /** What anything but nesting names: tens of thousands of other files of an image need no reference. */
  readonly #named = new Set<string>();

  constructor(graph: BomGraph, version: CycloneDxVersion) {
    this.#graph = graph;
    this.#licences = new CycloneDxLicences(graph.licences, version);
    this.#nesting = nestingOf(graph);
    for (const p of graph.packages) this.#packages.set(p.id, p);
    for (const file of graph.files) this.#files.set(file.id, file);
    for (const relation of graph.relations) this.#relate(relation);
    for (const { about } of graph.annotations) for (const id of about) this.#named.add(id);
    for (const { id } of graph.completeness) this.#named.add(id);
    for (const { affects } of graph.vulnerabilities) for (const id of affects) this.#named.add(id);
  }

  knows(id: string): boolean {
    return this.#packages.has(id) || this.#files.has(id);
  }

  /** What an annotation names: the document itself is what it describes. */
  subject(id: string): string | undefined {
    if (id === DOCUMENT) return this.#graph.document.roots[0];
    return this.knows(id) ? id : undefined;
  }

  metadata(): object {
    const { document } = this.#graph;
    const root = this.#root();
    const ofKind = (kind: string) => document.creators.filter((agent) => agent.kind === kind);
    const tools = ofKind('tool').map(({ name, version }) => ({ type: 'application', name, version }));
    const [organization] = ofKind('organization');
    const properties = [
      ...(document.name === undefined || document.name === root?.name || this.#isOurs()
        ? []
        : [property('documentName', document.name)]),
      ...(document.uri === undefined || UUID.test(document.uri) || this.#isOurs()
        ? []
        : [property('documentNamespace', document.uri)]),
      ...(document.comment === undefined ? [] : [property('comment', document.comment)]),
      ...document.properties,
    ];
    return {
      timestamp: timeIf(document.created),
      tools: tools.length === 0 ? undefined : { components: tools },
      authors: some(ofKind('person').map(({ name, email }) => ({ name, email }))),
      component: root === undefined ? undefined : this.#whole(root, []),
      manufacturer:
        organization === undefined ? undefined : { name: organization.name, contact: contactOf(organization.email) },
      licenses:
        document.dataLicence === undefined || this.#isOurs() ? undefined : [{ expression: document.dataLicence }],
      properties: some(properties),
    };
  }

  *components(): Generator<CycloneDxComponent> {
    const root = this.#root();
    for (const p of this.#packages.values()) if (p !== root && !this.#nesting.parents.has(p.id)) yield this.#tree(p);
    for (const file of this.#files.values()) if (!this.#nesting.parents.has(file.id)) yield this.#file(file);
  }

  *dependencies(): Generator<object> {
    for (const id of this.#packages.keys()) yield* this.#dependency(id);
    for (const id of this.#files.keys()) if (this.#needs.has(id) || this.#provides.has(id)) yield* this.#dependency(id);
  }

  *#dependency(ref: string): Generator<object> {
    const needs = this.#needs.get(ref) ?? this.#orphans(ref);
    const provides = this.#provides.get(ref);
    if (needs === undefined && provides === undefined) return;
    yield {
      ref,
      dependsOn: needs === undefined ? undefined : [...needs],
      provides: provides === undefined ? undefined : [...provides],
    };
  }

  // Of what Temper described itself every need is known: those that nobody needs are the image's own.
  #orphans(ref: string): Iterable<string> | undefined {
    if (!this.#isOurs() || this.#packages.get(ref)?.type === 'operating-system') return undefined;
    if (ref !== this.#graph.document.roots[0]) return [];
    const needed = new Set([...this.#needs.values()].flatMap((set) => [...set]));
    return [...this.#packages.values()].flatMap((p) =>
      p.id === ref || p.type === 'operating-system' || needed.has(p.id) ? [] : [p.id],
    );
  }

  #isOurs(): boolean {
    return this.#graph.document.roots[0]?.startsWith('image:sha256:') === true;
  }

  #root(): GraphPackage | undefined {
    return this.#packages.get(this.#graph.document.roots[0] ?? '');
  }

  #relate({ from, type, to, comment }: GraphRelation): void {
    if (type === 'CONTAINS' || type === 'CONTAINED_BY') {
      this.#contain(...(type === 'CONTAINS' ? ([from, to] as const) : ([to, from] as const)));
      return;
    }
    const needing = NEEDS.get(type);
    if (needing !== undefined && (this.knows(to) || to === NONE) && this.knows(from)) {
      const [by, needed] = needing === 'from' ? [from, to] : [to, from];
      const set = this.#needs.get(by) ?? new Set<string>();
      if (needed !== NONE) set.add(needed);
      this.#needs.set(by, set);
      for (const id of [by, needed]) this.#named.add(id);
      if ((type === 'DEPENDS_ON' || type === 'DEPENDENCY_OF') && comment === undefined) return;
    }
    if (type === 'SPECIFICATION_FOR' && this.knows(from) && this.knows(to)) {
      this.#provides.set(to, (this.#provides.get(to) ?? new Set()).add(from));
      return;
    }
    this.#say(from, 'relation', [type, to, ...(comment === undefined ? [] : [comment])].join(' '));
    this.#named.add(to);
  }

  #contain(container: string, content: string): void {
    const parent = this.#nesting.parents.get(content);
    const [root] = this.#graph.document.roots;
    if (parent === container || (container === root && (parent === undefined || this.#files.has(content)))) return;
    const owner = this.#packages.get(container);
    if (owner !== undefined && isSystem(purlType(owner.purls?.[0])) && this.#packages.has(content)) {
      this.#say(content, 'ownedBy', container);
    } else {
      this.#say(container, 'relation', `CONTAINS ${content}`);
      this.#named.add(content);
    }
  }

  #say(id: string, name: string, value: string): void {
    const list = this.#properties.get(id);
    if (list === undefined) this.#properties.set(id, [property(name, value)]);
    else list.push(property(name, value));
  }

  #filesIn(id: string): CycloneDxComponent[] {
    return (this.#nesting.inside.get(id) ?? []).flatMap((child) => {
      const file = this.#files.get(child);
      return file === undefined ? [] : [this.#file(file)];
    });
  }

  #tree(p: GraphPackage): CycloneDxComponent {
    const inside = (this.#nesting.inside.get(p.id) ?? []).flatMap((child) => {
      const nested = this.#packages.get(child);
      return nested === undefined ? [] : [this.#tree(nested)];
    });
    return this.#whole(p, [...inside, ...this.#filesIn(p.id)]);
  }

  #whole(p: GraphPackage, components: readonly CycloneDxComponent[]): CycloneDxComponent {
    const { group, name } = nameParts(p, purlType(p.purls?.[0]));
    const [cpe, ...cpes] = p.cpes ?? [];
    const licence = this.#licences.of(p);
    const type = p.type !== undefined && TYPES.has(p.type) ? p.type : 'library';
    const sentences = [
      p.sourceInfo === undefined || this.#isOurs() ? undefined : property('sourceInfo', p.sourceInfo),
      p.comment === undefined || this.#isOurs() ? undefined : property('comment', p.comment),
      p.summary === undefined || p.description === undefined ? undefined : property('summary', p.summary),
      p.licenceComment === undefined ? undefined : property('licenceComment', p.licenceComment),
      p.type === undefined || type === p.type ? undefined : property('type', p.type),
      licence.rest,
    ];
    return {
      type: type as CycloneDxComponent['type'],
      'bom-ref': p.id,
      supplier: p.supplier && { name: p.supplier.name, contact: contactOf(p.supplier.email) },
      authors: p.originator && [{ name: p.originator.name, email: p.originator.email }],
      publisher: p.publisher,
      group,
      name,
      version: p.version === '' ? undefined : p.version,
      description: p.description ?? p.summary,
      scope: SCOPES.has(p.scope ?? '') ? p.scope : undefined,
      hashes: some(hashes(p.hashes)),
      licenses: some(licence.licenses),
      copyright: p.copyright,
      cpe,
      purl: p.purls?.[0],
      swid: p.swids?.[0] === undefined ? undefined : { tagId: p.swids[0], name: p.name },
      'mime-type': p.mimeType,
      externalReferences: some(references(p)),
      components: some(components),
      evidence: evidenceOf(p, licence.evidence),
      properties: some([
        ...cpes.map((other) => property('cpe', other)),
        ...otherHashes(p.hashes),
        ...sentences.filter((sentence) => sentence !== undefined),
        ...(p.properties ?? []),
        ...(this.#properties.get(p.id) ?? []),
      ]),
    };
  }

  #file(file: GraphFile): CycloneDxComponent {
    const { facts } = file;
    const properties = [
      ...(facts === undefined
        ? []
        : [
            property('kind', facts.kind),
            property('mode', octal(facts.mode)),
            property('owner', `${facts.uid}:${facts.gid}`),
            property('size', String(facts.size)),
          ]),
      ...(facts?.target === undefined ? [] : [property('target', facts.target)]),
      ...(file.step === undefined ? [] : [property('step', file.step)]),
      ...(file.layer === undefined ? [] : [property('layer', file.layer)]),
      ...(file.comment === undefined ? [] : [property('comment', file.comment)]),
      ...(file.notice === undefined ? [] : [property('notice', file.notice)]),
      ...(file.types ?? []).map((type) => property('fileType', type)),
      ...otherHashes(file.hashes),
      ...(file.properties ?? []),
      ...(this.#properties.get(file.id) ?? []),
    ];
    return {
      type: 'file',
      'bom-ref': this.#graph.closed !== true || this.#named.has(file.id) ? file.id : undefined,
      name: `/${file.name}`,
      description: file.description,
      hashes: some(hashes(file.hashes)),
      licenses:
        file.concluded === undefined ? undefined : [{ expression: file.concluded, acknowledgement: 'concluded' }],
      copyright: file.copyright,
      'mime-type': file.mimeType,
      properties: some(properties),
    };
  }
}

const TYPES: ReadonlySet<string> = new Set([
  'application',
  'framework',
  'library',
  'container',
  'platform',
  'operating-system',
  'device',
  'device-driver',
  'firmware',
  'file',
  'machine-learning-model',
  'data',
  'cryptographic-asset',
]);
const SCOPES: ReadonlySet<string> = new Set(['required', 'optional', 'excluded']);

function contactOf(email: string | undefined): readonly { readonly email: string }[] | undefined {
  return email === undefined ? undefined : [{ email }];
}

/** Digits of a hash in CycloneDX. */
const LENGTHS: ReadonlySet<number> = new Set([32, 40, 64, 96, 128]);

function hashes(list: readonly Hash[] | undefined): { alg: string; content: string }[] | undefined {
  return list?.flatMap((hash) => (isSaid(hash) ? [{ alg: hash.algorithm, content: hash.value.toLowerCase() }] : []));
}

function isSaid({ algorithm, value }: Hash): boolean {
  return CYCLONEDX_ALGORITHMS.has(algorithm) && LENGTHS.has(value.length) && !/[^A-Fa-f0-9]/.test(value);
}

/** Hashes that the schema does not allow. */
function otherHashes(list: readonly Hash[] | undefined): CycloneDxProperty[] {
  return (list ?? []).flatMap((hash) => (isSaid(hash) ? [] : [property('hash', `${hash.algorithm} ${hash.value}`)]));
}

function evidenceOf(p: GraphPackage, licences: readonly object[]): CycloneDxComponent['evidence'] {
  const occurrences = (p.places ?? []).map(({ location, context }) => ({ location, additionalContext: context }));
  const found = [
    ...(p.found ?? [])
      .filter((text) => /^[A-Za-z0-9.+-]+$/.test(text) && text !== 'NONE' && text !== 'NOASSERTION')
      .map((name) => ({ license: { name } })),
    ...licences,
  ];
  if (occurrences.length === 0 && found.length === 0) return undefined;
  return { occurrences: some(occurrences), licenses: some(found) };
}

/** CycloneDX 1.6, types of external references. */
const REFERENCE_TYPES: ReadonlySet<string> = new Set([
  'vcs',
  'issue-tracker',
  'website',
  'advisories',
  'bom',
  'mailing-list',
  'social',
  'chat',
  'documentation',
  'support',
  'source-distribution',
  'distribution',
  'distribution-intake',
  'license',
  'build-meta',
  'build-system',
  'release-notes',
  'security-contact',
  'model-card',
  'log',
  'configuration',
  'evidence',
  'formulation',
  'attestation',
  'threat-model',
  'adversary-model',
  'risk-assessment',
  'vulnerability-assertion',
  'exploitability-statement',
  'pentest-report',
  'static-analysis-report',
  'dynamic-analysis-report',
  'runtime-analysis-report',
  'component-analysis-report',
  'maturity-report',
  'certification-report',
  'codified-infrastructure',
  'quality-metrics',
  'poam',
  'electronic-signature',
  'digital-signature',
  'rfc-9116',
  'other',
]);

function references(p: GraphPackage): object[] {
  const list: object[] = [];
  if (p.homepage !== undefined && p.homepage !== 'NONE') list.push({ type: 'website', url: p.homepage });
  if (p.downloadLocation !== undefined && p.downloadLocation !== 'NONE')
    list.push({ type: 'distribution', url: p.downloadLocation });
  for (const { category, type, locator, comment, hashes: of } of p.references ?? []) {
    const own = category === 'SECURITY' && type === 'advisory' ? 'advisories' : type;
    const known = REFERENCE_TYPES.has(own);
    const text = known
      ? comment
      : [[category, type].filter((t) => t !== undefined).join(' '), comment].filter((t) => t !== undefined).join(': ');
    list.push({ type: known ? own : 'other', url: locator, comment: text, hashes: some(hashes(of)) });
  }
  return list;
}
