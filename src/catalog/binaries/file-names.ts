// Which known programs a file's name may be one of.
import { type BytePath, baseOf } from '../../lib/bytes.ts';
import { type KnownProgram, knownPrograms } from './known-programs.ts';

const BY_FILE = new Map<string, KnownProgram[]>();
for (const program of knownPrograms) {
  for (const file of program.files) BY_FILE.set(file, [...(BY_FILE.get(file) ?? []), program]);
}

/** Longest base name that is looked at. */
const LONGEST = 80;

export interface NamedFile {
  readonly programs: readonly KnownProgram[];
  /** The version at the name's end, up to its second number: `3.11`; empty where there is none. */
  readonly minor: string;
}

export function namedFile(path: BytePath): NamedFile | undefined {
  const base = baseOf(path);
  if (base.length > LONGEST) return undefined;
  const exact = BY_FILE.get(base);
  if (exact !== undefined) return { programs: exact, minor: '' };
  const stem = stemOf(base);
  const [, name = '', version = ''] = /^(.*?[A-Za-z_.])-?(\d+(?:\.\d+)*)?[a-z]?$/.exec(stem) ?? [];
  const programs = BY_FILE.get(stem) ?? BY_FILE.get(name);
  return programs && { programs, minor: version.split('.').slice(0, 2).join('.') };
}

/** Without the ending of libraries and of Windows' programs, and without a hash: `libstd-0123456789abcdef.so`. */
function stemOf(base: string): string {
  const so = base.indexOf('.so');
  const stem = so > 0 ? base.slice(0, so) : base.replace(/\.(?:exe|dll|dylib)$/, '');
  return stem.replace(/-[0-9a-f]{16}$/, '');
}
