// The main section of a META-INF/MANIFEST.MF: JAR File Specification, "Name-Value pairs and Sections".

/** Attributes that tell of a package's identity and licence. */
const KEPT: ReadonlySet<string> = new Set([
  'Automatic-Module-Name',
  'Bundle-License',
  'Bundle-Name',
  'Bundle-SymbolicName',
  'Bundle-Version',
  'Class-Path',
  'Extension-Name',
  'Implementation-Title',
  'Implementation-Vendor-Id',
  'Implementation-Version',
  'Long-Name',
  'Main-Class',
  'Plugin-Version',
  'Short-Name',
  'Specification-Title',
  'Specification-Version',
  'Start-Class',
  'Group-Id',
]);
/** Most characters of a value that are kept; a class path names every archive beside its own. */
const VALUE_LIMIT = 1000;
const CLASS_PATH_LIMIT = 256 << 10;
/** How far the main section is read, in bytes. */
export const SECTION_LIMIT = 512 << 10;

/** Attributes by name; the first of each counts. Never fails: what is no attribute is passed over. */
export type Manifest = Readonly<Record<string, string>>;

export function readManifest(bytes: Buffer): Manifest {
  const kept = new Map<string, string>();
  let line = '';
  for (const next of sectionLines(bytes)) {
    if (next.startsWith(' ')) {
      if (line.length < limitOf(line) + 100) line += next.slice(1);
      continue;
    }
    keep(kept, line);
    line = next;
  }
  keep(kept, line);
  return Object.fromEntries(kept);
}

function limitOf(line: string): number {
  return line.startsWith('Class-Path:') ? CLASS_PATH_LIMIT : VALUE_LIMIT;
}

function keep(kept: Map<string, string>, line: string): void {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  if (!KEPT.has(name) || kept.has(name)) return;
  const value = Buffer.from(line.slice(colon + 1), 'latin1')
    .toString('utf8')
    .trim()
    .slice(0, limitOf(line));
  if (value !== '') kept.set(name, value);
}

/** Lines up to the first empty one, as bytes; they end with CR, LF or both. */
function* sectionLines(bytes: Buffer): Generator<string> {
  let at = 0;
  while (at < bytes.length) {
    const lf = bytes.indexOf(0x0a, at);
    const end = lf < 0 ? bytes.length : lf;
    const text = bytes.toString('latin1', at, end);
    for (const line of (text.endsWith('\r') ? text.slice(0, -1) : text).split('\r')) {
      if (line === '') return;
      yield line;
    }
    at = end + 1;
  }
}
