// Java archives, with those nested in them.
import { compareStrings } from '../../lib/bytes.ts';
import { mavenPurl } from '../../purl/maven.ts';
import { barePackage, purlOrNone } from '../bare-package.ts';
import { licenceOfAll } from '../licences.ts';
import type { CatalogContext, CatalogedPackage, CatalogFile, Cataloger, Found } from '../types.ts';
import { type ArchiveFact, readArchives } from './archive.ts';
import { PomIndex } from './effective-pom.ts';
import { archiveSuffixes } from './file-name.ts';
import { identify, type JavaPackage, type NamedGroups } from './identity.ts';
import { MavenPlaces } from './places.ts';

export interface JavaFact {
  readonly archives: readonly ArchiveFact[];
}

export const java: Cataloger<JavaFact> = {
  id: 'java',
  version: 2,
  evidence: 'installed',
  reads: archiveSuffixes.map((suffix) => ({ suffix })),
  limit: 4 * 2 ** 30,
  parse,
  assemble,
};

/** The shortest ZIP file: an end record alone. */
const SHORTEST = 22;

function parse({ path, content }: CatalogFile): JavaFact | undefined {
  if (content.size < SHORTEST) return undefined;
  // `.rar` is a resource adapter or an archive of another kind.
  if (path.endsWith('.rar') && content.read(0, 2).toString('latin1') !== 'PK') return undefined;
  return { archives: readArchives(content) };
}

/** A package at one place, before its dependencies are known. */
interface Seen {
  readonly one: JavaPackage;
  readonly purl: string;
  readonly path: string;
  readonly archive: ArchiveFact;
  /** The package that it is inside of. */
  readonly container: Seen | undefined;
  readonly inside: boolean;
}

function assemble(found: readonly Found<JavaFact>[], _context: CatalogContext): CatalogedPackage[] {
  const poms = found.flatMap(({ fact }) => fact.archives.flatMap((archive) => archive.poms));
  const index = new PomIndex(poms.map(({ pom }) => pom).filter((pom) => pom !== undefined));
  const named = namedGroups(found, index);
  const seen = found.flatMap(({ path, fact }) => seenIn(path, fact, index, named));
  const places = new MavenPlaces();
  for (const { one, purl, path } of seen) places.add(one, purl, path);
  const needs = seen.map((one) => places.needsOf(one.one, one.purl, one.path));
  const held = containment(
    seen,
    needs.map(({ dependencies }) => dependencies),
  );
  return seen.map((one, i) =>
    packageOf(one, [...(needs[i]?.dependencies ?? []), ...(held.get(one) ?? [])], needs[i]?.unmet ?? []),
  );
}

/** Groups that POMs name for an artifact; an artifact of which they name several is left out. */
function namedGroups(found: readonly Found<JavaFact>[], index: PomIndex): NamedGroups {
  const named = new Map<string, string>();
  for (const { pom } of found.flatMap(({ fact }) => fact.archives.flatMap((archive) => archive.poms))) {
    for (const { groupId = '', artifactId = '' } of pom === undefined ? [] : index.effective(pom).dependencies) {
      if (groupId === '' || groupId.includes('${')) continue;
      const known = named.get(artifactId);
      named.set(artifactId, known === undefined || known === groupId ? groupId : '');
    }
  }
  return new Map([...named].filter(([, group]) => group !== ''));
}

function seenIn(path: string, { archives }: JavaFact, index: PomIndex, named: NamedGroups): Seen[] {
  const owners: (Seen | undefined)[] = [];
  const all: (Seen | undefined)[] = [];
  for (const archive of archives) {
    const { own, inside } = identify(archive, path, index, named);
    const container = archive.parent === undefined ? undefined : owners[archive.parent];
    const owner = seenAt(own, path, archive, container, false);
    owners.push(owner ?? container);
    all.push(owner, ...inside.map((one) => seenAt(one, path, archive, owner, true)));
  }
  return all.filter((one) => one !== undefined);
}

function seenAt(
  one: JavaPackage,
  path: string,
  archive: ArchiveFact,
  container: Seen | undefined,
  inside: boolean,
): Seen | undefined {
  const purl = purlOrNone(() => mavenPurl(one.groupId, one.artifactId, one.version));
  return purl === undefined ? undefined : { one, purl, path, archive, container, inside };
}

/** What each package holds that nothing else in it needs. */
function containment(seen: readonly Seen[], needs: readonly (readonly string[])[]): Map<Seen, string[]> {
  const needed = new Map<Seen | undefined, Set<string>>();
  for (const [i, { container, purl }] of seen.entries()) {
    const among = needed.get(container) ?? new Set();
    needed.set(container, among);
    for (const other of needs[i] ?? []) if (other !== purl) among.add(other);
  }
  const held = new Map<Seen, string[]>();
  for (const one of seen) {
    const { container, purl } = one;
    if (container === undefined || container.purl === purl || needed.get(container)?.has(purl) === true) continue;
    const list = held.get(container);
    if (list === undefined) held.set(container, [purl]);
    else list.push(purl);
  }
  return held;
}

function packageOf(
  { one, purl, path, archive, inside }: Seen,
  dependencies: readonly string[],
  unmet: readonly string[],
): CatalogedPackage {
  const { manifest = {}, sha1, unread } = archive;
  return {
    ...barePackage(purl, 'maven', `${one.groupId}:${one.artifactId}`, one.version, [
      archive.within.length === 0 ? { path } : { path, within: archive.within },
    ]),
    description: one.description,
    homepage: one.homepage,
    licence:
      licenceOfAll(one.pom?.licences ?? [], 'maven', 'OR') ??
      (inside ? undefined : licenceOfAll(bundleLicences(manifest['Bundle-License']), 'maven', 'OR')),
    dependencies: [...new Set(dependencies)].filter((other) => other !== purl).sort(compareStrings),
    unmetDependencies: unmet,
    hashes: sha1 === undefined || inside ? undefined : [{ algorithm: 'SHA-1', value: sha1 }],
    properties: unread === undefined || inside ? undefined : [{ name: 'java:notRead', value: unread }],
  };
}

// OSGi Core 8, 3.2.1.9: names or addresses, divided by commas, each with attributes after a semicolon.
function bundleLicences(text: string | undefined): string[] {
  return (text ?? '').split(',').map((one) => (one.split(';')[0] ?? '').trim().replace(/^"|"$/g, ''));
}
