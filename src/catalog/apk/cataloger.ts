// Packages of Alpine, Wolfi and others that use apk-tools.
import { compareStrings } from '../../lib/bytes.ts';
import { apkPurl } from '../../purl/apk.ts';
import { licenceOf } from '../licences.ts';
import { OwnedPaths } from '../owned-paths.ts';
import { dependencyList, Providers } from '../providers.ts';
import { purlOrNone } from '../bare-package.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, Found } from '../types.ts';
import { type InstalledApk, readInstalled } from './installed.ts';

export const apk: Cataloger<readonly InstalledApk[]> = {
  id: 'apk',
  version: 1,
  evidence: 'installed',
  reads: [{ path: 'lib/apk/db/installed' }, { path: 'usr/lib/apk/db/installed' }],
  limit: 128 << 20,
  parse: ({ content }) => readInstalled(content.all().toString('latin1')),
  assemble,
};

function assemble(found: readonly Found<readonly InstalledApk[]>[], context: CatalogContext): CatalogedPackage[] {
  const providers = new Providers<string>(context.effort);
  const all = found.flatMap(({ path, fact }) =>
    fact.flatMap((one) => {
      const purl = purlOrNone(() => purlOf(one, context));
      return purl === undefined ? [] : [{ one, path, purl }];
    }),
  );
  context.effort.packages(all.length);
  for (const { one, purl } of all) {
    providers.name(one.name, purl);
    for (const provided of one.provides) providers.provide(nameOf(provided), purl);
  }
  const paths = new OwnedPaths(context.files);
  return all.map(({ one, path, purl }): CatalogedPackage => {
    const needs = one.depends.filter((need) => !need.startsWith('!'));
    const unmet = needs.filter((need) => providers.of(nameOf(need)).length === 0);
    return {
      purl,
      kind: 'apk',
      name: one.name,
      version: one.version,
      architecture: one.architecture,
      source: one.origin === undefined ? undefined : { name: one.origin, version: one.version },
      maintainer: one.maintainer,
      description: one.description,
      homepage: one.homepage,
      archive: undefined,
      licence: licenceOf(one.licence ?? '', 'apk'),
      dependencies: dependencyList(
        needs.flatMap((need) => providers.of(nameOf(need))),
        purl,
        context.effort,
      ),
      unmetDependencies: [...new Set(unmet)].sort(compareStrings),
      locations: [{ path }],
      files: one.files.map((file) => paths.find(file)).filter((file) => file !== undefined),
      properties: one.commit === undefined ? undefined : [{ name: 'apk:commit', value: one.commit }],
    };
  });
}

function purlOf({ name, version, architecture, origin }: InstalledApk, { distribution }: CatalogContext): string {
  return apkPurl({ name, version, architecture, origin, distro: distribution });
}

/** `so:libz.so.1` of `so:libz.so.1=1.3.1`: apk-tools puts constraints and the repository's tag behind the name. */
function nameOf(dependency: string): string {
  const end = dependency.search(/[=<>~@]/);
  return end < 0 ? dependency : dependency.slice(0, end);
}
