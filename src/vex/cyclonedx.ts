// CycloneDX documents with vulnerabilities as statements (CycloneDX 1.4 to 1.7, vulnerabilities[].analysis, affects).
import { isDigest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { type Fields, fieldsOf, member, textOf } from '../openvex/fields.ts';
import { cycloneDxJustifications, cycloneDxStates } from './cyclonedx-words.ts';
import type { VexDocument, VexProduct, VexStatement } from './types.ts';

/** Most entries of one list. */
const LONGEST = 500_000;
/** Deepest nesting of components. */
const DEPTH = 30;

export function isCycloneDx(json: unknown): boolean {
  return member(fieldsOf(json) ?? {}, 'bomFormat') === 'CycloneDX';
}

/**
 * What a CycloneDX document says of vulnerabilities; those without an analysis say nothing.
 * @throws Fault `vex/malformed` where a list is none, or a bound is passed
 */
export function fromCycloneDx(json: unknown, source: string): VexDocument {
  const root = fieldsOf(json) ?? {};
  const metadata = fieldsOf(member(root, 'metadata')) ?? {};
  const issued = timeOf(member(metadata, 'timestamp'));
  const components = componentsOf(root, metadata);
  const serial = textOf(member(root, 'serialNumber'));
  const version = member(root, 'version');
  return {
    format: 'cyclonedx',
    id: serial ?? source,
    source,
    author: authorOf(metadata),
    issued,
    version: serial !== undefined && typeof version === 'number' ? version : undefined,
    statements: objectsIn(root, 'vulnerabilities').flatMap((one) => statementOf(one, components, issued) ?? []),
  };
}

function statementOf(
  fields: Fields,
  components: ReadonlyMap<string, VexProduct>,
  issued: number | undefined,
): VexStatement | undefined {
  const analysis = fieldsOf(member(fields, 'analysis'));
  const status = cycloneDxStates.get(textOf(member(analysis ?? {}, 'state')) ?? '');
  const references = objectsIn(fields, 'references').map((reference) => textOf(member(reference, 'id')));
  const ids = [textOf(member(fields, 'id')), ...references].filter((id) => id !== undefined);
  if (analysis === undefined || status === undefined || ids.length === 0) return undefined;
  const word = textOf(member(analysis, 'justification'));
  const isNot = status === 'not_affected';
  return {
    vulnerabilities: [...new Set(ids)],
    status,
    justification: isNot ? cycloneDxJustifications.get(word ?? '') : undefined,
    impact: textOf(member(analysis, 'detail')) ?? (isNot ? word?.replaceAll('_', ' ') : undefined),
    action: status === 'affected' ? actionOf(fields, analysis) : undefined,
    at: timeOf(member(analysis, 'lastUpdated')) ?? timeOf(member(analysis, 'firstIssued')) ?? issued,
    products: objectsIn(fields, 'affects').flatMap((affect) => affected(affect, components, status)),
  };
}

function actionOf(fields: Fields, analysis: Fields): string | undefined {
  const responses = listIn(analysis, 'response').flatMap((word) => textOf(word)?.replaceAll('_', ' ') ?? []);
  const stated = textOf(member(fields, 'recommendation')) ?? textOf(member(fields, 'workaround'));
  return stated ?? (responses.length === 0 ? undefined : responses.join(', '));
}

/**
 * A component by its bom-ref, else what the reference itself names. Versions narrow a package URL that has none. Where they say
 * themselves which are affected, the others are not what the statement says.
 */
function affected(
  affect: Fields,
  components: ReadonlyMap<string, VexProduct>,
  status: VexStatement['status'],
): VexProduct[] {
  const reference = textOf(member(affect, 'ref'));
  if (reference === undefined) return [];
  const product = components.get(reference) ?? { ids: [reference], digests: [], subcomponents: [] };
  const listed = objectsIn(affect, 'versions');
  const versions = listed.filter((one) => agrees(textOf(member(one, 'status')), status));
  if (listed.length > 0 && versions.length === 0) return [];
  if (listed.length === 0 || !product.ids.some(isBare)) return [product];
  // A range (`vers:…`) is not judged: what it may leave out is not suppressed.
  return versions.flatMap((one) => {
    const version = textOf(member(one, 'version'));
    return version === undefined ? [] : [{ ...product, ids: product.ids.map((id) => withVersion(id, version)) }];
  });
}

/**
 * Whether a version's own word, where it has one, goes with the statement's: what is resolved is not the affected version. Of
 * what is not affected, the affected versions are those that the vulnerability names and the statement speaks of.
 */
function agrees(word: string | undefined, status: VexStatement['status']): boolean {
  if (status === 'fixed') return word === undefined || word === 'unaffected';
  return status === 'not_affected' || word !== 'unaffected';
}

/** Whether it is a package URL without a version. */
function isBare(id: string): boolean {
  const path = id.slice(0, endOfPath(id));
  return id.startsWith('pkg:') && path.lastIndexOf('@') <= path.lastIndexOf('/') + 1;
}

function withVersion(id: string, version: string): string {
  const end = endOfPath(id);
  return isBare(id) ? `${id.slice(0, end)}@${encodeURIComponent(version)}${id.slice(end)}` : id;
}

function endOfPath(id: string): number {
  const end = id.search(/[?#]/);
  return end === -1 ? id.length : end;
}

/** By their bom-refs, with the root component. */
function componentsOf(root: Fields, metadata: Fields): Map<string, VexProduct> {
  const found = new Map<string, VexProduct>();
  const top = fieldsOf(member(metadata, 'component'));
  const open = [...(top === undefined ? [] : [top]), ...objectsIn(root, 'components')].map((component) => ({
    component,
    depth: 1,
  }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { component, depth } = next;
    if (depth > DEPTH || found.size > LONGEST) throw malformed('it has too many components, or they nest too deep');
    const reference = textOf(member(component, 'bom-ref'));
    if (reference !== undefined) found.set(reference, productOf(component, reference));
    for (const inner of objectsIn(component, 'components')) open.push({ component: inner, depth: depth + 1 });
  }
  return found;
}

function productOf(component: Fields, reference: string): VexProduct {
  const purl = textOf(member(component, 'purl'));
  const cpe = textOf(member(component, 'cpe'));
  const name = textOf(member(component, 'name'));
  const version = textOf(member(component, 'version'));
  const isImage = member(component, 'type') === 'container';
  const ids = [purl, cpe, purl === undefined ? reference : undefined, isImage ? name : undefined];
  const hashes = objectsIn(component, 'hashes')
    .filter((hash) => member(hash, 'alg') === 'SHA-256')
    .map((hash) => `sha256:${textOf(member(hash, 'content'))?.toLowerCase() ?? ''}`);
  return {
    ids: ids.filter((id) => id !== undefined),
    digests: [...hashes, isImage ? (version ?? '') : ''].filter(isDigest),
    subcomponents: [],
  };
}

function authorOf(metadata: Fields): string | undefined {
  const [author] = objectsIn(metadata, 'authors');
  const makers = [author, fieldsOf(member(metadata, 'manufacturer')), fieldsOf(member(metadata, 'supplier'))];
  return makers.map((maker) => textOf(member(maker ?? {}, 'name'))).find((name) => name !== undefined);
}

function timeOf(value: unknown): number | undefined {
  const time = Date.parse(textOf(value)?.slice(0, 40) ?? '');
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

function objectsIn(fields: Fields, name: string): Fields[] {
  return listIn(fields, name)
    .map(fieldsOf)
    .filter((one) => one !== undefined);
}

function listIn(fields: Fields, name: string): readonly unknown[] {
  const value = member(fields, name);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed(`${name} is no list`);
  if (value.length > LONGEST) throw malformed(`${name} has more than ${LONGEST} entries`);
  return value as readonly unknown[];
}

function malformed(why: string): Fault {
  return new Fault(
    'vex/malformed',
    `The CycloneDX document is malformed: ${why}.`,
    'Check that it is complete, and tell its author.',
  );
}
