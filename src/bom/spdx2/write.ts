// A graph as an SPDX 2.3 document.
import { sha1Hex } from '../../lib/digest.ts';
import type {
  SpdxAnnotation,
  SpdxChecksum,
  SpdxFile,
  SpdxPackage,
  SpdxRelationship,
  SpdxSnippet,
} from '../../spdx/types.ts';
import { fileComment } from '../claims.ts';
import {
  type BomGraph,
  DOCUMENT,
  type FileRows,
  type GraphAnnotation,
  type GraphFile,
  type GraphPackage,
  type GraphRelation,
  type GraphSnippet,
  type Hash,
  type Property,
  type Reference,
} from '../graph/types.ts';
import { Items, type LazyObject } from '../graph/lazy.ts';
import { some } from '../graph/members.ts';
import { purlType, wholeName } from '../graph/names.ts';
import { placeProperty } from '../graph/properties.ts';
import { containedRows, fileRows } from './file-rows.ts';
import { spdxIds } from './ids.ts';
import { utcSeconds } from '../graph/times.ts';
import { agentText, propertyText, spdxAlgorithm, spdxPurpose } from '../graph/words.ts';

const NO = 'NOASSERTION';

/** The members of the document in the order of the specification's chapters. */
export function* spdxMembers(graph: BomGraph): LazyObject {
  const { document } = graph;
  const writer = new SpdxWriter(graph);
  yield ['spdxVersion', 'SPDX-2.3'];
  yield ['dataLicense', 'CC0-1.0'];
  yield ['SPDXID', DOCUMENT];
  yield ['name', document.name ?? writer.rootName() ?? NO];
  yield ['documentNamespace', document.uri ?? `https://spdx.org/spdxdocs/${document.name ?? 'sbom'}`];
  yield ['externalDocumentRefs', document.externals.flatMap((external) => writer.external(external))];
  yield ['creationInfo', writer.creation()];
  yield ['comment', document.comment];
  yield ['annotations', writer.annotations(DOCUMENT, document.properties)];
  yield ['documentDescribes', document.roots.flatMap((id) => writer.ids(id) ?? [])];
  yield ['packages', new Items(writer.packages())];
  const { rows } = graph;
  yield ['files', new Items(writer.files(), { texts: rows && fileRows(rows) })];
  yield ['snippets', graph.snippets.map((snippet) => writer.snippet(snippet))];
  yield [
    'relationships',
    new Items(writer.relationships(graph.relations), {
      json: relationshipJson,
      texts: rows && writer.relationshipRows(rows),
    }),
  ];
  yield [
    'hasExtractedLicensingInfos',
    graph.licences.map(({ id, text, name, comment, urls = [] }) => ({
      licenseId: id,
      extractedText: text,
      name,
      comment,
      seeAlsos: urls.length === 0 ? undefined : urls,
    })),
  ];
}

class SpdxWriter {
  readonly ids: (id: string) => string | undefined;
  readonly #graph: BomGraph;
  readonly #created: string;
  readonly #annotator: string;
  readonly #annotations: ReadonlyMap<string, readonly GraphAnnotation[]>;
  readonly #codes: ReadonlyMap<string, string>;

  constructor(graph: BomGraph) {
    this.#graph = graph;
    this.ids = spdxIds(graph);
    const { created, creators } = graph.document;
    this.#created = utcSeconds(created);
    this.#annotator = agentText(creators.find((agent) => agent.kind === 'tool') ?? { kind: 'tool', name: 'temper' });
    const annotations = new Map<string, GraphAnnotation[]>();
    for (const one of graph.annotations)
      for (const id of one.about) annotations.set(id, [...(annotations.get(id) ?? []), one]);
    this.#annotations = annotations;
    this.#codes = graph.verificationCodes?.() ?? verificationCodes(graph);
  }

