// Which package brings a file.
import type { BytePath } from '../lib/bytes.ts';

/** What one package lists as its files. */
export interface OwnedFiles {
  readonly purl: string;
  readonly files: readonly BytePath[];
}

/**
 * The package that lists a path among its files, by the path; the first where several do.
 * @param asked the paths that matter; all unless given, which takes memory for each file of an image
 */
export function ownersOf(owned: readonly OwnedFiles[], asked?: ReadonlySet<BytePath>): Map<BytePath, string> {
  const owners = new Map<BytePath, string>();
  for (const { purl, files } of owned)
    for (const path of files) if (asked?.has(path) !== false && !owners.has(path)) owners.set(path, purl);
  return owners;
}
