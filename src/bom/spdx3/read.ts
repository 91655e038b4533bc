// An SPDX 3.0 document in JSON-LD as a graph.
import { readFileComment } from '../claims.ts';
import type {
  BomGraph,
  Completeness,
  ExtractedLicence,
  GraphAnnotation,
  GraphFile,
  GraphPackage,
  GraphRelation,
  GraphSnippet,
  Hash,
  Reference,
} from '../graph/types.ts';
import { DOCUMENT, NOASSERTION, NONE } from '../graph/types.ts';
import { Members } from '../graph/members.ts';
import { Elements3, idOf, propertiesIn, textsIn } from './elements.ts';
import { readPlace } from '../graph/properties.ts';
import { vulnerabilityOf } from './read-security.ts';
import { readHashAlgorithm, readReferenceType, readRelation, typeOfPurpose3 } from './words.ts';

const OWN_FIELDS: ReadonlySet<string> = new Set(
  ['location', 'type', 'scope', 'fileName', 'publisher', 'fileType', 'contributor', 'notice', 'revision'].map(
    (name) => `temper:${name}`,
  ),
);
const COMPLETENESS = new Map<string, Completeness['is']>([
  ['complete', 'complete'],
  ['incomplete', 'incomplete'],
  ['noAssertion', 'unknown'],
]);

/** @throws Fault `sbom/malformed` */
export function graphOfSpdx3(content: unknown): BomGraph {
  return new Reader3(new Members(content, '')).graph();
}

class Reader3 {
  readonly #elements: Elements3;
  /** Expressions by the element that they are of. */
  readonly #declared = new Map<string, string>();
  readonly #concluded = new Map<string, string>();
  readonly #comments = new Map<string, string>();

  constructor(document: Members) {
    this.#elements = new Elements3(document);
  }

