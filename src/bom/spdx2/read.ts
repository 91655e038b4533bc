// An SPDX 2.2 or 2.3 document in its JSON form as a graph.
import { readFileComment } from '../claims.ts';
import {
  type BomGraph,
  DOCUMENT,
  type GraphAnnotation,
  type GraphFile,
  type GraphPackage,
  type GraphRelation,
  type GraphSnippet,
  type Hash,
  type Property,
  type Reference,
} from '../graph/types.ts';
import { Members } from '../graph/members.ts';
import { UniqueIds } from '../graph/names.ts';
import { readPlace } from '../graph/properties.ts';
import { graphAlgorithm, readAgent, readPropertyText, typeOfPurpose } from '../graph/words.ts';

const CPE_TYPES: readonly string[] = ['cpe23Type', 'cpe22Type'];

/** Properties that the graph has fields for. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['temper:type', 'temper:scope', 'temper:publisher', 'temper:location']);

/** @throws Fault `sbom/malformed` */
export function graphOfSpdx(content: unknown): BomGraph {
  const document = new Members(content, '');
  const creation = document.child('creationInfo');
  const annotations: GraphAnnotation[] = [];
  const relations: GraphRelation[] = [];
  const ids = new UniqueIds();
  const roots = new Set(document.texts('documentDescribes'));
  const properties = annotationsOf(document, DOCUMENT, annotations);
  const packages = document.list('packages').map((p) => readPackage(p, ids, annotations, relations));
  const files = document.list('files').map((file) => readFile(file, ids, annotations));
  const named = new Set(files.map((file) => file.id));
  const snippets = document
    .list('snippets')
    .filter((snippet) => named.has(snippet.needed('snippetFromFile')))
    .map((snippet) => readSnippet(snippet, ids, annotations));
  for (const one of document.list('relationships')) {
    const relation = readRelation(one);
    if (relation.from === DOCUMENT && relation.type === 'DESCRIBES') roots.add(relation.to);
    else if (relation.to === DOCUMENT && relation.type === 'DESCRIBED_BY') roots.add(relation.from);
    else relations.push(relation);
  }
  return {
    document: {
      name: document.text('name'),
      uri: document.text('documentNamespace'),
      created: creation?.text('created'),
      creators: (creation?.texts('creators') ?? []).flatMap((text) => readAgent(text) ?? []),
      comment: document.text('comment') ?? creation?.text('comment'),
      licenceListVersion: creation?.text('licenseListVersion'),
      dataLicence: document.text('dataLicense'),
      roots: [...roots],
      externals: document.list('externalDocumentRefs').map((ref) => ({
        id: ref.needed('externalDocumentId'),
        uri: ref.needed('spdxDocument'),
        hash: hashesOf([ref.child('checksum')])[0],
      })),
      properties,
    },
    packages,
    files,
    relations: once(relations),
    snippets,
    licences: document.list('hasExtractedLicensingInfos').map((licence) => ({
      id: licence.needed('licenseId'),
      text: licence.text('extractedText') ?? '',
      name: licence.text('name'),
      comment: licence.text('comment'),
      urls: licence.texts('seeAlsos'),
    })),
    annotations,
    vulnerabilities: [],
    completeness: [],
  };
}

function readPackage(
  p: Members,
  ids: UniqueIds,
  annotations: GraphAnnotation[],
  relations: GraphRelation[],
): GraphPackage {
  const id = ids.unique(p.needed('SPDXID'));
  for (const file of p.texts('hasFiles')) relations.push({ from: id, type: 'CONTAINS', to: file });
  const references = p.list('externalRefs').map(readReference);
  const ofType = (...types: string[]) => references.filter((r) => types.includes(r.type)).map((r) => r.locator);
  const purpose = p.text('primaryPackagePurpose');
  const verification = p.child('packageVerificationCode');
  const properties = annotationsOf(p, id, annotations);
  const value = (name: string) => properties.find((one) => one.name === name)?.value;
  return {
    id,
    type: value('temper:type') ?? (purpose === undefined ? undefined : typeOfPurpose(purpose)),
    name: p.needed('name'),
    version: p.text('versionInfo'),
    purls: ofType('purl'),
    cpes: ofType(...CPE_TYPES),
    swids: ofType('swid').map(tagOf),
    supplier: readAgent(p.text('supplier')),
    originator: readAgent(p.text('originator')),
    description: p.text('description'),
    summary: p.text('summary'),
    homepage: asserted(p.text('homepage')),
    downloadLocation: asserted(p.text('downloadLocation')),
    copyright: asserted(p.text('copyrightText')),
    declared: asserted(p.text('licenseDeclared')),
    concluded: asserted(p.text('licenseConcluded')),
    found: p.texts('licenseInfoFromFiles'),
    licenceComment: p.text('licenseComments'),
    hashes: hashesOf(p.list('checksums')),
    references: references.filter((r) => r.type !== 'purl' && r.type !== 'swid' && !CPE_TYPES.includes(r.type)),
    fileName: p.text('packageFileName'),
    sourceInfo: p.text('sourceInfo'),
    comment: p.text('comment'),
    attributions: p.texts('attributionTexts'),
    built: p.text('builtDate'),
    released: p.text('releaseDate'),
    validUntil: p.text('validUntilDate'),
    filesAnalyzed: p.truth('filesAnalyzed'),
    verification: verification && {
      value: verification.needed('packageVerificationCodeValue'),
      excluded: verification.texts('packageVerificationCodeExcludedFiles'),
    },
    scope: value('temper:scope'),
    publisher: value('temper:publisher'),
    places: properties.flatMap((one) => readPlace(one) ?? []),
    properties: properties.filter(({ name }) => !OWN_FIELDS.has(name)),
  };
}

