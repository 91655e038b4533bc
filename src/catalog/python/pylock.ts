// pylock.toml (PyPA specifications, "pylock.toml"; PEP 751).
import type { PackageOrigin } from '../../purl/origin.ts';
import { downloadOrigin, vcsOrigin } from '../../purl/origin.ts';
import { type LockFact, type LockNode, lockFact } from '../locked.ts';
import { itemsOf, objectOf, textOf } from '../untrusted.ts';
import { LockedNames, lockedPypi, onlySha256 } from './locked-pypi.ts';
import { parseToml } from './toml.ts';

type Entry = Readonly<Record<string, unknown>>;

/** @throws Fault `lock/malformed`, `lock/too-large`, `purl/malformed` */
export function readPylock(text: string, what: string): LockFact {
  const entries = itemsOf(parseToml(text, what)['packages'])
    .map(objectOf)
    .filter((entry) => entry !== undefined);
  const names = new LockedNames();
  for (const [i, entry] of entries.entries()) {
    names.add(textOf(entry['name']) ?? '', textOf(entry['version']) ?? '', String(i));
  }
  const nodes = new Map(
    entries.map((entry, i): [string, LockNode] => [
      String(i),
      {
        locked: lockedOf(entry),
        needs: itemsOf(entry['dependencies'])
          .map(objectOf)
          .flatMap((to) => names.find(textOf(to?.['name']) ?? '', textOf(to?.['version']))),
      },
    ]),
  );
  return lockFact(nodes);
}

function lockedOf(entry: Entry) {
  if (entry['directory'] !== undefined) return undefined;
  const archives = [entry['archive'], entry['sdist'], ...itemsOf(entry['wheels'])].filter((one) => one !== undefined);
  const marker = textOf(entry['marker'], 5000);
  return lockedPypi({
    name: textOf(entry['name']) ?? '',
    version: textOf(entry['version']) ?? '',
    origin: originOf(entry),
    sha256: onlySha256(archives),
    marker,
    // `'dev' in dependency_groups`: asked for by groups and by nothing else.
    development: marker !== undefined && /^'[^']*' in dependency_groups$/.test(marker),
  });
}

function originOf(entry: Entry): PackageOrigin | undefined {
  const vcs = objectOf(entry['vcs']);
  if (vcs !== undefined) {
    return vcsOrigin(textOf(vcs['url'], 2000) ?? '', textOf(vcs['commit-id']), textOf(vcs['type']));
  }
  return downloadOrigin(textOf(objectOf(entry['archive'])?.['url'], 2000) ?? '');
}
