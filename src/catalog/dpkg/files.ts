// The files that dpkg's database gives to packages: info/*.list, status.d/*.md5sums, diversions.
import type { BytePath } from '../../lib/bytes.ts';
import type { OwnedPaths } from '../owned-paths.ts';
import type { ListedFiles } from '../owners.ts';

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

/** The files of a list that are in the view: looked up when they are asked for, since few are where no file is listed. */
export class DpkgFiles implements ListedFiles {
  readonly #lines: () => Iterable<string>;
  readonly #of: Listed;

  private constructor(lines: () => Iterable<string>, of: Listed) {
    this.#lines = lines;
    this.#of = of;
  }

  /** @param list absolute paths, one a line */
  static listed(list: string, of: Listed): DpkgFiles {
    return new DpkgFiles(() => listedPaths(list), of);
  }

  /** Of a list of checksums, `md5  path`, and the configuration files, which it leaves out. */
  static summed(sums: string, conffiles: readonly BytePath[], of: Listed): DpkgFiles {
    const listed = () => sums.split('\n', LINES).map((line) => (line.charAt(32) === ' ' ? line.slice(34) : ''));
    return new DpkgFiles(() => [...listed(), ...conffiles], of);
  }

  *[Symbol.iterator](): Generator<BytePath> {
    for (const path of this.#lines()) {
      const at = this.#find(path);
      if (at !== undefined) yield at;
    }
  }

  *named(names: ReadonlySet<string>): Generator<BytePath> {
    const { diversions } = this.#of;
    for (const path of this.#lines()) {
      const base = path.slice(path.lastIndexOf('/') + 1);
      // What is diverted, or written in another way than plainly, stands under another name.
      if (!names.has(base) && base !== '' && !base.startsWith('.') && !diversions.has(path)) continue;
      const at = this.#find(path);
      if (at !== undefined) yield at;
    }
  }

  #find(path: string): BytePath | undefined {
    const { owner, diversions, paths } = this.#of;
    const diverted = diversions.size === 0 ? undefined : diversions.get(path);
    return paths.find(diverted === undefined || diverted.by === owner ? path : diverted.to);
  }
}

function* listedPaths(list: string): Generator<string> {
  let from = 0;
  for (let lines = 0; from < list.length && lines < LINES; lines++) {
    const newline = list.indexOf('\n', from);
    const end = newline < 0 ? list.length : newline;
    if (!isFolder(list, from, end)) yield list.slice(from + 1, end);
    from = end + 1;
  }
}

/** A folder stands before what is in it: in the view it may be a link, which somebody else brings. */
function isFolder(list: string, from: number, end: number): boolean {
  return list.charCodeAt(2 * end - from + 1) === SLASH && list.startsWith(list.slice(from, end), end + 1);
}

const SLASH = 0x2f;
