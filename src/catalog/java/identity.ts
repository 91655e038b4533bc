// Which package an archive is, and which others are inside it.
import type { ArchiveFact } from './archive.ts';
import type { EffectivePom, PomIndex } from './effective-pom.ts';
import type { EmbeddedPom } from './embedded-poms.ts';
import { type FileIdentity, fileIdentity } from './file-name.ts';
import { wellKnownGroup } from './groups.ts';
import type { Manifest } from './manifest.ts';

export interface JavaPackage {
  readonly groupId: string;
  readonly artifactId: string;
  /** Empty where it is not known. */
  readonly version: string;
  /** Of what told of it, where that was a POM. */
  readonly pom: EffectivePom | undefined;
  readonly description: string | undefined;
  readonly homepage: string | undefined;
}

export interface Identified {
  readonly own: JavaPackage;
  /** Packages whose classes were put into the archive. */
  readonly inside: readonly JavaPackage[];
}

/** The groups of artifacts that other POMs of the image name. */
export type NamedGroups = ReadonlyMap<string, string>;

/** @param path of the file in the image */
export function identify(archive: ArchiveFact, path: string, poms: PomIndex, named: NamedGroups): Identified {
  const place = archive.within.at(-1) ?? path;
  const file = fileIdentity(place);
  const manifest = archive.manifest ?? {};
  const own = ownPom(archive.poms, file, manifest);
  const inside = archive.poms.filter((one) => one !== own).map((one) => fromPom(one, poms));
  return {
    own: own === undefined ? fromManifest(file, archive, place, named) : fromPom(own, poms),
    inside: inside.filter((one) => one.groupId !== '' && one.artifactId !== ''),
  };
}

/** The package of one POM. */
export function fromPom({ coordinates, pom }: EmbeddedPom, poms: PomIndex): JavaPackage {
  const effective = pom && poms.effective(pom);
  const version = coordinates.version ?? effective?.version ?? '';
  return {
    groupId: coordinates.groupId || effective?.groupId || '',
    artifactId: coordinates.artifactId || effective?.artifactId || '',
    version: version.includes('${') ? '' : version,
    pom: effective,
    description: pom?.description,
    homepage: pom?.url?.includes('${') === true ? undefined : pom?.url,
  };
}

/** The POM of the archive itself, not of what was put into it. */
function ownPom(poms: readonly EmbeddedPom[], file: FileIdentity, manifest: Manifest): EmbeddedPom | undefined {
  const candidates = poms.filter(({ root }) => root === '');
  const named = candidates.filter(({ coordinates: { artifactId = '' } }) => bears(file, artifactId));
  if (named.length > 0) return longest(named);
  if (file.version !== '') {
    // The file bears another name than its package, but its version.
    const [same, another] = candidates.filter(({ coordinates }) => coordinates.version === file.version);
    return another === undefined ? same : hinted(candidates, manifest);
  }
  return candidates.length === 1 ? candidates[0] : hinted(candidates, manifest);
}

function bears({ artifact, version }: FileIdentity, artifactId: string): boolean {
  if (artifact === artifactId) return true;
  // `name-1.0-SNAPSHOT-exec`, and names whose version starts with a letter: `guava-r09`.
  return artifactId !== '' && version === '' && artifact.startsWith(`${artifactId}-`);
}

function longest(poms: readonly EmbeddedPom[]): EmbeddedPom | undefined {
  return poms.toSorted((a, b) => (b.coordinates.artifactId?.length ?? 0) - (a.coordinates.artifactId?.length ?? 0))[0];
}

/** The one that the manifest points to: by its title, its symbolic name or the package of its main class. */
function hinted(poms: readonly EmbeddedPom[], manifest: Manifest): EmbeddedPom | undefined {
  const titles = new Set([
    manifest['Implementation-Title'],
    manifest['Bundle-SymbolicName']?.split(';')[0],
    manifest['Bundle-Name'],
  ]);
  const main = manifest['Start-Class'] ?? manifest['Main-Class'] ?? '';
  const score = ({ coordinates: { groupId = '', artifactId = '' } }: EmbeddedPom) =>
    (titles.has(artifactId) || titles.has(`${groupId}.${artifactId}`) ? 2 : 0) +
    (groupId !== '' && main.startsWith(`${groupId}.`) ? 1 : 0);
  const best = poms.reduce((most, one) => Math.max(most, score(one)), 0);
  const [first, second] = best === 0 ? [] : poms.filter((one) => score(one) === best);
  return second === undefined ? first : undefined;
}

