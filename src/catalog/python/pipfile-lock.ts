// Pipfile.lock (pipenv's documentation): pinned packages by group; it does not say who needs whom.
import { parseJson } from '../../lib/json.ts';
import type { PackageOrigin } from '../../purl/origin.ts';
import { downloadOrigin, vcsOrigin } from '../../purl/origin.ts';
import { type LockFact, type LockNode, lockFact } from '../locked.ts';
import { itemsOf, membersOf, objectOf, textOf } from '../untrusted.ts';
import { lockedPypi, onlySha256 } from './locked-pypi.ts';

type Entry = Readonly<Record<string, unknown>>;

/** @throws Fault `json/malformed`, `lock/too-large`, `purl/malformed` */
export function readPipfileLock(text: string, what: string): LockFact {
  const groups = membersOf(parseJson(text, what)).filter(([group]) => group !== '_meta');
  const nodes = new Map<string, LockNode>();
  for (const [group, packages] of groups) {
    for (const [name, value] of membersOf(packages)) {
      const entry = objectOf(value) ?? {};
      // `path`, `editable` without a repository: the project's own.
      if (entry['path'] !== undefined) continue;
      nodes.set(`${group} ${name}`, { locked: lockedOf(name, entry, group), needs: [] });
    }
  }
  return lockFact(nodes);
}

function lockedOf(name: string, entry: Entry, group: string) {
  return lockedPypi({
    name,
    version: (textOf(entry['version']) ?? '').replace(/^={2,3}\s*/, ''),
    origin: originOf(entry),
    sha256: onlySha256(itemsOf(entry['hashes'])),
    groups: [group],
    development: group !== 'default',
    marker: textOf(entry['markers']),
  });
}

function originOf(entry: Entry): PackageOrigin | undefined {
  const git = textOf(entry['git'], 2000);
  if (git !== undefined) return vcsOrigin(git, textOf(entry['ref']));
  return downloadOrigin(textOf(entry['file'], 2000) ?? '');
}
