// Which package brings a file.
import { baseOf, type BytePath } from '../lib/bytes.ts';

/** The files that a package brings; they may be made out each time they are gone through. */
export interface ListedFiles extends Iterable<BytePath> {
  /** Those of some base names, and perhaps others; all where it is not there. */
  named?(names: ReadonlySet<string>): Iterable<BytePath>;
}

/** What one package lists as its files. */
export interface OwnedFiles {
  readonly purl: string;
  readonly files: ListedFiles;
}

/**
 * The package that lists a path among its files, by the path; the first where several do.
 * @param asked the paths that matter; all unless given, which takes memory for each file of an image
 */
export function ownersOf(owned: readonly OwnedFiles[], asked?: ReadonlySet<BytePath>): Map<BytePath, string> {
  const owners = new Map<BytePath, string>();
  const names = asked === undefined ? undefined : new Set([...asked].map(baseOf));
  for (const { purl, files } of owned)
    for (const path of (names && files.named?.(names)) ?? files)
      if (asked?.has(path) !== false && !owners.has(path)) owners.set(path, purl);
  return owners;
}