/** `io.micrometer#micrometer-core;1.13.6`: how Gradle's Nebula plugins write Implementation-Title. */
const NEBULA = /^([\w.-]+)#([\w.-]+);(\S+)$/;

function fromManifest(file: FileIdentity, archive: ArchiveFact, place: string, named: NamedGroups): JavaPackage {
  const { manifest = {}, classes } = archive;
  const nebula = NEBULA.exec(manifest['Implementation-Title'] ?? '');
  const artifactId = (file.version === '' ? nebula?.[2] : undefined) ?? file.artifact;
  const version = file.version || nebula?.[3] || statedVersion(manifest);
  return {
    groupId:
      nebula?.[1] ??
      repositoryGroup(place, artifactId, version) ??
      named.get(artifactId) ??
      groupOf(artifactId, manifest) ??
      classGroup(classes) ??
      artifactId,
    artifactId,
    version,
    pom: undefined,
    description: undefined,
    homepage: undefined,
  };
}

function statedVersion(manifest: Manifest): string {
  const stated = ['Implementation-Version', 'Plugin-Version', 'Bundle-Version', 'Specification-Version']
    .map((name) => manifest[name])
    .find((value) => value !== undefined && /^[\w.+-]*\d[\w.+-]*$/.test(value));
  return stated ?? '';
}

const GROUP = /^[A-Za-z_][\w-]*(?:\.[\w-]+)+$/;
/** Vendors that state one id for packages of many groups. */
const BROAD: ReadonlySet<string> = new Set(['org.apache', 'org.eclipse', 'com.sun', 'com.oracle', 'org.hibernate']);

function groupOf(artifact: string, manifest: Manifest): string | undefined {
  const stated = [manifest['Group-Id'], manifest['Implementation-Vendor-Id']].find(
    (value) => value !== undefined && GROUP.test(value) && !BROAD.has(value),
  );
  return stated ?? wellKnownGroup(artifact) ?? moduleGroup(artifact, manifest);
}

/** Of a file in a local repository: `repository/org/example/name/1.0/name-1.0.jar`. */
function repositoryGroup(place: string, artifact: string, version: string): string | undefined {
  const segments = place.split('/');
  const root = segments.lastIndexOf('repository');
  const [gradle, inGradle] = segments.slice(-5, -2);
  if (root >= 0 && segments.at(-2) === version && segments.at(-3) === artifact && segments.length - root > 4) {
    return segments.slice(root + 1, -3).join('.');
  }
  return segments.includes('files-2.1') && inGradle === artifact && segments.at(-3) === version ? gradle : undefined;
}

/** From names that are mostly the group and the artifact, or the group alone where it ends like the artifact. */
function moduleGroup(artifact: string, manifest: Manifest): string | undefined {
  const dotted = artifact.replaceAll(/[-_]/g, '.');
  for (const name of [
    manifest['Bundle-SymbolicName']?.split(';')[0]?.trim(),
    manifest['Automatic-Module-Name'],
    manifest['Extension-Name'],
  ]) {
    if (name === undefined || !GROUP.test(name) || (name === dotted && name !== artifact)) continue;
    const tail = [artifact, dotted].find((one) => name.endsWith(`.${one}`));
    const before = tail === undefined ? '' : name.slice(0, -tail.length - 1);
    if (BROAD.has(before)) return name;
    if (before.includes('.')) return before;
    return name.split('.').length > 2 ? name.slice(0, name.lastIndexOf('.')) : name;
  }
  return undefined;
}

/** The owner's part of a package's name: two segments, three where the first two are many owners'. */
function classGroup(classes = ''): string | undefined {
  const segments = classes.split('.');
  const two = segments.slice(0, 2).join('.');
  const owner = BROAD.has(two) || HOSTS.has(two) ? segments.slice(0, 3).join('.') : two;
  return GROUP.test(owner) ? owner : undefined;
}

const HOSTS: ReadonlySet<string> = new Set([
  'com.github',
  'io.github',
  'com.gitlab',
  'io.gitlab',
  'net.java',
  'net.sf',
]);
