// poetry.lock, lock-version 1.0 to 2.1.
import type { PackageOrigin } from '../../purl/origin.ts';
import { downloadOrigin, vcsOrigin } from '../../purl/origin.ts';
import { type LockFact, type LockNode, lockFact } from '../locked.ts';
import { itemsOf, membersOf, objectOf, textOf } from '../untrusted.ts';
import { LockedNames, groupsOf, lockedPypi, onlySha256 } from './locked-pypi.ts';
import { parseToml } from './toml.ts';

type Entry = Readonly<Record<string, unknown>>;

/** @throws Fault `lock/malformed`, `lock/too-large`, `purl/malformed` */
export function readPoetryLock(text: string, what: string): LockFact {
  const document = parseToml(text, what);
  const entries = itemsOf(document['package'])
    .map(objectOf)
    .filter((entry) => entry !== undefined);
  // Before version 2 all archives stand in one table.
  const archives = new Map(membersOf(objectOf(document['metadata'])?.['files']));
  const names = new LockedNames();
  for (const [i, entry] of entries.entries()) names.add(nameOf(entry), textOf(entry['version']) ?? '', String(i));
  const nodes = new Map(
    entries.map((entry, i): [string, LockNode] => [
      String(i),
      {
        locked: lockedOf(entry, itemsOf(entry['files'] ?? archives.get(nameOf(entry)))),
        needs: membersOf(entry['dependencies']).flatMap(([name]) => names.find(name)),
      },
    ]),
  );
  return lockFact(nodes);
}

function nameOf(entry: Entry): string {
  return textOf(entry['name']) ?? '';
}

function lockedOf(entry: Entry, archives: readonly unknown[]) {
  const source = objectOf(entry['source']);
  if (textOf(source?.['type']) === 'directory') return undefined;
  const groups = groupsOf(entry['groups'] ?? (entry['category'] === undefined ? [] : [entry['category']]));
  const marker = entry['markers'];
  return lockedPypi({
    name: nameOf(entry),
    version: textOf(entry['version']) ?? '',
    description: textOf(entry['description']),
    origin: originOf(source),
    sha256: onlySha256(archives),
    groups,
    development: groups.length > 0 && !groups.includes('main'),
    optional: entry['optional'] === true,
    marker: textOf(marker) ?? markersText(marker),
  });
}

/** Where groups have markers of their own: `{ main = "…", dev = "…" }`. */
function markersText(markers: unknown): string | undefined {
  const said = [...new Set(membersOf(markers).map(([, marker]) => textOf(marker)))].filter((one) => one !== undefined);
  return said.length === 0 ? undefined : said.map((one) => (said.length > 1 ? `(${one})` : one)).join(' or ');
}

function originOf(source: Entry | undefined): PackageOrigin | undefined {
  const url = textOf(source?.['url'], 2000) ?? '';
  const type = textOf(source?.['type']);
  if (type === 'url') return downloadOrigin(url);
  if (type !== 'git') return undefined;
  return vcsOrigin(url, textOf(source?.['resolved_reference']) ?? textOf(source?.['reference']));
}
