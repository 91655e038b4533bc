// The names by which the merged view knows the files of one layer.
import type { ImageTree, LayerEntry } from '../image/tree.ts';
import type { BytePath } from '../lib/bytes.ts';

export class LayerNames {
  readonly #entries: readonly LayerEntry[];
  readonly #layer: number;
  readonly #tree: ImageTree;
  /** By a file's place, a hard link to it that is in the view; made when it is asked for. */
  #links: Map<number, BytePath> | undefined;
  /** By the path that the layer states, where a link led entries elsewhere. */
  #moved: Map<BytePath, BytePath> | undefined;

  constructor(entries: readonly LayerEntry[], layer: number, tree: ImageTree) {
    this.#entries = entries;
    this.#layer = layer;
    this.#tree = tree;
  }

  /** Where the entry at a place stands in the merged view; `undefined` when it is hidden or replaced. */
  inView(at: number): BytePath | undefined {
    const stated = this.#entries[at]?.path ?? '';
    if (this.#stands(stated, at)) return stated;
    if (this.#tree.moved.size === 0) return undefined;
    this.#moved ??= new Map([...this.#tree.moved].map(([path, from]) => [from, path]));
    const path = this.#moved.get(stated);
    return path !== undefined && this.#stands(path, at) ? path : undefined;
  }

  /** Another name of the file at a place, by a hard link of its layer, that is in the view. */
  linked(at: number): BytePath | undefined {
    this.#links ??= this.#findLinks();
    return this.#links.get(at);
  }

  #stands(path: BytePath, at: number): boolean {
    const node = this.#tree.get(path);
    return node?.layer === this.#layer && node.at === at;
  }

  #findLinks(): Map<number, BytePath> {
    const links = new Map<number, BytePath>();
    if (!this.#entries.some(({ kind }) => kind === 'hardlink')) return links;
    const places = new FilePlaces(this.#entries);
    this.#entries.forEach((entry, at) => {
      const place = places.next(entry, at);
      if (entry.kind !== 'hardlink' || place === undefined || links.has(place)) return;
      const path = this.inView(at);
      if (path !== undefined) links.set(place, path);
    });
    return links;
  }
}

type Named = Pick<LayerEntry, 'path' | 'kind' | 'target'>;

/** Hard links whose targets are searched for one by one: few layers have more. */
const SEARCHED = 32;

/** Where in a layer the files lie that its names stand for, while its entries are gone through. */
export class FilePlaces {
  readonly #entries: readonly Named[];
  #searched = 0;
  // Made when there are many links: it takes more memory than all names.
  #places: Map<BytePath, number> | undefined;

  /** @param entries all that were gone through, and perhaps more */
  constructor(entries: readonly Named[]) {
    this.#entries = entries;
  }

  /**
   * The place of the content of the entry at a place, each of which is asked for in turn: its own, a hard link's that of
   * what it links to; `undefined` where there is none.
   */
  next({ path, kind, target }: Named, at: number): number | undefined {
    const place = kind === 'file' ? at : kind === 'hardlink' ? this.#find(target ?? '', at) : undefined;
    this.#note({ path, kind }, place);
    return place;
  }

  #note({ path, kind }: Pick<Named, 'path' | 'kind'>, place: number | undefined): void {
    if (this.#places === undefined) return;
    if (place !== undefined) this.#places.set(path, place);
    else if (kind !== 'directory') this.#places.delete(path);
  }

  #find(target: BytePath, before: number): number | undefined {
    if (this.#places !== undefined) return this.#places.get(target);
    if (this.#searched++ < SEARCHED) return this.#search(target, before);
    this.#places = new Map();
    for (let at = 0; at < before; at++) {
      const entry = this.#entries[at];
      if (entry === undefined) break;
      const place =
        entry.kind === 'file' ? at : entry.kind === 'hardlink' ? this.#places.get(entry.target ?? '') : undefined;
      this.#note(entry, place);
    }
    return this.#places.get(target);
  }

  // From the end: what stands last by a name counts. A link leads to what stood before it.
  #search(target: BytePath, before: number): number | undefined {
    let wanted = target;
    for (let at = before - 1; at >= 0; at--) {
      const entry = this.#entries[at];
      if (entry?.path !== wanted || entry.kind === 'directory') continue;
      if (entry.kind === 'file') return at;
      if (entry.kind !== 'hardlink') return undefined;
      wanted = entry.target ?? '';
    }
    return undefined;
  }
}
