// One binary package as an archive's index describes it: deb-control(5) and the fields that the archive adds.
import { type Digest, isDigest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { parseDebVersion } from '../version/deb.ts';
import { parseStanza, requiredField, type Stanza } from './control.ts';
import { type Alternatives, parseRelations, type Relation } from './dependency.ts';
import { isPlainPath } from './release.ts';

export type MultiArch = 'no' | 'same' | 'foreign' | 'allowed';

export interface BinaryPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly source: { readonly name: string; readonly version: string };
  /** Where the .deb is, below the archive's address. */
  readonly filename: string;
  /** Of the .deb, in bytes. */
  readonly size: number;
  /** Of the .deb. */
  readonly digest: Digest;
  readonly priority: string;
  readonly multiArch: MultiArch;
  /** Pre-Depends, then Depends. */
  readonly dependencies: readonly Alternatives[];
  /** Conflicts and Breaks: what may not be installed beside it. */
  readonly conflicts: readonly Relation[];
  readonly provides: readonly Relation[];
  readonly maintainer: string | undefined;
  /** The first line. */
  readonly description: string | undefined;
  readonly homepage: string | undefined;
}

const NAME = /^[a-z0-9][a-z0-9+.-]*$/i;
const MULTI_ARCH: readonly string[] = ['no', 'same', 'foreign', 'allowed'] satisfies MultiArch[];

/**
 * Reads one paragraph of a Packages index.
 * @throws Fault `deb/malformed-package`, `deb/malformed-control`, `deb/malformed-relation`
 */
export function parsePackage(text: string): BinaryPackage {
  const stanza = parseStanza(text, 'A paragraph of the Packages index');
  const name = requiredField(stanza, 'Package', 'A paragraph of the Packages index');
  const what = `The package ${name.slice(0, 100)}`;
  const version = requiredField(stanza, 'Version', what);
  const relations = (field: string) => parseRelations(stanza.get(field), `${field} of ${name.slice(0, 100)}`);
  const file = {
    filename: requiredField(stanza, 'Filename', what).replace(/^\.\//, ''),
    size: Number(requiredField(stanza, 'Size', what)),
    digest: `sha256:${requiredField(stanza, 'SHA256', what).toLowerCase()}`,
  };
  const multiArch = stanza.get('multi-arch') ?? 'no';
  const good =
    NAME.test(name) &&
    parseDebVersion(version) !== undefined &&
    isPlainPath(file.filename) &&
    Number.isSafeInteger(file.size) &&
    file.size > 0 &&
    MULTI_ARCH.includes(multiArch);
  if (!good || !isDigest(file.digest)) throw malformed(what);
  return {
    name,
    version,
    architecture: requiredField(stanza, 'Architecture', what),
    source: sourceOf(stanza, name, version, what),
    ...file,
    digest: file.digest,
    priority: stanza.get('priority') ?? 'optional',
    multiArch: multiArch as MultiArch,
    dependencies: [...relations('pre-depends'), ...relations('depends')],
    conflicts: [...relations('conflicts'), ...relations('breaks')].flat(),
    provides: relations('provides').flat(),
    maintainer: stanza.get('maintainer'),
    description: stanza.get('description')?.split('\n', 1)[0],
    homepage: stanza.get('homepage'),
  };
}

/** `Source: name (version)`; either part is the binary package's own where it is not written (deb-control(5)). */
function sourceOf(stanza: Stanza, name: string, version: string, what: string): BinaryPackage['source'] {
  const field = stanza.get('source');
  if (field === undefined) return { name, version };
  const match = /^([^ \t()]+)(?:[ \t]+\(([^ \t()]+)\))?$/.exec(field);
  const [, sourceName = '', sourceVersion = version] = match ?? [];
  if (!NAME.test(sourceName) || parseDebVersion(sourceVersion) === undefined) throw malformed(what);
  return { name: sourceName, version: sourceVersion };
}

function malformed(what: string): Fault {
  return new Fault(
    'deb/malformed-package',
    `${what} is described by its archive in a way that cannot be read.`,
    'The archive may be broken; try again later, or another mirror.',
  );
}