  graph(): BomGraph {
    const elements = this.#elements;
    const { relations, completeness } = this.#relations();
    const [document] = elements.ofType('SpdxDocument');
    const creation = elements.creation(document);
    const properties = propertiesIn(document);
    const dataLicence = document?.text('dataLicense');
    const agents = [...textsIn(creation ?? EMPTY, 'createdBy'), ...textsIn(creation ?? EMPTY, 'createdUsing')];
    const revision = properties.find((p) => p.name === 'temper:revision');
    return {
      document: {
        name: document?.text('name'),
        uri: document === undefined ? undefined : idOf(document).replace(/#[^#]*$/, ''),
        revision: revision === undefined ? undefined : Number(revision.value),
        created: creation?.text('created'),
        creators: agents.flatMap((id) => elements.agent(id) ?? []),
        comment: document?.text('comment'),
        licenceListVersion: /^licence list (.+)$/.exec(creation?.text('comment') ?? '')?.[1],
        dataLicence: dataLicence === undefined ? undefined : this.#expression(dataLicence),
        roots: this.#roots(document),
        externals: elements.externals,
        properties: properties.filter((p) => !OWN_FIELDS.has(p.name)),
      },
      packages: elements
        .ofType('software_Package', 'ai_AIPackage', 'dataset_DatasetPackage')
        .map((p) => this.#package(p)),
      files: elements.ofType('software_File').map((file) => this.#file(file)),
      relations,
      snippets: elements.ofType('software_Snippet').map((snippet) => this.#snippet(snippet)),
      licences: elements
        .ofType('simplelicensing_SimpleLicensingText', 'expandedlicensing_CustomLicense')
        .map((l) => this.#text(l)),
      annotations: elements.ofType('Annotation').map((one) => this.#annotation(one)),
      vulnerabilities: elements.ofType('security_Vulnerability').map((one) => vulnerabilityOf(one, elements)),
      completeness,
    };
  }

  // What a document's SBOMs are about, else what the document itself is about.
  #roots(document: Members | undefined): string[] {
    const ids = (of: Members) => textsIn(of, 'rootElement');
    const sboms = this.#elements.ofType('software_Sbom', 'Bom').flatMap(ids);
    const about = sboms.length > 0 || document === undefined ? sboms : ids(document);
    return [...new Set(about)].map((id) => this.#elements.local(id));
  }

  #relations(): { relations: GraphRelation[]; completeness: Completeness[] } {
    const relations: GraphRelation[] = [];
    const completeness: Completeness[] = [];
    for (const one of this.#elements.ofType('Relationship', 'LifecycleScopedRelationship')) {
      const [type, from] = [one.needed('relationshipType'), this.#elements.local(one.needed('from'))];
      const comment = one.text('comment');
      if (type === 'hasDeclaredLicense' || type === 'hasConcludedLicense') {
        this.#licence(type, from, textsIn(one, 'to'), comment);
        continue;
      }
      if (this.#elements.get(one.text('from'))?.text('type') === 'security_Vulnerability') continue;
      const read = readRelation(type, one.text('scope'));
      const is = COMPLETENESS.get(one.text('completeness') ?? '');
      if (is !== undefined && (read.type === 'CONTAINS' || read.type === 'DEPENDS_ON'))
        completeness.push({ id: from, of: read.type, is });
      for (const id of textsIn(one, 'to')) {
        const to = this.#elements.local(id);
        if (is !== undefined && to === NOASSERTION) continue;
        relations.push(
          read.turned ? { from: to, type: read.type, to: from, comment } : { from, type: read.type, to, comment },
        );
      }
    }
    return { relations, completeness };
  }

  #licence(type: string, from: string, to: readonly string[], comment: string | undefined): void {
    const [expression] = to.flatMap((id) => this.#expression(id) ?? []);
    if (expression !== undefined)
      (type === 'hasDeclaredLicense' ? this.#declared : this.#concluded).set(from, expression);
    if (comment !== undefined) this.#comments.set(from, comment);
  }

  #expression(id: string): string | undefined {
    if (id.endsWith('NoneLicense')) return NONE;
    const element = this.#elements.get(id);
    if (element === undefined) return /\/licenses\/([A-Za-z0-9.+-]+)$/.exec(id)?.[1];
    const name = element.text('name');
    return element.text('simplelicensing_licenseExpression') ?? (name === undefined ? undefined : name);
  }

  #licences(id: string): Pick<GraphPackage, 'declared' | 'concluded' | 'licenceComment'> {
    return {
      declared: this.#declared.get(id),
      concluded: this.#concluded.get(id),
      licenceComment: this.#comments.get(id),
    };
  }

  #package(p: Members): GraphPackage {
    const id = this.#elements.local(idOf(p));
    const properties = propertiesIn(p);
    const ours = (name: string) => properties.find((one) => one.name === `temper:${name}`)?.value;
    const identifiers = p.list('externalIdentifier');
    const ofType = (...types: string[]) =>
      identifiers.flatMap((one) =>
        types.includes(one.text('externalIdentifierType') ?? '') ? [one.needed('identifier')] : [],
      );
    const purl = p.text('software_packageUrl');
    const purpose = p.text('software_primaryPurpose');
    const code = p.list('verifiedUsing').find((one) => one.text('type') === 'PackageVerificationCode');
    return {
      id,
      type: ours('type') ?? (purpose === undefined ? undefined : typeOfPurpose3(purpose)),
      name: p.text('name') ?? '',
      version: p.text('software_packageVersion'),
      purls: [...new Set([...(purl === undefined ? [] : [purl]), ...ofType('packageUrl')])],
      cpes: ofType('cpe23', 'cpe22'),
      swids: ofType('swid'),
      supplier: this.#elements.agent(p.text('suppliedBy')),
      originator: this.#elements.agent(textsIn(p, 'originatedBy')[0]),
      publisher: ours('publisher'),
      description: p.text('description'),
      summary: p.text('summary'),
      homepage: p.text('software_homePage'),
      downloadLocation: p.text('software_downloadLocation'),
      copyright: p.text('software_copyrightText'),
      ...this.#licences(id),
      hashes: hashesIn(p),
      references: [
        ...p.list('externalRef').flatMap(readReference),
        ...ofType('swhid').map((locator): Reference => ({ category: 'PERSISTENT-ID', type: 'swh', locator })),
        ...ofType('gitoid').map((locator): Reference => ({ category: 'PERSISTENT-ID', type: 'gitoid', locator })),
      ],
      fileName: ours('fileName'),
      sourceInfo: p.text('software_sourceInfo'),
      comment: p.text('comment'),
      attributions: textsIn(p, 'software_attributionText'),
      built: p.text('builtTime'),
      released: p.text('releaseTime'),
      validUntil: p.text('validUntilTime'),
      verification: code && {
        value: code.needed('hashValue'),
        excluded: textsIn(code, 'packageVerificationCodeExcludedFile'),
      },
      scope: ours('scope'),
      places: properties.flatMap((one) => readPlace(one) ?? []),
      properties: properties.filter((one) => !OWN_FIELDS.has(one.name)),
    };
  }

  #file(file: Members): GraphFile {
    const id = this.#elements.local(idOf(file));
    const properties = propertiesIn(file);
    const all = (name: string) => properties.filter((one) => one.name === `temper:${name}`).map((one) => one.value);
    const comment = file.text('comment');
    const read = comment === undefined ? undefined : readFileComment(comment);
    const { concluded, licenceComment } = this.#licences(id);
    return {
      id,
      name: (file.text('name') ?? '').replace(/^\.?\//, ''),
      types: all('fileType'),
      hashes: hashesIn(file),
      facts: read?.facts,
      step: read?.step,
      layer: read?.layer,
      copyright: file.text('software_copyrightText'),
      concluded,
      licenceComment,
      comment: read === undefined ? comment : undefined,
      notice: all('notice')[0],
      description: file.text('description'),
      contributors: all('contributor'),
      attributions: textsIn(file, 'software_attributionText'),
      mimeType: file.text('contentType'),
      properties: properties.filter((one) => !OWN_FIELDS.has(one.name)),
    };
  }

  #snippet(snippet: Members): GraphSnippet {
    const id = this.#elements.local(idOf(snippet));
    const range = (name: string): readonly [number, number] | undefined => {
      const ends = snippet.child(name);
      const [from, to] = [ends?.number('beginIntegerRange'), ends?.number('endIntegerRange')];
      return from === undefined || to === undefined ? undefined : [from, to];
    };
    const { concluded, licenceComment } = this.#licences(id);
    return {
      id,
      file: this.#elements.local(snippet.needed('software_snippetFromFile')),
      name: snippet.text('name'),
      bytes: range('software_byteRange'),
      lines: range('software_lineRange'),
      copyright: snippet.text('software_copyrightText'),
      concluded,
      licenceComment,
      comment: snippet.text('comment'),
      attributions: textsIn(snippet, 'software_attributionText'),
    };
  }

  #text(licence: Members): ExtractedLicence {
    const id = this.#elements.local(idOf(licence));
    return {
      id: id.startsWith('LicenseRef-') ? id : `LicenseRef-${id.replace(/[^A-Za-z0-9.-]+/g, '-')}`,
      text: licence.text('simplelicensing_licenseText') ?? '',
      name: licence.text('name'),
      comment: licence.text('comment'),
      urls: licence.list('externalRef').flatMap((ref) => textsIn(ref, 'locator')),
    };
  }

  #annotation(one: Members): GraphAnnotation {
    const creation = this.#elements.creation(one);
    const [using] = creation === undefined ? [] : textsIn(creation, 'createdUsing');
    const [by] = creation === undefined ? [] : textsIn(creation, 'createdBy');
    const subject = this.#elements.local(one.needed('subject'));
    return {
      about: [subject === '' ? DOCUMENT : subject],
      by: this.#elements.agent(using ?? by) ?? { kind: 'organization', name: '' },
      date: creation?.text('created') ?? '',
      type: one.text('annotationType') === 'review' ? 'REVIEW' : 'OTHER',
      text: one.text('statement') ?? '',
    };
  }
}

const EMPTY = new Members({}, '');

function hashesIn(of: Members): Hash[] {
  return of.list('verifiedUsing').flatMap((one) => {
    if (one.text('type') !== 'Hash') return [];
    const algorithm = one.needed('algorithm');
    const known = algorithm === 'other' ? (one.text('comment') ?? algorithm) : readHashAlgorithm(algorithm);
    return [{ algorithm: known, value: one.needed('hashValue') }];
  });
}

function readReference(ref: Members): Reference[] {
  const comment = ref.text('comment');
  const type = ref.text('externalRefType');
  // A type that SPDX 3 does not have stands at the head of the comment.
  const words =
    type === 'other' ? /^(?:([A-Z]+(?:-[A-Z]+)?) )?([a-z0-9][A-Za-z0-9-]*)(?:: ([^]*))?$/.exec(comment ?? '') : null;
  const read = words === null ? readReferenceType(type) : { category: words[1], type: words[2] ?? '' };
  return textsIn(ref, 'locator').map((locator) => ({ ...read, locator, comment: words === null ? comment : words[3] }));
}
