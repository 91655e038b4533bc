// What pom.xml files of source trees ask for.
import { compareStrings } from '../../lib/bytes.ts';
import { mavenPurl } from '../../purl/maven.ts';
import { licenceOfAll } from '../licences.ts';
import type { CatalogedPackage, Cataloger, Found } from '../types.ts';
import { type EffectivePom, PomIndex } from './effective-pom.ts';
import { type Pom, readPom } from './pom.ts';

export const maven: Cataloger<Pom> = {
  id: 'maven',
  version: 1,
  evidence: 'declared',
  reads: [{ name: 'pom.xml' }, { suffix: '.pom' }],
  limit: 4 << 20,
  parse: ({ content }) => readPom(content.all()),
  assemble,
};

function assemble(found: readonly Found<Pom>[]): CatalogedPackage[] {
  const index = new PomIndex(found.map(({ fact }) => fact));
  const projects = found.map(({ path, fact }) => ({ path, fact, effective: index.effective(fact) }));
  const versions = new Map(projects.map(({ effective: e }) => [`${e.groupId}:${e.artifactId}`, e.version]));
  return projects
    .filter(({ effective }) => isNamed(effective.groupId, effective.artifactId))
    .flatMap(({ path, fact, effective }) => {
      const needed = effective.dependencies
        .map(({ groupId = '', artifactId = '', version }) => ({
          groupId,
          artifactId,
          version: known(version) || (versions.get(`${groupId}:${artifactId}`) ?? ''),
        }))
        .filter(({ groupId, artifactId }) => isNamed(groupId, artifactId));
      const purls = needed.map((one) => mavenPurl(one.groupId, one.artifactId, one.version));
      return [
        packageOf(effective, fact, path, [...new Set(purls)].sort(compareStrings)),
        ...needed.map((one) => packageOf({ ...one, licences: [], dependencies: [] }, undefined, path, [])),
      ];
    });
}

/** A version; empty for what is not resolved, and for ranges, which are no versions. */
function known(version: string | undefined): string {
  if (version === undefined || version.includes('${')) return '';
  const [, exact] = /^\[([^,[\]()]+)\]$/.exec(version) ?? [];
  return exact ?? (/[[\](),]/.test(version) ? '' : version);
}

function isNamed(groupId: string, artifactId: string): boolean {
  return groupId !== '' && artifactId !== '' && !groupId.includes('${') && !artifactId.includes('${');
}

function packageOf(
  { groupId, artifactId, version, licences }: EffectivePom,
  pom: Pom | undefined,
  path: string,
  dependencies: readonly string[],
): CatalogedPackage {
  const exact = known(version);
  return {
    purl: mavenPurl(groupId, artifactId, exact),
    kind: 'maven',
    name: `${groupId}:${artifactId}`,
    version: exact,
    architecture: undefined,
    source: undefined,
    maintainer: undefined,
    description: pom?.description,
    homepage: pom?.url?.includes('${') === true ? undefined : pom?.url,
    archive: undefined,
    licence: licenceOfAll(licences, 'maven', 'OR'),
    dependencies,
    locations: [{ path }],
  };
}
