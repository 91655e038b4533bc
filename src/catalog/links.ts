// What an image reaches by a name that it was not read by: links to files and folders, and entries that links lead elsewhere.
import type { BomNotRead } from '../bom/types.ts';
import type { ImageTree } from '../image/tree.ts';
import { type BytePath, parentOf, pathText } from '../lib/bytes.ts';
import type { CatalogerIndex } from './catalog.ts';

/** Segments below a link to a folder that a cataloger's pattern may look at, and links to folders behind each other. */
const DEEPEST = 6;
const MOST_LINKS = 3;
/** Names that one image's links to folders are followed to, 256 bytes of a long one as another, and those that are told. */
const MOST_NAMES = 500_000;
const MOST_TOLD = 10_000;

/**
 * The names that catalogers would have read, and that lead to files that they were not shown: no package of these is
 * known, and nobody may take that for there being none.
 */
export function unreadLinks(tree: ImageTree, index: CatalogerIndex): BomNotRead[] {
  const links = new Links(tree, index);
  for (const [path, stated] of tree.moved) links.compare(path, stated);
  const placed: BytePath[] = [];
  for (const { entry } of tree.nodes()) {
    const { kind, path } = entry;
    if (kind === 'symlink') links.add(path);
    const isFile = kind === 'file' || kind === 'hardlink' || kind === 'symlink';
    if (isFile && index.dependsOnFolders(path)) placed.push(path);
  }
  links.fixed();
  links.below(placed);
  return links.notRead;
}

class Links {
  readonly notRead: BomNotRead[] = [];
  readonly #tree: ImageTree;
  readonly #index: CatalogerIndex;
  /** By a folder, the links that lead to it. */
  readonly #folders = new Map<BytePath, BytePath[]>();
  readonly #seen = new Set<string>();
  #names = 0;
  /** The folder that was looked at last, and whether links lead to it or to those above it that count. */
  #folder: BytePath | undefined;
  #isLinked = false;

  constructor(tree: ImageTree, index: CatalogerIndex) {
    this.#tree = tree;
    this.#index = index;
    for (const [folder, target] of tree.replaced) this.#addFolder(folder, target);
  }

  add(link: BytePath): void {
    const target = this.#tree.resolve(link);
    const kind = target === undefined ? undefined : this.#tree.kind(target);
    if (kind === 'file') this.compare(link, target ?? '');
    else if (kind === 'directory') this.#addFolder(target ?? '', link);
  }

  get #isFull(): boolean {
    return this.#names > MOST_NAMES || this.notRead.length > MOST_TOLD;
  }

  #addFolder(folder: BytePath, link: BytePath): void {
    const others = this.#folders.get(folder);
    if (others === undefined) this.#folders.set(folder, [link]);
    else others.push(link);
  }

  /** Notes the catalogers that read a name, and not the file that it leads to by its own. */
  compare(name: BytePath, path: BytePath): void {
    for (const cataloger of this.#index.missed(name, this.#tree.moved.get(path) ?? path)) {
      const key = `${cataloger.id}\0${name}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const reason = `A link leads to it at ${JSON.stringify(pathText(path).slice(0, 500))}, where it was not read as what its name says.`;
      this.notRead.push({ path: name, cataloger: cataloger.id, code: 'catalog/linked', reason });
    }
  }

  /** Paths that catalogers name whole, and those in folders that they name. */
  fixed(): void {
    for (const path of this.#index.paths) this.#fixed(path);
    for (const folder of this.#index.folders) {
      const real = this.#tree.resolve(folder);
      if (real === undefined || real === folder) continue;
      for (const name of this.#tree.below(real)) this.#fixed(`${folder}/${name}`);
    }
    for (const [folder, target] of this.#tree.replaced) {
      for (const path of this.#index.paths) {
        const there = `${folder}${path.slice(target.length)}`;
        if (path.startsWith(`${target}/`) && this.#tree.kind(there) === 'file') this.compare(path, there);
      }
    }
  }

  #fixed(path: BytePath): void {
    const real = this.#tree.resolve(path);
    if (real !== undefined && real !== path && this.#tree.kind(real) === 'file') this.compare(path, real);
  }

  /**
   * Files in folders that links lead to.
   * @param files those of which patterns look at the folders above them
   */
  below(files: readonly BytePath[]): void {
    if (this.#folders.size === 0) return;
    for (const path of files) {
      if (this.#isBelowLinked(path)) this.#follow(path, path, 0);
      if (this.#isFull) {
        const reason = 'Links lead to more files than are followed; the rest of their names was not looked at.';
        this.notRead.push({ path, cataloger: 'links', code: 'catalog/too-many-links', reason });
        return;
      }
    }
  }

  // Files of one folder follow each other.
  #isBelowLinked(path: BytePath): boolean {
    const end = path.lastIndexOf('/');
    if (end !== this.#folder?.length || !path.startsWith(this.#folder)) {
      this.#folder = parentOf(path);
      this.#isLinked = this.#hasLinkAbove(this.#folder);
    }
    return this.#isLinked;
  }

  #hasLinkAbove(lowest: BytePath): boolean {
    let folder = lowest;
    for (let deep = 0; deep < DEEPEST; deep++) {
      if (this.#folders.has(folder)) return true;
      if (folder === '') return false;
      folder = parentOf(folder);
    }
    return false;
  }

  #follow(name: BytePath, path: BytePath, links: number): void {
    let folder = parentOf(name);
    for (let deep = 0; deep < DEEPEST; deep++) {
      for (const link of this.#folders.get(folder) ?? []) {
        const other = `${link}/${folder === '' ? name : name.slice(folder.length + 1)}`;
        this.#names += 1 + (other.length >> 8);
        if (this.#isFull) return;
        this.compare(other, path);
        if (links + 1 < MOST_LINKS) this.#follow(other, path, links + 1);
      }
      if (folder === '') return;
      folder = parentOf(folder);
    }
  }
}
