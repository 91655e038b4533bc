// Who made an SPDX 3 document and its elements, and the elements that hold it together.
import { compareStrings } from '../../lib/bytes.ts';
import { sha256Hex } from '../../lib/digest.ts';
import { extension } from './extension.ts';
import { hashAlgorithm } from './words.ts';
import { type Agent, type BomGraph, DOCUMENT, type GraphAnnotation, NOASSERTION, NONE } from '../graph/types.ts';
import { given } from '../graph/members.ts';
import { spdxIds } from '../spdx2/ids.ts';
import { utcSeconds } from '../graph/times.ts';

const INFO = '_:creation';
const VERSION = '3.0.1';
const TYPES = { person: 'Person', organization: 'Organization', tool: 'Tool' } as const;

/** Identifiers of elements, and the agents and creations that elements have named so far. */
export class Creation3 {
  /** The creation of all but annotations. */
  readonly info = INFO;
  readonly namespace: string;
  readonly #graph: BomGraph;
  readonly #ids: (id: string) => string | undefined;
  readonly #agents = new Map<string, Agent>();
  readonly #infos = new Map<string, object>();

  constructor(graph: BomGraph) {
    this.#graph = graph;
    this.#ids = spdxIds(graph);
    const { uri, name } = graph.document;
    this.namespace = (uri ?? `https://spdx.org/spdxdocs/${encodeURIComponent(name ?? 'sbom')}`).replace(/#.*$/, '');
  }

  /** The IRI of an element of the graph. */
  iri(id: string): string {
    if (id === NONE) return 'NoneElement';
    if (id === NOASSERTION) return 'NoAssertionElement';
    return this.known(id) ?? this.own(encodeURIComponent(id));
  }

  /** `undefined` for what is no element of this document, nor one of another document that it names. */
  known(id: string): string | undefined {
    if (id === NONE || id === NOASSERTION) return this.iri(id);
    const [other = '', element] = id.split(':', 2);
    const external = this.#graph.document.externals.find((one) => one.id === other);
    if (external !== undefined && element !== undefined) return `${external.uri}#${element}`;
    const local = this.#ids(id);
    return local === undefined || local.startsWith('DocumentRef-') ? undefined : this.own(local);
  }

  own(local: string): string {
    return `${this.namespace}#${local}`;
  }

  /** The IRI of an agent that an element names. */
  agent(agent: Agent): string {
    const id = this.own(`${TYPES[agent.kind]}-${sha256Hex(JSON.stringify(agent)).slice(0, 16)}`);
    this.#agents.set(id, agent);
    return id;
  }

  *annotations(list: readonly GraphAnnotation[]): Generator<object> {
    let i = 0;
    for (const { about, by, date, type, text } of list) {
      for (const id of about) {
        const subject = this.known(id);
        if (subject === undefined) continue;
        yield {
          type: 'Annotation',
          spdxId: this.own(`Annotation-${i++}`),
          creationInfo: this.#infoOf(by, date),
          annotationType: type === 'REVIEW' ? 'review' : 'other',
          subject,
          statement: text,
        };
      }
    }
  }

  /** The document, the SBOM, the elements' creation. */
  *documentElements(all: readonly string[]): Generator<object> {
    const { document } = this.#graph;
    const sbom = this.own('SBOM');
    const dataLicence = document.dataLicence === undefined ? undefined : this.own('DataLicense');
    const written = new Set(all);
    const roots = document.roots.flatMap((id) => this.known(id) ?? []).filter((id) => written.has(id));
    const [first] = all;
    yield given({
      type: 'software_Sbom',
      spdxId: sbom,
      creationInfo: INFO,
      software_sbomType: ['analyzed'],
      rootElement: roots.length > 0 ? roots : first === undefined ? [] : [first],
      element: all,
    });
    yield given({
      type: 'SpdxDocument',
      spdxId: this.own(DOCUMENT),
      creationInfo: INFO,
      name: document.name,
      comment: document.comment,
      dataLicense: dataLicence,
      profileConformance: ['core', 'software', 'simpleLicensing'],
      import: document.externals.map(({ id, uri, hash }) =>
        given({
          type: 'ExternalMap',
          externalSpdxId: `${uri}#${DOCUMENT}`,
          locationHint: uri,
          // What the document is called by here has no other place.
          verifiedUsing: [
            {
              type: 'Hash',
              algorithm: hash === undefined ? 'other' : hashAlgorithm(hash.algorithm),
              hashValue: hash?.value ?? '',
              comment: id,
            },
          ],
        }),
      ),
      extension: extension([
        ...document.properties,
        ...(document.revision === undefined || document.revision === 1
          ? []
          : [{ name: 'temper:revision', value: String(document.revision) }]),
      ]),
      rootElement: [sbom],
      element: [sbom],
    });
    if (document.dataLicence !== undefined)
      yield {
        type: 'simplelicensing_LicenseExpression',
        spdxId: dataLicence,
        creationInfo: INFO,
        simplelicensing_licenseExpression: document.dataLicence,
      };
    yield this.#documentInfo();
  }

  /** Everybody that was named, and the creations of annotations. */
  *agents(): Generator<object> {
    yield* this.#infos.values();
    for (const [spdxId, { kind, name, email, version }] of [...this.#agents].sort(([a], [b]) => compareStrings(a, b))) {
      yield given({
        type: TYPES[kind],
        spdxId,
        creationInfo: INFO,
        name: version === undefined ? name : `${name}-${version}`,
        externalIdentifier:
          email === undefined
            ? undefined
            : [{ type: 'ExternalIdentifier', externalIdentifierType: 'email', identifier: email }],
      });
    }
    if (this.#usesSoftware)
      yield { type: 'SoftwareAgent', spdxId: this.own('SoftwareAgent'), creationInfo: INFO, name: 'temper' };
  }

  #usesSoftware = false;

  // A tool cannot be the one who creates (CreationInfo): somebody or some software does.
  #software(): string {
    this.#usesSoftware = true;
    return this.own('SoftwareAgent');
  }

  #documentInfo(): object {
    const { creators, created, licenceListVersion } = this.#graph.document;
    const people = creators.filter((agent) => agent.kind !== 'tool').map((agent) => this.agent(agent));
    return given({
      type: 'CreationInfo',
      '@id': INFO,
      specVersion: VERSION,
      created: utcSeconds(created),
      createdBy: people.length === 0 ? [this.#software()] : people,
      createdUsing: creators.filter((agent) => agent.kind === 'tool').map((agent) => this.agent(agent)),
      comment: licenceListVersion && `licence list ${licenceListVersion}`,
    });
  }

  #infoOf(by: Agent, date: string): string {
    const key = JSON.stringify([by, date]);
    const id = `_:creation-${sha256Hex(key).slice(0, 16)}`;
    const agent = this.agent(by);
    this.#infos.set(key, {
      type: 'CreationInfo',
      '@id': id,
      specVersion: VERSION,
      created: utcSeconds(date),
      createdBy: [by.kind === 'tool' ? this.#software() : agent],
      ...(by.kind === 'tool' ? { createdUsing: [agent] } : {}),
    });
    return id;
  }
}
