// yarn.lock: the format of yarn 1, and what yarn since 2 ("berry") writes as YAML.
import { type LockFact, type LockNode, brokenLock, lockFact } from '../locked.ts';
import { type LockMap, mapAt, parseLockYaml, textAt, textsIn } from './lock-yaml.ts';
import { aliasOf, lockedNpm, splitAtName } from './locked-npm.ts';
import { originOf } from './sources.ts';

/** @throws Fault `lock/malformed`, `lock/too-large`, `purl/malformed` */
export function readYarnLock(text: string, what: string): LockFact {
  return /^__metadata:/m.test(text) ? readBerry(text, what) : readClassic(text, what);
}

/** Descriptors (`name@range`) with the key of the entry that resolves them. */
class Descriptors {
  readonly #keys = new Map<string, string>();
  /** The one entry of a name; empty where there are several. */
  readonly #only = new Map<string, string>();

  add(descriptor: string, key: string): void {
    this.#keys.set(descriptor, key);
    const name = splitAtName(descriptor)?.[0] ?? descriptor;
    const known = this.#only.get(name);
    this.#only.set(name, known === undefined || known === key ? key : '');
  }

  /** A range that `resolutions` replaced stands nowhere; then the only entry of the name is meant. */
  find(name: string, range: string): string | undefined {
    const exact = this.#keys.get(`${name}@${range}`) ?? this.#keys.get(`${name}@npm:${range}`);
    return exact ?? (this.#only.get(name) || undefined);
  }
}

interface ClassicEntry {
  readonly descriptors: readonly string[];
  readonly fields: Map<string, string>;
  readonly needs: [string, string][];
}

function readClassic(text: string, what: string): LockFact {
  const entries = classicEntries(text, what);
  const descriptors = new Descriptors();
  for (const [i, entry] of entries.entries()) {
    for (const descriptor of entry.descriptors) descriptors.add(descriptor, String(i));
  }
  const nodes = new Map<string, LockNode>();
  for (const [i, { descriptors: said, fields, needs }] of entries.entries()) {
    const [name, range] = splitAtName(said[0] ?? '') ?? ['', ''];
    const resolved = fields.get('resolved');
    nodes.set(String(i), {
      locked: lockedNpm({
        name: aliasOf(range)?.[0] ?? name,
        version: fields.get('version') ?? '',
        origin: originOf(resolved),
        integrity: fields.get('integrity') ?? sha1Integrity(resolved),
      }),
      needs: needs.map((need) => descriptors.find(...need)).filter((key) => key !== undefined),
    });
  }
  return lockFact(nodes);
}

/** Before it knew integrity, yarn wrote the SHA-1 behind the address. */
function sha1Integrity(resolved: string | undefined): string | undefined {
  const hex = /\.tgz#([0-9a-f]{40})$/.exec(resolved ?? '')?.[1];
  return hex === undefined ? undefined : `sha1-${Buffer.from(hex, 'hex').toString('base64')}`;
}

/** Lines: an entry's descriptors, two blanks its fields, four blanks what it needs. */
function classicEntries(text: string, what: string): ClassicEntry[] {
  const entries: ClassicEntry[] = [];
  let section = '';
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd();
    const indent = line.length - line.trimStart().length;
    if (line === '' || line.startsWith('#', indent)) continue;
    const entry = entries.at(-1);
    if (indent === 0) {
      if (!line.endsWith(':')) throw brokenLock(what, `has a line that begins no entry: ${line.slice(0, 80)}`);
      const descriptors = line.slice(0, -1).split(', ').map(unquoted);
      entries.push({ descriptors, fields: new Map(), needs: [] });
    } else if (entry === undefined) throw brokenLock(what, 'begins with an indented line');
    else if (line.endsWith(':')) section = line.trim();
    else if (indent <= 2) entry.fields.set(...pairOf(line));
    else if (section === 'dependencies:' || section === 'optionalDependencies:') entry.needs.push(pairOf(line));
  }
  return entries;
}

/** `name "value"` */
function pairOf(line: string): [string, string] {
  const text = line.trimStart();
  const end = text.startsWith('"') ? text.indexOf('"', 1) + 1 : text.indexOf(' ');
  return end <= 0 ? [text, ''] : [unquoted(text.slice(0, end)), unquoted(text.slice(end).trim())];
}

function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

function readBerry(text: string, what: string): LockFact {
  const [document] = parseLockYaml(text, what);
  const descriptors = new Descriptors();
  const entries: [string, LockMap][] = [];
  for (const [key, entry] of document ?? []) {
    if (key === '__metadata' || !(entry instanceof Map)) continue;
    entries.push([key, entry]);
    for (const descriptor of key.split(', ')) descriptors.add(descriptor, key);
  }
  return lockFact(new Map(entries.map(([key, entry]) => [key, berryNode(entry, descriptors)])));
}

function berryNode(entry: LockMap, descriptors: Descriptors): LockNode {
  const waived = mapAt(entry, 'dependenciesMeta');
  const needs: string[] = [];
  const missing: string[] = [];
  for (const [name, range] of textsIn(mapAt(entry, 'dependencies'))) {
    const found = descriptors.find(name, range);
    const meta = waived.get(name);
    if (found !== undefined) needs.push(found);
    else if (!(meta instanceof Map && meta.get('optional') === 'true')) missing.push(`${name}@${range}`);
  }
  // What peers lead to is not in the file: whoever needs the package brings them.
  return { locked: berryLocked(entry), needs, missing };
}

/** `name@protocol:reference::parameters`; the entry's version is what the package itself says. */
function berryLocked(entry: LockMap) {
  const [name, locator = ''] = splitAtName(textAt(entry, 'resolution') ?? '') ?? [];
  if (name === undefined || /^(?:workspace|link|portal):/.test(locator) || textAt(entry, 'linkType') === 'soft') {
    return undefined;
  }
  const reference = locator.split('::', 1)[0] ?? '';
  const registry = /^(?:npm|patch|file|exec):/.test(reference);
  return lockedNpm({
    name,
    version: textAt(entry, 'version') ?? '',
    origin: registry ? undefined : originOf(reference),
  });
}