// Annex F.3: a URI of the scheme `swid`.
function tagOf(locator: string): string {
  try {
    return locator.startsWith('swid:') ? decodeURIComponent(locator.slice('swid:'.length)) : locator;
  } catch {
    return locator;
  }
}

function readReference(ref: Members): Reference {
  return {
    category: ref.needed('referenceCategory').replaceAll('_', '-'),
    type: ref.needed('referenceType'),
    locator: ref.needed('referenceLocator'),
    comment: ref.text('comment'),
  };
}

function readFile(file: Members, ids: UniqueIds, annotations: GraphAnnotation[]): GraphFile {
  const id = ids.unique(file.needed('SPDXID'));
  const comment = file.text('comment');
  const read = comment === undefined ? undefined : readFileComment(comment);
  const properties = annotationsOf(file, id, annotations);
  return {
    id,
    name: file.needed('fileName').replace(/^\.?\//, ''),
    types: file.texts('fileTypes'),
    hashes: hashesOf(file.list('checksums')),
    facts: read?.facts,
    step: read?.step,
    layer: read?.layer,
    copyright: asserted(file.text('copyrightText')),
    concluded: asserted(file.text('licenseConcluded')),
    found: file.texts('licenseInfoInFiles'),
    licenceComment: file.text('licenseComments'),
    comment: read === undefined ? comment : undefined,
    notice: file.text('noticeText'),
    contributors: file.texts('fileContributors'),
    attributions: file.texts('attributionTexts'),
    properties,
  };
}

function readSnippet(snippet: Members, ids: UniqueIds, annotations: GraphAnnotation[]): GraphSnippet {
  const id = ids.unique(snippet.needed('SPDXID'));
  annotationsOf(snippet, id, annotations);
  const range = (member: 'offset' | 'lineNumber'): readonly [number, number] | undefined => {
    for (const one of snippet.list('ranges')) {
      const [from, to] = [one.child('startPointer')?.number(member), one.child('endPointer')?.number(member)];
      if (from !== undefined && to !== undefined) return [from, to];
    }
    return undefined;
  };
  return {
    id,
    file: snippet.needed('snippetFromFile'),
    name: snippet.text('name'),
    bytes: range('offset'),
    lines: range('lineNumber'),
    copyright: asserted(snippet.text('copyrightText')),
    concluded: asserted(snippet.text('licenseConcluded')),
    found: snippet.texts('licenseInfoInSnippets'),
    licenceComment: snippet.text('licenseComments'),
    comment: snippet.text('comment'),
    attributions: snippet.texts('attributionTexts'),
  };
}

function readRelation(relation: Members): GraphRelation {
  return {
    from: relation.needed('spdxElementId'),
    type: relation.needed('relationshipType'),
    to: relation.needed('relatedSpdxElement'),
    comment: relation.text('comment'),
  };
}

/** Annotations that hold properties are given back as such; the others are added to the list. */
function annotationsOf(of: Members, id: string, annotations: GraphAnnotation[]): Property[] {
  const properties: Property[] = [];
  for (const one of of.list('annotations')) {
    const text = one.text('comment') ?? '';
    const property = readPropertyText(text);
    const by = readAgent(one.text('annotator')) ?? { kind: 'organization', name: '' };
    if (property !== undefined) properties.push(property);
    else {
      const type = one.text('annotationType') === 'REVIEW' ? 'REVIEW' : 'OTHER';
      annotations.push({ about: [id], by, date: one.text('annotationDate') ?? '', type, text });
    }
  }
  return properties;
}

function hashesOf(checksums: readonly (Members | undefined)[]): Hash[] {
  return checksums.flatMap((checksum) =>
    checksum === undefined
      ? []
      : [{ algorithm: graphAlgorithm(checksum.needed('algorithm')), value: checksum.needed('checksumValue') }],
  );
}

function asserted(text: string | undefined): string | undefined {
  return text === 'NOASSERTION' || text === '' ? undefined : text;
}

// `hasFiles` and a CONTAINS relationship often say the same twice.
function once(relations: readonly GraphRelation[]): GraphRelation[] {
  const seen = new Set<string>();
  return relations.filter((r) => {
    const key = `${r.from}\0${r.type}\0${r.to}\0${r.comment ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
