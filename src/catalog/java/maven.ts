// What pom.xml files of source trees ask for.
import { type BytePath, compareStrings } from '../../lib/bytes.ts';
import { mavenPurl } from '../../purl/maven.ts';
import { barePackage, purlOrNone } from '../bare-package.ts';
import { licenceOfAll } from '../licences.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, Found } from '../types.ts';
import { PomIndex } from './effective-pom.ts';
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

function assemble(found: readonly Found<Pom>[], { effort }: CatalogContext): CatalogedPackage[] {
  const index = new PomIndex(
    found.map(({ fact }) => fact),
    effort,
  );
  const projects = found.map(({ path, fact }) => ({ path, pom: fact, own: index.effective(fact) }));
  const versions = new Map(projects.map(({ own }) => [`${own.groupId}:${own.artifactId}`, own.version]));
  return projects.flatMap(({ path, pom, own }) => {
    const needed = own.dependencies
      .map(({ groupId = '', artifactId = '', version }) =>
        packageOf(groupId, artifactId, known(version) || (versions.get(`${groupId}:${artifactId}`) ?? ''), path),
      )
      .filter((one) => one !== undefined);
    const project = packageOf(own.groupId, own.artifactId, own.version, path);
    if (project === undefined) return needed;
    return [
      {
        ...project,
        description: pom.description,
        homepage: pom.url?.includes('${') === true ? undefined : pom.url,
        licence: licenceOfAll(own.licences, 'maven', 'OR'),
        dependencies: [...new Set(needed.map(({ purl }) => purl))]
          .filter((one) => one !== project.purl)
          .sort(compareStrings),
      },
      ...needed,
    ];
  });
}

/** A version; empty for what is not resolved, and for ranges, which are no versions. */
function known(version: string | undefined): string {
  if (version === undefined || version.includes('${')) return '';
  const [, exact] = /^\[([^,[\]()]+)\]$/.exec(version) ?? [];
  return exact ?? (/[[\](),]/.test(version) ? '' : version);
}

function packageOf(groupId: string, artifactId: string, version: string, path: BytePath): CatalogedPackage | undefined {
  if (groupId === '' || artifactId === '' || groupId.includes('${') || artifactId.includes('${')) return undefined;
  const exact = known(version);
  const purl = purlOrNone(() => mavenPurl(groupId, artifactId, exact));
  return purl === undefined ? undefined : barePackage(purl, 'maven', `${groupId}:${artifactId}`, exact, [{ path }]);
}
