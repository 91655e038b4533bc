// pdm.lock, lock_version 4.
import type { PackageOrigin } from '../../purl/origin.ts';
import { downloadOrigin, vcsOrigin } from '../../purl/origin.ts';
import { type LockFact, type LockNode, lockFact } from '../locked.ts';
import { itemsOf, objectOf, textOf } from '../untrusted.ts';
import { LockedNames, groupsOf, lockedPypi, onlySha256 } from './locked-pypi.ts';
import { readRequirement } from './requirement.ts';
import { parseToml } from './toml.ts';

type Entry = Readonly<Record<string, unknown>>;

/** @throws Fault `lock/malformed`, `lock/too-large`, `purl/malformed` */
export function readPdmLock(text: string, what: string): LockFact {
  const entries = itemsOf(parseToml(text, what)['package'])
    .map(objectOf)
    .filter((entry) => entry !== undefined);
  const names = new LockedNames();
  // A package with extras has an entry of its own for them, which leads to all that they need.
  for (const [i, entry] of entries.entries()) {
    names.add(textOf(entry['name']) ?? '', textOf(entry['version']) ?? '', String(i));
  }
  const nodes = new Map(
    entries.map((entry, i): [string, LockNode] => [
      String(i),
      {
        locked: lockedOf(entry),
        needs: itemsOf(entry['dependencies'])
          .map((line) => readRequirement(textOf(line, 5000) ?? '')?.name)
          .flatMap((name) => (name === undefined ? [] : names.find(name))),
      },
    ]),
  );
  return lockFact(nodes);
}

function lockedOf(entry: Entry) {
  if (textOf(entry['path']) !== undefined) return undefined;
  const groups = groupsOf(entry['groups']);
  return lockedPypi({
    name: textOf(entry['name']) ?? '',
    version: textOf(entry['version']) ?? '',
    description: textOf(entry['summary']),
    origin: originOf(entry),
    sha256: onlySha256(itemsOf(entry['files'])),
    groups,
    development: groups.length > 0 && !groups.includes('default'),
    marker: textOf(entry['marker']),
  });
}

function originOf(entry: Entry): PackageOrigin | undefined {
  const git = textOf(entry['git'], 2000);
  if (git !== undefined) return vcsOrigin(git, textOf(entry['revision']) ?? textOf(entry['ref']));
  return downloadOrigin(textOf(entry['url'], 2000) ?? '');
}
