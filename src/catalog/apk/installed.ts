// The database of apk-tools: paragraphs of lines `X:value`, installed packages with their files.
import { Fault } from '../../lib/faults.ts';

export interface InstalledApk {
  readonly name: string;
  readonly version: string;
  readonly architecture: string | undefined;
  readonly origin: string | undefined;
  readonly maintainer: string | undefined;
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  readonly licence: string | undefined;
  /** `D:`, as it stands: names, `so:…`, `cmd:…`, `pc:…`, paths, with constraints; `!name` is a conflict. */
  readonly depends: readonly string[];
  readonly provides: readonly string[];
  /** The commit of the build description. */
  readonly commit: string | undefined;
  /** Byte paths from the root. */
  readonly files: readonly string[];
}

/** Most packages of one database. */
const PACKAGES = 50_000;
/** Most files of one package, and most words of one field. */
const FILES = 1_000_000;
const WORDS = 50_000;
/** Longest name and version, in characters. */
const LONGEST = 1000;

/**
 * The packages in the order of the file.
 * @param text the file as Latin-1: paths are bytes, other values UTF-8
 * @throws Fault `apk/malformed-database`: a line that is no field, a package without name or version, a file without folder
 */
export function readInstalled(text: string): InstalledApk[] {
  const packages: InstalledApk[] = [];
  let paragraph = new Paragraph();
  const close = () => {
    const found = paragraph.package();
    if (found !== undefined) packages.push(found);
    if (packages.length > PACKAGES) throw malformed('it has too many packages');
    paragraph = new Paragraph();
  };
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    if (end === start) close();
    else if (text.charAt(start + 1) === ':') paragraph.add(text.charAt(start), text.slice(start + 2, end));
    else throw malformed(`${JSON.stringify(text.slice(start, Math.min(end, start + 60)))} is no field`);
    start = end + 1;
  }
  close();
  return packages;
}

class Paragraph {
  readonly #fields = new Map<string, string>();
  readonly #files: string[] = [];
  #folder: string | undefined;

  add(name: string, value: string): void {
    if (name === 'F') this.#folder = value;
    else if (name === 'R') {
      if (this.#files.length >= FILES) throw malformed('a package has too many files');
      if (this.#folder === undefined) throw malformed('a file stands in no folder');
      this.#files.push(this.#folder === '' ? value : `${this.#folder}/${value}`);
    } else if (KEPT.has(name)) this.#fields.set(name, value);
  }

  /** `undefined` for a paragraph of nothing. */
  package(): InstalledApk | undefined {
    if (this.#fields.size === 0 && this.#folder === undefined) return undefined;
    const name = this.#text('P');
    const version = this.#text('V');
    if (name === undefined || version === undefined) throw malformed('a package has no name or no version');
    if (name.length > LONGEST || version.length > LONGEST) throw malformed('a name or version is too long');
    return {
      name,
      version,
      architecture: this.#text('A'),
      origin: this.#text('o'),
      maintainer: this.#text('m'),
      description: this.#text('T'),
      homepage: this.#text('U'),
      licence: this.#text('L'),
      depends: this.#words('D'),
      provides: this.#words('p'),
      commit: this.#text('c'),
      files: this.#files,
    };
  }

  #text(name: string): string | undefined {
    const value = this.#fields.get(name);
    return value === undefined || value === '' ? undefined : Buffer.from(value, 'latin1').toString('utf8');
  }

  #words(name: string): string[] {
    return (this.#text(name) ?? '').split(' ', WORDS).filter((word) => word !== '');
  }
}

const KEPT: ReadonlySet<string> = new Set(['P', 'V', 'A', 'o', 'm', 'T', 'U', 'L', 'D', 'p', 'c']);

function malformed(why: string): Fault {
  return new Fault(
    'apk/malformed-database',
    `The database of installed apk packages cannot be read: ${why}.`,
    'The image may be damaged, or another tool wrote the file.',
  );
}