  rootName(): string | undefined {
    const [root] = this.#graph.document.roots;
    for (const p of this.#graph.packages) if (p.id === root) return p.name;
    return undefined;
  }

  creation(): object {
    const { creators, licenceListVersion } = this.#graph.document;
    const texts = creators.map(agentText);
    return {
      created: this.#created,
      creators: texts.length === 0 ? [this.#annotator] : texts,
      licenseListVersion: licenceListVersion,
    };
  }

  external({ id, uri, hash }: BomGraph['document']['externals'][number]): object[] {
    const [checksum] = checksums(hash === undefined ? [] : [hash]) ?? [];
    return checksum === undefined ? [] : [{ externalDocumentId: id, spdxDocument: uri, checksum }];
  }

  annotations(id: string, properties: readonly Property[]): SpdxAnnotation[] | undefined {
    const own = (this.#annotations.get(id) ?? []).map(({ by, date, type, text }) => ({
      annotationDate: utcSeconds(date === '' ? this.#created : date),
      annotationType: type,
      annotator: agentText(by),
      comment: text,
    }));
    if (own.length === 0 && properties.length === 0) return undefined;
    for (const property of properties)
      own.push({
        annotationDate: this.#created,
        annotationType: 'OTHER',
        annotator: this.#annotator,
        comment: propertyText(property),
      });
    return own;
  }

  *packages(): Generator<SpdxPackage> {
    for (const p of this.#graph.packages) yield this.#package(p);
  }

  *files(): Generator<SpdxFile> {
    for (const file of this.#graph.files) yield this.#file(file);
  }

  *relationships(relations: Iterable<GraphRelation>): Generator<SpdxRelationship> {
    for (const root of this.#graph.document.roots)
      yield { spdxElementId: DOCUMENT, relationshipType: 'DESCRIBES', relatedSpdxElement: this.ids(root) ?? NO };
    for (const { from, type, to, comment } of relations) {
      const [a, b] = [this.ids(from), this.ids(to)];
      if (a === undefined || b === undefined) continue;
      const known = /^[A-Z_]+$/.test(type);
      yield {
        spdxElementId: a,
        relationshipType: known ? type : 'OTHER',
        relatedSpdxElement: b,
        comment: known ? comment : [type, comment].filter((text) => text !== undefined).join(': '),
      };
    }
  }

  /** The JSON of {@link relationships}. */
  *relationshipRows({ files, relations, holder }: FileRows): Generator<string> {
    for (const one of this.relationships(relations)) yield relationshipJson(one);
    yield* containedRows(files, (file) => this.ids(holder(file)) ?? NO);
  }

  snippet(s: GraphSnippet): SpdxSnippet {
    const file = this.ids(s.file) ?? NO;
    const range = (member: 'offset' | 'lineNumber', ends: readonly [number, number] | undefined) =>
      ends === undefined
        ? []
        : [
            {
              startPointer: { reference: file, [member]: ends[0] },
              endPointer: { reference: file, [member]: ends[1] },
            },
          ];
    return {
      SPDXID: this.ids(s.id) ?? '',
      name: s.name ?? s.id,
      snippetFromFile: file,
      ranges: [...range('offset', s.bytes), ...range('lineNumber', s.lines)],
      licenseConcluded: s.concluded,
      licenseInfoInSnippets: some(s.found),
      licenseComments: s.licenceComment,
      copyrightText: s.copyright,
      comment: s.comment,
      attributionTexts: some(s.attributions),
      annotations: this.annotations(s.id, []),
    };
  }

  #package(p: GraphPackage): SpdxPackage {
    const code = p.verification?.value ?? this.#codes.get(p.id);
    const properties = [
      ...(p.places ?? []).map(placeProperty),
      ...(p.type === undefined || spdxPurpose(p.type) !== undefined ? [] : [{ name: 'temper:type', value: p.type }]),
      ...(p.scope === undefined ? [] : [{ name: 'temper:scope', value: p.scope }]),
      ...(p.publisher === undefined ? [] : [{ name: 'temper:publisher', value: p.publisher }]),
      ...(p.properties ?? []),
    ];
    return {
      SPDXID: this.ids(p.id) ?? '',
      name: wholeName(p, purlType(p.purls?.[0])),
      versionInfo: p.version === '' ? undefined : p.version,
      packageFileName: p.fileName,
      supplier: p.supplier === undefined ? NO : agentText(p.supplier),
      originator: p.originator && agentText(p.originator),
      downloadLocation: p.downloadLocation ?? NO,
      filesAnalyzed: code !== undefined,
      packageVerificationCode:
        code === undefined
          ? undefined
          : {
              packageVerificationCodeValue: code,
              packageVerificationCodeExcludedFiles: some(p.verification?.excluded),
            },
      checksums: checksums(p.hashes),
      homepage: p.homepage,
      sourceInfo: p.sourceInfo,
      licenseConcluded: p.concluded ?? NO,
      licenseInfoFromFiles: code === undefined ? undefined : some(p.found),
      licenseDeclared: p.declared ?? NO,
      licenseComments: p.licenceComment,
      copyrightText: p.copyright ?? NO,
      summary: p.summary,
      description: p.description,
      comment: p.comment,
      externalRefs: some(externalRefs(p)),
      attributionTexts: some(p.attributions),
      primaryPackagePurpose: p.type === undefined ? undefined : spdxPurpose(p.type),
      builtDate: secondsIf(p.built),
      releaseDate: secondsIf(p.released),
      validUntilDate: secondsIf(p.validUntil),
      annotations: this.annotations(p.id, properties),
    };
  }

  #file(file: GraphFile): SpdxFile {
    const properties = file.properties ?? [];
    return {
      SPDXID: this.ids(file.id) ?? '',
      fileName: `./${file.name}`,
      fileTypes: some(file.types),
      checksums: checksums(file.hashes) ?? [],
      licenseConcluded: file.concluded ?? NO,
      licenseInfoInFiles: some(file.found),
      licenseComments: file.licenceComment,
      copyrightText: file.copyright ?? NO,
      comment: file.facts === undefined ? file.comment : fileComment(file.facts, file),
      noticeText: file.notice,
      fileContributors: some(file.contributors),
      attributionTexts: some(file.attributions),
      annotations:
        properties.length === 0 && this.#annotations.size === 0 ? undefined : this.annotations(file.id, properties),
    };
  }
}

// Identifiers of this document need no escapes.
function relationshipJson(one: SpdxRelationship): string {
  if (
    one.comment !== undefined ||
    one.relatedSpdxElement.startsWith('DocumentRef-') ||
    one.spdxElementId.startsWith('DocumentRef-')
  )
    return JSON.stringify(one);
  return `{"spdxElementId":"${one.spdxElementId}","relationshipType":"${one.relationshipType}","relatedSpdxElement":"${one.relatedSpdxElement}"}`;
}

/** 7.9: the SHA-1 of the files' sorted SHA-1s, of packages whose files all have one. */
function verificationCodes(graph: BomGraph): ReadonlyMap<string, string> {
  const hashes = new Map<string, string | undefined>();
  for (const file of graph.files) hashes.set(file.id, file.hashes.find((h) => h.algorithm === 'SHA-1')?.value);
  if (hashes.size === 0) return new Map();
  const lists = new Map<string, (string | undefined)[]>();
  for (const { from, type, to } of graph.relations) {
    if (type !== 'CONTAINS' || !hashes.has(to)) continue;
    const list = lists.get(from);
    if (list === undefined) lists.set(from, [hashes.get(to)]);
    else list.push(hashes.get(to));
  }
  const whole = [...lists].filter((entry): entry is [string, string[]] => !entry[1].includes(undefined));
  return new Map(whole.map(([id, list]) => [id, sha1Hex(list.sort().join(''))]));
}

function checksums(hashes: readonly Hash[] | undefined): SpdxChecksum[] | undefined {
  if (hashes === undefined) return undefined;
  const list: SpdxChecksum[] = [];
  for (const { algorithm, value } of hashes) {
    const name = spdxAlgorithm(algorithm);
    if (name !== undefined) list.push({ algorithm: name, checksumValue: value.toLowerCase() });
  }
  return list.length === 0 ? undefined : list;
}

/** CycloneDX's types of references that are a type of SPDX's (annex F); others are of category OTHER under their own name. */
const REFERENCE_TYPES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['advisories', ['SECURITY', 'advisory']],
  ['security-contact', ['SECURITY', 'url']],
]);

