// The files that dpkg's database gives to packages: info/*.list, status.d/*.md5sums, diversions.
import type { BytePath } from '../../lib/bytes.ts';
import type { OwnedPaths } from '../owned-paths.ts';

/** Where diverted paths went, by the path as packages list it, without a leading `/` (dpkg-divert(1)). */
export type Diversions = ReadonlyMap<string, { readonly to: string; readonly by: string }>;

/** Most lines of one list. */
const LINES = 2_000_000;

/** Triples of lines: the path, where it went, and whose own file stays at the path (`:` for a local one). */
export function readDiversions(text: string): Diversions {
  const lines = text.split('\n', LINES);
  const diversions = new Map<string, { to: string; by: string }>();
  for (let i = 0; i + 2 < lines.length; i += 3) {
    diversions.set((lines[i] ?? '').slice(1), { to: (lines[i + 1] ?? '').slice(1), by: lines[i + 2] ?? '' });
  }
  return diversions;
}

/** What is listed in a database. */
export interface Listed {
  /** The name of the package. */
  readonly owner: string;
  readonly diversions: Diversions;
  readonly paths: OwnedPaths;
}

/** The files of a list that are in the view. @param list absolute paths, one a line */
export function listedFiles(list: string, of: Listed): BytePath[] {
  const files: BytePath[] = [];
  let from = 0;
  for (let lines = 0; from < list.length && lines < LINES; lines++) {
    const newline = list.indexOf('\n', from);
    const end = newline < 0 ? list.length : newline;
    if (!isFolder(list, from, end)) addFile(files, list.slice(from + 1, end), of);
    from = end + 1;
  }
  return files;
}

/** A folder stands before what is in it: in the view it may be a link, which somebody else brings. */
function isFolder(list: string, from: number, end: number): boolean {
  return list.charCodeAt(2 * end - from + 1) === SLASH && list.startsWith(list.slice(from, end), end + 1);
}

const SLASH = 0x2f;

/** The files of a list of checksums, `md5  path`, and the configuration files, which it leaves out. */
export function summedFiles(sums: string, conffiles: readonly BytePath[], of: Listed): BytePath[] {
  const listed = sums.split('\n', LINES).map((line) => (line.charAt(32) === ' ' ? line.slice(34) : ''));
  const files: BytePath[] = [];
  for (const path of [...listed, ...conffiles]) addFile(files, path, of);
  return files;
}

function addFile(files: BytePath[], path: string, { owner, diversions, paths }: Listed): void {
  const diverted = diversions.size === 0 ? undefined : diversions.get(path);
  const at = paths.find(diverted === undefined || diverted.by === owner ? path : diverted.to);
  if (at !== undefined) files.push(at);
}
