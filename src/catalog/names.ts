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
    const places = new FilePlaces();
    this.#entries.forEach((entry, at) => {
      const place = places.next(entry, at);
      if (entry.kind !== 'hardlink' || place === undefined || links.has(place)) return;
      const path = this.inView(at);
      if (path !== undefined) links.set(place, path);
    });
    return links;
  }
}

/** Where in a layer the files lie that its names stand for, while its entries are gone through. */
export class FilePlaces {
  readonly #places = new Map<BytePath, number>();

  /** The place of the entry's content: its own, a hard link's that of what it links to; `undefined` where there is none. */
  next({ path, kind, target }: Pick<LayerEntry, 'path' | 'kind' | 'target'>, at: number): number | undefined {
    const place = kind === 'file' ? at : kind === 'hardlink' ? this.#places.get(target ?? '') : undefined;
    if (place !== undefined) this.#places.set(path, place);
    else if (kind !== 'directory') this.#places.delete(path);
    return place;
  }
}
