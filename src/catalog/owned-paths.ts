// Paths as a package's metadata list them, and where they are in the merged view.
import { type BytePath, baseOf, normalPath, parentOf } from '../lib/bytes.ts';
import type { FileTree } from './types.ts';

/**
 * Finds listed files in the view: `bin/sh` is `usr/bin/sh` where `bin` is a link to `usr/bin`. Folders that were
 * looked up are remembered, so that a package's many files cost little.
 */
export class OwnedPaths {
  readonly #files: FileTree;
  readonly #folders = new Map<BytePath, BytePath | undefined>();

  constructor(files: FileTree) {
    this.#files = files;
  }

  /** Where a listed path is, links in its folders followed; `undefined` for directories and what is not there. */
  find(listed: string): BytePath | undefined {
    const path = normalPath(listed);
    const parent = parentOf(path);
    const folder = this.#folder(parent);
    if (path === '' || folder === undefined) return undefined;
    const at = folder === parent ? path : folder === '' ? baseOf(path) : `${folder}/${baseOf(path)}`;
    const kind = this.#files.kind(at);
    return kind === undefined || kind === 'directory' ? undefined : at;
  }

  #folder(path: BytePath): BytePath | undefined {
    const known = this.#folders.get(path);
    if (known !== undefined || this.#folders.has(path)) return known;
    const found = path === '' ? '' : this.#files.resolve(path);
    this.#folders.set(path, found);
    return found;
  }
}
