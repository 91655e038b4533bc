// package-lock.json and npm-shrinkwrap.json, lockfileVersion 1 to 3 (npm's documentation, "package-lock.json").
import { parentOf } from '../../lib/bytes.ts';
import { parseJson } from '../../lib/json.ts';
import { type LockFact, type LockNode, lockFact } from '../locked.ts';
import { membersOf, objectOf, textMembersOf, textOf } from '../untrusted.ts';
import { aliasOf, lockedNpm } from './locked-npm.ts';
import { originOf } from './sources.ts';

type Entry = Readonly<Record<string, unknown>>;

/** Most folders that a dependency is looked for in. */
const LEVELS = 100;

/** @throws Fault `json/malformed`, `lock/too-large`, `purl/malformed` */
export function readPackageLock(text: string, what: string): LockFact {
  const json = objectOf(parseJson(text, what));
  const entries = new Map<string, Entry>();
  if (objectOf(json?.['packages']) === undefined) nestedEntries(json?.['dependencies'], '', entries);
  else for (const [path, entry] of membersOf(json?.['packages'])) entries.set(path, objectOf(entry) ?? {});
  return lockFact(new Map([...entries].map(([path, entry]) => [path, nodeOf(path, entry, entries)])));
}

/** Version 1 nests what later versions list by path; `requires` became `dependencies`. */
function nestedEntries(dependencies: unknown, parent: string, entries: Map<string, Entry>): void {
  for (const [name, value] of membersOf(dependencies)) {
    const entry = objectOf(value) ?? {};
    const path = `${parent}node_modules/${name}`;
    const version = textOf(entry['version'], 2000) ?? '';
    const alias = aliasOf(version);
    const elsewhere = alias === undefined && /[:/]/.test(version);
    entries.set(path, {
      ...entry,
      name: alias?.[0] ?? name,
      version: alias?.[1] ?? (elsewhere ? '' : version),
      resolved: elsewhere ? version : entry['resolved'],
      link: version.startsWith('file:') && entry['integrity'] === undefined,
      dependencies: entry['requires'],
    });
    nestedEntries(entry['dependencies'], `${path}/`, entries);
  }
}

function nodeOf(path: string, entry: Entry, entries: ReadonlyMap<string, Entry>): LockNode {
  const resolved = textOf(entry['resolved'], 2000);
  if (entry['link'] === true) return { locked: undefined, needs: resolved === undefined ? [] : [resolved] };
  const needs: string[] = [];
  const missing: string[] = [];
  for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
    for (const [name, range] of textMembersOf(entry[kind])) {
      const found = resolve(name, path, entries);
      if (found !== undefined) needs.push(found);
      else if (kind === 'dependencies' && path !== '') missing.push(`${name}@${range.slice(0, 300)}`);
    }
  }
  const last = path.lastIndexOf('node_modules/');
  const locked =
    last < 0
      ? undefined
      : lockedNpm({
          name: textOf(entry['name']) ?? path.slice(last + 'node_modules/'.length),
          version: textOf(entry['version']) ?? '',
          origin: originOf(resolved),
          integrity: textOf(entry['integrity']),
          licence: textOf(entry['license']),
          optional: entry['optional'] === true || entry['devOptional'] === true,
          development: entry['dev'] === true,
        });
  return { locked, needs, missing };
}

/** Node's resolution over the paths of the lock file. */
function resolve(name: string, from: string, entries: ReadonlyMap<string, Entry>): string | undefined {
  let at = from;
  for (let level = 0; level < LEVELS; level++) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (entries.has(path)) return path;
    if (at === '') return undefined;
    const modules = at.lastIndexOf('node_modules/');
    at = modules < 0 ? parentOf(at) : at.slice(0, Math.max(0, modules - 1));
  }
  return undefined;
}
