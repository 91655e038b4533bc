// CSAF documents: https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html, 3.2, and v2.1.
import { parseJson } from '../lib/json.ts';
import { type Fields, fieldsOf, malformedCsaf, objectsIn, textOf, timeOf } from './fields.ts';
import { CsafProducts } from './products.ts';
import { referencesOf } from './references.ts';
import type { CsafDocument, CsafStatement } from './types.ts';
import { readVulnerability } from './vulnerability.ts';

/** Most vulnerabilities of one document. */
const VULNERABILITIES = 100_000;

/** @param what names it in messages @throws Fault `json/malformed`, and as {@link readCsaf} */
export function parseCsaf(bytes: Uint8Array | string, what: string): CsafDocument {
  return readCsaf(parseJson(bytes, what));
}

/** Whether JSON says of itself that it is a CSAF document. */
export function isCsaf(json: unknown): boolean {
  return textOf(fieldsOf(fieldsOf(json)?.['document'])?.['csaf_version']) !== '';
}

/**
 * Reads a document of CSAF 2.0 or 2.1. What it names but does not have, or what is of another type than the schema's, is as if
 * it were missing.
 * @throws Fault `csaf/malformed` where it is none, a list is no list, or a bound is passed
 */
export function readCsaf(json: unknown): CsafDocument {
  const root = fieldsOf(json) ?? {};
  const document = fieldsOf(root['document']);
  const version = textOf(document?.['csaf_version']);
  if (document === undefined || version === '') throw malformedCsaf('it has no csaf_version');
  if (version !== '2.0' && version !== '2.1') throw malformedCsaf(`its version is ${version.slice(0, 20)}`);
  const products = new CsafProducts(fieldsOf(root['product_tree']) ?? {});
  const vulnerabilities = objectsIn(root['vulnerabilities'], 'vulnerabilities');
  if (vulnerabilities.length > VULNERABILITIES)
    throw malformedCsaf(`it has more than ${VULNERABILITIES} vulnerabilities`);
  return {
    version,
    ...headOf(document),
    products,
    vulnerabilities: vulnerabilities.map((vulnerability) => readVulnerability(vulnerability, products)),
  };
}

function headOf(document: Fields): Omit<CsafDocument, 'version' | 'products' | 'vulnerabilities'> {
  const tracking = fieldsOf(document['tracking']) ?? {};
  return {
    category: textOf(document['category']),
    title: textOf(document['title']),
    publisher: textOf(fieldsOf(document['publisher'])?.['name']),
    id: textOf(tracking['id']),
    status: textOf(tracking['status']),
    published: timeOf(tracking['initial_release_date']),
    modified: timeOf(tracking['current_release_date']),
    severity: textOf(fieldsOf(document['aggregate_severity'])?.['text']),
    references: referencesOf(document),
  };
}

/**
 * What a document says, one vulnerability in one product at a time, in its order; products that it does not have are left out.
 * @throws Fault `csaf/malformed` where a product is a part of itself, or of too many others
 */
export function* statementsOf({ products, vulnerabilities }: CsafDocument): Generator<CsafStatement> {
  for (const vulnerability of vulnerabilities) {
    const { flags, threats, remediations } = vulnerability;
    for (const { status, products: ids } of vulnerability.statuses) {
      for (const id of ids) {
        const product = products.resolve(id);
        if (product === undefined) continue;
        yield {
          vulnerability,
          product,
          status,
          flags: saidOf(flags, id),
          threats: saidOf(threats, id),
          remediations: saidOf(remediations, id),
        };
      }
    }
  }
}

function saidOf<T>(all: ReadonlyMap<string, readonly T[]>, id: string): readonly T[] {
  const own = all.get(id) ?? [];
  const general = all.get('') ?? [];
  return general.length === 0 ? own : [...own, ...general];
}
