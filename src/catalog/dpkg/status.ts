// What dpkg's status file says of installed packages: deb-control(5), dpkg(1) "Package states".
import { parseStanza, type Stanza } from '../../deb/control.ts';
import { bytePath, type BytePath } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';

/** One installed package; relationship fields as they stand. */
export interface InstalledDeb {
  readonly name: string;
  /** Empty where none is written. */
  readonly version: string;
  readonly architecture: string | undefined;
  readonly source: { readonly name: string; readonly version: string };
  readonly maintainer: string | undefined;
  /** The first line. */
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  readonly multiArch: string | undefined;
  /** Pre-Depends and Depends. */
  readonly depends: readonly string[];
  readonly provides: string | undefined;
  readonly conffiles: readonly BytePath[];
}

/** Most packages of one file; all of Debian's that can be installed together are fewer. */
const PACKAGES = 50_000;
/** Longest name and version, in characters. */
const LONGEST = 1000;

/** States in which no file of a package is there, but for its configuration. In all others, unknown ones too, it counts. */
const ABSENT: ReadonlySet<string> = new Set(['not-installed', 'config-files']);

/**
 * The packages that are there, in the order of the file. A paragraph without Status counts as installed: those of
 * images without dpkg (`status.d`) have none.
 * @throws Fault `dpkg/malformed-status`, `deb/malformed-control`
 */
export function readStatus(text: string): InstalledDeb[] {
  const packages: InstalledDeb[] = [];
  for (let start = 0; start < text.length; ) {
    const blank = text.indexOf('\n\n', start);
    const end = blank < 0 ? text.length : blank;
    const paragraph = text.slice(start, end).trim();
    start = end + 1;
    if (paragraph === '') continue;
    const found = readPackage(parseStanza(paragraph, 'A paragraph of the status file of dpkg'));
    if (found !== undefined) packages.push(found);
    if (packages.length > PACKAGES) throw malformed('it has too many packages');
  }
  return packages;
}

function readPackage(stanza: Stanza): InstalledDeb | undefined {
  const name = stanza.get('package');
  if (name === undefined || name === '') throw malformed('a paragraph names no package');
  const state = stanza.get('status')?.trim().split(/\s+/)[2]?.toLowerCase();
  if (state !== undefined && ABSENT.has(state)) return undefined;
  const version = stanza.get('version') ?? '';
  if (name.length > LONGEST || version.length > LONGEST) throw malformed('a name or version is too long');
  return {
    name,
    version,
    architecture: stanza.get('architecture'),
    source: sourceOf(stanza.get('source'), name, version),
    maintainer: stanza.get('maintainer'),
    description: stanza.get('description')?.split('\n', 1)[0],
    homepage: stanza.get('homepage'),
    multiArch: stanza.get('multi-arch'),
    depends: [stanza.get('pre-depends'), stanza.get('depends')].filter((field) => field !== undefined),
    provides: stanza.get('provides'),
    conffiles: (stanza.get('conffiles') ?? '')
      .split('\n')
      .flatMap((line) => /^\/\S*/.exec(line.trim()) ?? [])
      .map(bytePath),
  };
}

/** `Source: name (version)`; either part is the binary package's own where it is not written (deb-control(5)). */
function sourceOf(field: string | undefined, name: string, version: string): InstalledDeb['source'] {
  const [, sourceName = name, sourceVersion = version] = /^([^\s()]+)(?:\s*\(([^\s()]+)\))?$/.exec(field ?? '') ?? [];
  return { name: sourceName, version: sourceVersion };
}

function malformed(why: string): Fault {
  return new Fault(
    'dpkg/malformed-status',
    `The status file of dpkg cannot be read: ${why}.`,
    'The image may be damaged, or another tool wrote the file.',
  );
}
