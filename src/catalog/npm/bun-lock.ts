// bun.lock, lockfileVersion 0 to 2 (bun's documentation, "BunLockFile"): JSON with trailing commas.
import { parseJson } from '../../lib/json.ts';
import type { PackageOrigin } from '../../purl/origin.ts';
import { type LockFact, type LockNode, lockFact } from '../locked.ts';
import { itemsOf, membersOf, objectOf, textMembersOf, textOf } from '../untrusted.ts';
import { plainJson } from './jsonc.ts';
import { DEVELOPMENT, lockedNpm, splitAtName } from './locked-npm.ts';
import { originOf } from './sources.ts';

type Entry = readonly unknown[];

/** Most levels of a key that are gone up. */
const LEVELS = 100;

/** @throws Fault `json/malformed`, `lock/too-large`, `purl/malformed` */
export function readBunLock(text: string, what: string): LockFact {
  const json = objectOf(parseJson(plainJson(text), what));
  const entries = new Map(membersOf(json?.['packages']).map(([key, value]) => [key, itemsOf(value)]));
  const nodes = new Map([...entries].map(([key, entry]) => [key, nodeOf(key, entry, entries)]));
  const roots = { runtime: new Array<string>(), development: new Array<string>() };
  for (const [path, member] of membersOf(json?.['workspaces'])) {
    const from = path === '' ? '' : (textOf(objectOf(member)?.['name']) ?? '');
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies']) {
      const keys = textMembersOf(objectOf(member)?.[kind]).map(([name]) => resolve(name, from, entries));
      const asked = kind === 'devDependencies' ? roots.development : roots.runtime;
      asked.push(...keys.filter((key) => key !== undefined));
    }
  }
  return lockFact(nodes, roots, DEVELOPMENT);
}

/** `[name@version, registry, facts, integrity]`, and other tuples for other sources. */
function nodeOf(key: string, entry: Entry, entries: ReadonlyMap<string, Entry>): LockNode {
  const [name, version] = splitAtName(textOf(entry[0], 2000) ?? '') ?? ['', ''];
  const facts = entry.map(objectOf).find((item) => item !== undefined);
  const optional = new Set(itemsOf(facts?.['optionalPeers']));
  const needs: string[] = [];
  const missing: string[] = [];
  for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
    for (const [wanted, range] of textMembersOf(facts?.[kind])) {
      const found = resolve(wanted, key, entries);
      if (found !== undefined) needs.push(found);
      else if (kind === 'dependencies' && !optional.has(wanted)) missing.push(`${wanted}@${range}`);
    }
  }
  if (/^(?:workspace|link|root):/.test(version)) return { locked: undefined, needs };
  const registry = /^\d/.test(version);
  const integrity = textOf(entry.at(-1));
  return {
    locked: lockedNpm({
      name,
      version: registry ? version : '',
      origin: registry ? fromArchive(textOf(entry[1], 2000)) : originOf(version),
      integrity: integrity?.startsWith('sha') === true ? integrity : undefined,
    }),
    needs,
    missing,
  };
}

/** The second item names a registry, or an archive of one that keeps them elsewhere. */
function fromArchive(text: string | undefined): PackageOrigin | undefined {
  return text?.endsWith('.tgz') === true ? originOf(text) : undefined;
}

/** Keys are paths of names: `a/b` is the `b` that `a` sees, before the one that all see. */
function resolve(name: string, from: string, entries: ReadonlyMap<string, Entry>): string | undefined {
  let at = from;
  for (let level = 0; level < LEVELS; level++) {
    const key = at === '' ? name : `${at}/${name}`;
    if (entries.has(key)) return key;
    if (at === '') return undefined;
    at = withoutLastName(at);
  }
  return entries.has(name) ? name : undefined;
}

function withoutLastName(key: string): string {
  const parent = key.slice(0, Math.max(0, key.lastIndexOf('/')));
  const scope = parent.slice(parent.lastIndexOf('/') + 1);
  return scope.startsWith('@') ? parent.slice(0, Math.max(0, parent.lastIndexOf('/'))) : parent;
}