function externalRefs(p: GraphPackage): Reference3[] {
  const refs: Reference3[] = [];
  const add = (referenceCategory: string, referenceType: string, referenceLocator: string, comment?: string) =>
    refs.push({ referenceCategory, referenceType, referenceLocator, comment });
  for (const purl of p.purls ?? []) add('PACKAGE-MANAGER', 'purl', purl);
  for (const cpe of p.cpes ?? []) add('SECURITY', cpe.startsWith('cpe:/') ? 'cpe22Type' : 'cpe23Type', cpe);
  for (const tag of p.swids ?? []) add('SECURITY', 'swid', `swid:${encodeURIComponent(tag)}`);
  for (const reference of p.references ?? []) {
    if (reference.locator === '') continue;
    const [category, type] = categoryOf(reference);
    // A locator has no white space (7.21.4).
    add(category, type, reference.locator.replace(/\s/g, encodeURIComponent), reference.comment);
  }
  return refs;
}

interface Reference3 {
  readonly referenceCategory: string;
  readonly referenceType: string;
  readonly referenceLocator: string;
  readonly comment?: string | undefined;
}

function categoryOf({ category, type }: Reference): readonly [string, string] {
  return category === undefined ? (REFERENCE_TYPES.get(type) ?? ['OTHER', type]) : [category, type];
}

function secondsIf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : utcSeconds(text);
}
