// CSAF 2.0, 3.2.2 (product tree), and 2.1's product paths.
import { type Digest, isDigest } from '../lib/digest.ts';
import { type Fields, fieldsOf, textOf } from '../lib/fields.ts';
import { malformedCsaf, objectsIn, textsIn } from './fields.ts';
import type { CsafProduct, CsafResolved } from './types.ts';

/** Deepest nesting of branches (CSAF 2.1, 3.1.2, allows 30). */
const BRANCH_DEPTH = 30;
/** Most products of one document, with its relations. */
const PRODUCTS = 2_000_000;
/** Most pairs of what is said and a product of which it is said, in one document. */
const PAIRS = 4_000_000;
/** Most parts of what one component is a part of. */
const PARTS = 16;

interface Relation {
  readonly name: string;
  readonly component: string;
  /** From the inside out. */
  readonly within: readonly string[];
}

/** The products of a document by their ids. */
export class CsafProducts {
  readonly #products = new Map<string, CsafProduct>();
  readonly #relations = new Map<string, Relation>();
  readonly #groups = new Map<string, readonly string[]>();
  #pairs = 0;
  readonly #resolved = new Map<string, CsafResolved | 'open' | undefined>();

  /**
   * @param tree the document's `product_tree`
   * @throws Fault `csaf/malformed` where a list is none, or branches nest deeper than 30
   */
  constructor(tree: Fields) {
    this.#addBranches(tree);
    for (const name of objectsIn(tree['full_product_names'], 'full_product_names')) this.#addProduct(name, '');
    for (const relation of objectsIn(tree['relationships'], 'relationships')) {
      const within = [textOf(relation['relates_to_product_reference'])];
      this.#addRelation(relation['full_product_name'], textOf(relation['product_reference']), within);
    }
    for (const path of objectsIn(tree['product_paths'], 'product_paths')) {
      const steps = objectsIn(path['subpaths'], 'subpaths').map((step) => textOf(step['next_product_reference']));
      this.#addRelation(path['full_product_name'], textOf(path['beginning_product_reference']), steps);
    }
    for (const group of objectsIn(tree['product_groups'], 'product_groups')) {
      this.#groups.set(textOf(group['group_id']), textsIn(group['product_ids'], 'product_ids'));
    }
  }

  /** Products that stand for themselves, relations left out. */
  get size(): number {
    return this.#products.size;
  }

  product(id: string): CsafProduct | undefined {
    return this.#products.get(id);
  }

  /** The products of a group; empty where there is none. */
  group(id: string): readonly string[] {
    return this.#groups.get(id) ?? [];
  }

  /** Called for each product that something is said of. @throws Fault `csaf/malformed` after 4,000,000 of them */
  countPair(): void {
    if (++this.#pairs > PAIRS) throw malformedCsaf(`more than ${PAIRS} times it says something of a product`);
  }

  /**
   * A product with what it is a part of; `undefined` where the tree does not have it, or part of it.
   * @throws Fault `csaf/malformed` where it is a part of itself, or of more than 16 others
   */
  resolve(id: string): CsafResolved | undefined {
    return this.#known(id, 0);
  }

  #known(id: string, depth: number): CsafResolved | undefined {
    const known = this.#resolved.get(id);
    if (known === 'open') throw malformedCsaf(`the product ${shown(id)} is a part of itself`);
    if (known !== undefined || this.#resolved.has(id)) return known;
    if (depth > PARTS) throw partsFault(id);
    this.#resolved.set(id, 'open');
    const resolved = this.#resolve(id, depth + 1);
    this.#resolved.set(id, resolved);
    return resolved;
  }

  #resolve(id: string, depth: number): CsafResolved | undefined {
    const relation = this.#relations.get(id);
    if (relation === undefined) {
      const product = this.#products.get(id);
      return product && { id, name: product.name, component: product, within: [] };
    }
    const inner = this.#known(relation.component, depth);
    if (inner === undefined) return undefined;
    const within = [...inner.within];
    for (const outer of relation.within) {
      const resolved = this.#known(outer, depth);
      if (resolved === undefined) return undefined;
      within.push(resolved.component, ...resolved.within);
      if (within.length > PARTS) throw partsFault(id);
    }
    return { id, name: relation.name, component: inner.component, within };
  }

  #addBranches(tree: Fields): void {
    const open = objectsIn(tree['branches'], 'branches').map((branch) => ({ branch, depth: 1 }));
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { branch, depth } = next;
      if (depth > BRANCH_DEPTH) throw malformedCsaf(`its branches nest deeper than ${BRANCH_DEPTH}`);
      const product = fieldsOf(branch['product']);
      if (product !== undefined) this.#addProduct(product, textOf(branch['category']));
      for (const inner of objectsIn(branch['branches'], 'branches')) open.push({ branch: inner, depth: depth + 1 });
    }
  }

  #addProduct(product: Fields, category: string): void {
    const id = textOf(product['product_id']);
    if (id === '') return;
    this.#checkCount();
    const helper = fieldsOf(product['product_identification_helper']) ?? {};
    const cpe = textOf(helper['cpe']);
    this.#products.set(id, {
      id,
      name: textOf(product['name']),
      category,
      purls: [textOf(helper['purl']), ...textsIn(helper['purls'], 'purls')].filter((purl) => purl !== ''),
      cpe: cpe === '' ? undefined : cpe,
      digests: digestsOf(helper),
    });
  }

  #addRelation(full: unknown, component: string, within: readonly string[]): void {
    const product = fieldsOf(full) ?? {};
    const id = textOf(product['product_id']);
    if (id === '' || component === '') return;
    this.#checkCount();
    this.#relations.set(id, { name: textOf(product['name']), component, within });
  }

  #checkCount(): void {
    if (this.#products.size + this.#relations.size >= PRODUCTS)
      throw malformedCsaf(`it has more than ${PRODUCTS} products`);
  }
}

function digestsOf(helper: Fields): Digest[] {
  return objectsIn(helper['hashes'], 'hashes').flatMap((file) =>
    objectsIn(file['file_hashes'], 'file_hashes')
      .map((hash) => `${textOf(hash['algorithm']).toLowerCase()}:${textOf(hash['value']).toLowerCase()}`)
      .filter(isDigest),
  );
}

function partsFault(id: string): Error {
  return malformedCsaf(`the product ${shown(id)} is a part of more than ${PARTS} others`);
}

function shown(id: string): string {
  return JSON.stringify(id.slice(0, 200));
}
