// The packages of all Java archives of an image, with what each needs.
import { type BytePath, compareStrings } from '../../lib/bytes.ts';
import { mavenPurl } from '../../purl/maven.ts';
import { barePackage, purlOrNone } from '../bare-package.ts';
import { licenceOfAll } from '../licences.ts';
import type { CatalogContext, CatalogedPackage, Found } from '../types.ts';
import type { ArchiveFact } from './archive.ts';
import { PomIndex } from './effective-pom.ts';
import { fromPom, identify, type JavaPackage, type NamedGroups } from './identity.ts';
import { held, type Seen } from './held.ts';
import { MavenPlaces } from './places.ts';
import type { Coordinates, Pom } from './pom.ts';

export interface JavaFact {
  readonly archives: readonly ArchiveFact[];
  /** Of a file below META-INF/maven in a folder. */
  readonly coordinates?: Coordinates | undefined;
  readonly pom?: Pom | undefined;
}

export function assembleJava(found: readonly Found<JavaFact>[], { effort }: CatalogContext): CatalogedPackage[] {
  const index = new PomIndex(
    found.flatMap(({ fact }) => pomsOf(fact)),
    effort,
  );
  const named = namedGroups(found, index);
  const seen = [...found.flatMap(({ path, fact }) => seenIn(path, fact, index, named)), ...unpacked(found, index)];
  effort.packages(seen.length);
  const places = new MavenPlaces(effort);
  for (const { one, purl, path } of seen) places.add(one, purl, path);
  const needs = new Map(seen.map((one) => [one, places.needsOf(one.one, one.purl, one.path)]));
  const hangs = held(seen, (one) => needs.get(one)?.dependencies ?? [], effort);
  return seen.map((one) => {
    const { dependencies = [], unmet = [] } = needs.get(one) ?? {};
    return packageOf(one, [...dependencies, ...(hangs.get(one) ?? [])], unmet);
  });
}

function pomsOf({ archives, pom }: JavaFact): Pom[] {
  const embedded = archives.flatMap(({ poms }) => poms.map((one) => one.pom));
  return [...embedded, pom].filter((one) => one !== undefined);
}

/** Groups that POMs name for an artifact; an artifact of which they name several is left out. */
function namedGroups(found: readonly Found<JavaFact>[], index: PomIndex): NamedGroups {
  const named = new Map<string, string>();
  for (const pom of found.flatMap(({ fact }) => pomsOf(fact))) {
    for (const { groupId = '', artifactId = '' } of index.effective(pom).dependencies) {
      if (groupId === '' || groupId.includes('${')) continue;
      const known = named.get(artifactId);
      named.set(artifactId, known === undefined || known === groupId ? groupId : '');
    }
  }
  return new Map([...named].filter(([, group]) => group !== ''));
}

function seenIn(path: BytePath, { archives }: JavaFact, index: PomIndex, named: NamedGroups): Seen[] {
  const owners: (Seen | undefined)[] = [];
  const all: (Seen | undefined)[] = [];
  for (const archive of archives) {
    const { own, inside } = identify(archive, path, index, named);
    const container = archive.parent === undefined ? undefined : owners[archive.parent];
    const owner = seenAt({ one: own, path, archive, container, inside: false });
    owners.push(owner ?? container);
    all.push(owner, ...inside.map((one) => seenAt({ one, path, archive, container: owner, inside: true })));
  }
  return all.filter((one) => one !== undefined);
}

/** Applications in folders: each pom.properties, with the pom.xml beside it. */
function unpacked(found: readonly Found<JavaFact>[], index: PomIndex): Seen[] {
  const poms = new Map(found.map(({ path, fact }) => [path, fact.pom]));
  return found
    .map(({ path, fact: { coordinates } }) => {
      if (coordinates === undefined) return undefined;
      const pom = poms.get(path.replace(/properties$/, 'xml'));
      const one = fromPom({ root: '', coordinates, pom }, index);
      return seenAt({ one, path, archive: undefined, container: undefined, inside: false });
    })
    .filter((one) => one !== undefined);
}

function seenAt(seen: Omit<Seen, 'purl'>): Seen | undefined {
  const { groupId, artifactId, version } = seen.one;
  const purl = purlOrNone(() => mavenPurl(groupId, artifactId, version));
  return purl === undefined ? undefined : { ...seen, purl };
}

function packageOf(seen: Seen, dependencies: readonly string[], unmet: readonly string[]): CatalogedPackage {
  const { one, purl, path, archive } = seen;
  const within = archive?.within ?? [];
  const own = seen.inside ? undefined : archive;
  return {
    ...barePackage(purl, 'maven', `${one.groupId}:${one.artifactId}`, one.version, [
      within.length === 0 ? { path } : { path, within },
    ]),
    description: one.description,
    homepage: one.homepage,
    licence: licenceOf(one, own),
    dependencies: [...new Set(dependencies)].filter((other) => other !== purl).sort(compareStrings),
    unmetDependencies: unmet,
    hashes: own?.sha1 === undefined ? undefined : [{ algorithm: 'SHA-1', value: own.sha1 }],
    properties: own?.unread === undefined ? undefined : [{ name: 'java:notRead', value: own.unread }],
  };
}

function licenceOf({ pom }: JavaPackage, archive: ArchiveFact | undefined) {
  const stated = archive?.manifest?.['Bundle-License'];
  return licenceOfAll(pom?.licences ?? [], 'maven', 'OR') ?? licenceOfAll(bundleLicences(stated), 'maven', 'OR');
}

// OSGi Core 8, 3.2.1.9: names or addresses, divided by commas, each with attributes after a semicolon.
function bundleLicences(text: string | undefined): string[] {
  return (text ?? '').split(',').map((one) => (one.split(';')[0] ?? '').trim().replace(/^"|"$/g, ''));
}
