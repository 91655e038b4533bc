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
    const folder = this.folder(parent);
    if (path === '' || folder === undefined) return undefined;
    return folder === parent ? this.#file(path) : this.findIn(folder, baseOf(path));
  }

  /** A file in a folder that {@link folder} gave. @param name its base name */
  findIn(folder: BytePath, name: string): BytePath | undefined {
    return this.#file(folder === '' ? name : `${folder}/${name}`);
  }

  /** Where a listed folder leads; `undefined` when it leads nowhere. @param path without `/` at its ends */
  folder(path: BytePath): BytePath | undefined {
    const known = this.#folders.get(path);
    if (known !== undefined || this.#folders.has(path)) return known;
    const found = path === '' ? '' : this.#files.resolve(path);
    this.#folders.set(path, found);
    return found;
  }

  #file(at: BytePath): BytePath | undefined {
    const kind = this.#files.kind(at);
    return kind === undefined || kind === 'directory' ? undefined : at;
  }
}
