// A graph as an SPDX 3.0.1 document in JSON-LD: profiles core, software, simple licensing, security and extension.
import { fileComment } from '../claims.ts';
import { extension } from './extension.ts';
import { Creation3 } from './creation.ts';
import { Licences3 } from './licences.ts';
import { relationships3 } from './relations.ts';
import { security3 } from './write-security.ts';
import type { BomGraph, GraphFile, GraphPackage, GraphSnippet, Hash, Property, Reference } from '../graph/types.ts';
import { Items, type LazyObject } from '../graph/lazy.ts';
import { given } from '../graph/members.ts';
import { purlType, wholeName } from '../graph/names.ts';
import { placeProperty } from '../graph/properties.ts';
import { hashAlgorithm, purposeOf, referenceType } from './words.ts';
import { utcSeconds } from '../graph/times.ts';

export const SPDX3_CONTEXT = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld';

/** The members of the document: the context and one list of all elements. */
export function* spdx3Members(graph: BomGraph): LazyObject {
  yield ['@context', SPDX3_CONTEXT];
  yield ['@graph', new Items(elements(graph))];
}

function* elements(graph: BomGraph): Generator<object> {
  const creation = new Creation3(graph);
  const licences = new Licences3(graph.licences, creation);
  const all: string[] = [];
  const listed = (list: string[], id: string) => {
    list.push(id);
    return id;
  };
  for (const p of graph.packages) {
    const id = listed(all, creation.iri(p.id));
    yield packageElement(p, id, creation);
    yield* licences.of(id, p);
  }
  for (const file of graph.files) {
    const id = listed(all, creation.iri(file.id));
    yield fileElement(file, id, creation);
    yield* licences.of(id, file);
  }
  for (const snippet of graph.snippets) {
    const id = listed(all, creation.iri(snippet.id));
    yield snippetElement(snippet, id, creation);
    yield* licences.of(id, snippet);
  }
  yield* licences.texts();
  yield* relationships3(graph, creation);
  yield* security3(graph.vulnerabilities, creation);
  yield* creation.annotations(graph.annotations);
  yield* creation.documentElements(all);
  yield* creation.agents();
}

function packageElement(p: GraphPackage, spdxId: string, creation: Creation3): object {
  const [purl, ...purls] = p.purls ?? [];
  const purpose = p.type === undefined ? undefined : purposeOf(p.type);
  const properties: Property[] = [
    ...(p.places ?? []).map(placeProperty),
    ...(p.type === undefined || purpose !== undefined ? [] : [{ name: 'temper:type', value: p.type }]),
    ...(p.scope === undefined ? [] : [{ name: 'temper:scope', value: p.scope }]),
    ...(p.fileName === undefined ? [] : [{ name: 'temper:fileName', value: p.fileName }]),
    ...(p.publisher === undefined ? [] : [{ name: 'temper:publisher', value: p.publisher }]),
    ...(p.properties ?? []),
  ];
  const verification = p.verification && {
    type: 'PackageVerificationCode',
    algorithm: 'sha1',
    hashValue: p.verification.value,
    packageVerificationCodeExcludedFile: p.verification.excluded,
  };
  return given({
    type: 'software_Package',
    spdxId,
    creationInfo: creation.info,
    name: wholeName(p, purlType(purl)),
    summary: p.summary,
    description: p.description,
    comment: p.comment,
    software_packageVersion: p.version === '' ? undefined : p.version,
    software_packageUrl: purl,
    software_primaryPurpose: purpose,
    software_homePage: asserted(p.homepage),
    software_downloadLocation: asserted(p.downloadLocation),
    software_copyrightText: p.copyright,
    software_attributionText: p.attributions,
    software_sourceInfo: p.sourceInfo,
    suppliedBy: p.supplier && creation.agent(p.supplier),
    originatedBy: p.originator && [creation.agent(p.originator)],
    builtTime: p.built && utcSeconds(p.built),
    releaseTime: p.released && utcSeconds(p.released),
    validUntilTime: p.validUntil && utcSeconds(p.validUntil),
    verifiedUsing: [...hashes(p.hashes), ...(verification === undefined ? [] : [given(verification)])],
    externalIdentifier: [
      ...purls.map((other) => identifier('packageUrl', other)),
      ...(p.cpes ?? []).map((cpe) => identifier(cpe.startsWith('cpe:/') ? 'cpe22' : 'cpe23', cpe)),
      ...(p.swids ?? []).map((tag) => identifier('swid', tag)),
      ...(p.references ?? []).flatMap((r) =>
        PERSISTENT.has(r.type) ? [identifier(r.type, r.locator, r.comment)] : [],
      ),
    ],
    externalRef: (p.references ?? []).filter((r) => !PERSISTENT.has(r.type)).map(reference),
    extension: extension(properties),
  });
}

const PERSISTENT: ReadonlySet<string> = new Set(['swh', 'gitoid', 'swhid']);

function fileElement(file: GraphFile, spdxId: string, creation: Creation3): object {
  const properties: Property[] = [
    ...(file.types ?? []).map((value) => ({ name: 'temper:fileType', value })),
    ...(file.contributors ?? []).map((value) => ({ name: 'temper:contributor', value })),
    ...(file.notice === undefined ? [] : [{ name: 'temper:notice', value: file.notice }]),
    ...(file.properties ?? []),
  ];
  return given({
    type: 'software_File',
    spdxId,
    creationInfo: creation.info,
    name: `./${file.name}`,
    description: file.description,
    comment: file.facts === undefined ? file.comment : fileComment(file.facts, file),
    software_copyrightText: file.copyright,
    software_attributionText: file.attributions,
    contentType: file.mimeType,
    verifiedUsing: hashes(file.hashes),
    extension: extension(properties),
  });
}

function snippetElement(snippet: GraphSnippet, spdxId: string, creation: Creation3): object {
  const range = (ends: readonly [number, number] | undefined) =>
    ends && { type: 'PositiveIntegerRange', beginIntegerRange: ends[0], endIntegerRange: ends[1] };
  return given({
    type: 'software_Snippet',
    spdxId,
    creationInfo: creation.info,
    name: snippet.name,
    comment: snippet.comment,
    software_copyrightText: snippet.copyright,
    software_attributionText: snippet.attributions,
    software_snippetFromFile: creation.iri(snippet.file),
    software_byteRange: range(snippet.bytes),
    software_lineRange: range(snippet.lines),
  });
}

function hashes(list: readonly Hash[] | undefined): object[] {
  return (list ?? []).map(({ algorithm, value }) => {
    const known = hashAlgorithm(algorithm);
    const comment = known === 'other' ? { comment: algorithm } : {};
    return { type: 'Hash', algorithm: known, hashValue: value.toLowerCase(), ...comment };
  });
}

function identifier(externalIdentifierType: string, value: string, comment?: string): object {
  const type = externalIdentifierType === 'swh' ? 'swhid' : externalIdentifierType;
  return given({ type: 'ExternalIdentifier', externalIdentifierType: type, identifier: value, comment });
}

function reference(r: Reference): object {
  const known = referenceType(r);
  const words = known === undefined ? [r.category, r.type].filter((word) => word !== undefined).join(' ') : undefined;
  return given({
    type: 'ExternalRef',
    externalRefType: known ?? 'other',
    locator: [r.locator],
    comment: [words, r.comment].filter((text) => text !== undefined).join(': ') || undefined,
  });
}

function asserted(text: string | undefined): string | undefined {
  return text === 'NONE' || text === 'NOASSERTION' ? undefined : text;
}
