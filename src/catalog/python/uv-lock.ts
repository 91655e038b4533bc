// uv.lock, version 1.
import type { PackageOrigin } from '../../purl/origin.ts';
import { downloadOrigin, vcsOrigin } from '../../purl/origin.ts';
import { type LockFact, type LockNode, lockFact } from '../locked.ts';
import { itemsOf, membersOf, objectOf, textOf } from '../untrusted.ts';
import { DEVELOPMENT, LockedNames, lockedPypi, onlySha256 } from './locked-pypi.ts';
import { parseToml } from './toml.ts';

type Entry = Readonly<Record<string, unknown>>;

/** @throws Fault `lock/malformed`, `lock/too-large`, `purl/malformed` */
export function readUvLock(text: string, what: string): LockFact {
  const entries = itemsOf(parseToml(text, what)['package'])
    .map(objectOf)
    .filter((entry) => entry !== undefined);
  const names = new LockedNames();
  for (const [i, entry] of entries.entries()) {
    names.add(textOf(entry['name']) ?? '', textOf(entry['version']) ?? '', String(i));
  }
  const nodes = new Map<string, LockNode>();
  const roots = { runtime: new Array<string>(), development: new Array<string>() };
  for (const [i, entry] of entries.entries()) {
    const optional = keysIn(groupsIn(entry['optional-dependencies']), names);
    const needs = [...keysIn(itemsOf(entry['dependencies']), names), ...optional];
    const own = isOwn(entry);
    nodes.set(String(i), { locked: own ? undefined : lockedOf(entry), needs });
    if (own) {
      roots.runtime.push(...needs);
      roots.development.push(...keysIn(groupsIn(entry['dev-dependencies']), names));
    }
  }
  return lockFact(nodes, roots, DEVELOPMENT);
}

/** `[{ name, version, source, marker, extra }]`; a version stands where several are locked. */
function keysIn(dependencies: readonly unknown[], names: LockedNames): string[] {
  return dependencies
    .map(objectOf)
    .flatMap((entry) => names.find(textOf(entry?.['name']) ?? '', textOf(entry?.['version'])));
}

function groupsIn(groups: unknown): unknown[] {
  return membersOf(groups).flatMap(([, dependencies]) => itemsOf(dependencies));
}

/** The project itself and its workspace's members. */
function isOwn(entry: Entry): boolean {
  const source = objectOf(entry['source']);
  return ['editable', 'virtual', 'directory'].some((kind) => textOf(source?.[kind]) !== undefined);
}

function lockedOf(entry: Entry) {
  const archives = [entry['sdist'], ...itemsOf(entry['wheels'])].filter((one) => one !== undefined);
  return lockedPypi({
    name: textOf(entry['name']) ?? '',
    version: textOf(entry['version']) ?? '',
    origin: originOf(objectOf(entry['source'])),
    sha256: onlySha256(archives),
  });
}

/** `git = "URL?rev=…#COMMIT"`, `url = "…"` */
function originOf(source: Entry | undefined): PackageOrigin | undefined {
  const git = textOf(source?.['git'], 2000);
  if (git !== undefined) return vcsOrigin(git, git.split('#', 2)[1]);
  return downloadOrigin(textOf(source?.['url'], 2000) ?? '');
}
