// Packages of Red Hat's, SUSE's and other families: rpm's databases in their three formats, and Mariner's manifest.
import { baseOf, type BytePath, compareStrings, normalPath } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { rpmPurl } from '../../purl/rpm.ts';
import { malformedRpmDatabase } from '../../rpm/fault.ts';
import { readHashDatabase } from '../../rpm/hash-database.ts';
import { RpmHeader } from '../../rpm/header.ts';
import { readNdb } from '../../rpm/ndb.ts';
import { SqliteDatabase } from '../../sqlite/database.ts';
import { licenceOf } from '../licences.ts';
import { OwnedPaths } from '../owned-paths.ts';
import { dependencyList } from '../providers.ts';
import { purlOrNone } from '../bare-package.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, CatalogFile, FileContent, Found } from '../types.ts';
import { type InstalledRpm, installedOf, readManifest, sourceOf, versionOf } from './installed.ts';
import { InstalledProviders } from './requirements.ts';

const MANIFEST: BytePath = 'var/lib/rpmmanifest/container-manifest-2';
const FOLDERS: readonly BytePath[] = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'];
/** Most packages of one database, and most files, requirements and provisions of them together. */
const PACKAGES = 50_000;
const VALUES = 10_000_000;
const NAMES = ['Packages', 'Packages.db', 'rpmdb.sqlite', 'rpmdb.sqlite-wal'];

export const rpm: Cataloger<readonly InstalledRpm[]> = {
  id: 'rpm',
  version: 1,
  evidence: 'installed',
  reads: [{ path: MANIFEST }, ...FOLDERS.flatMap((folder) => NAMES.map((name) => ({ path: `${folder}/${name}` })))],
  limit: 2 ** 30,
  parse,
  assemble,
};

function parse({ path, content }: CatalogFile): readonly InstalledRpm[] | undefined {
  const name = baseOf(path);
  if (content.size === 0) return undefined;
  if (path === MANIFEST) return readManifest(content.all().toString('utf8'));
  if (name === 'rpmdb.sqlite-wal') throw unmergedLog();
  const found: InstalledRpm[] = [];
  let values = 0;
  for (const header of headersOf(name, content)) {
    const one = installedOf(new RpmHeader(header));
    if (one === undefined) continue;
    found.push(one);
    values += one.files.length + one.requires.length + one.provides.length;
    if (found.length > PACKAGES || values > VALUES) throw malformedRpmDatabase('it has too many packages');
  }
  return found;
}

function headersOf(name: string, content: FileContent): Iterable<Buffer> {
  if (name === 'rpmdb.sqlite') return sqliteHeaders(content);
  return name === 'Packages.db' ? readNdb(content) : readHashDatabase(content);
}

function* sqliteHeaders(content: FileContent): Generator<Buffer> {
  for (const { values } of new SqliteDatabase(content).rows('Packages')) {
    const [, header] = values;
    if (Buffer.isBuffer(header)) yield header;
  }
}

function assemble(found: readonly Found<readonly InstalledRpm[]>[], context: CatalogContext): CatalogedPackage[] {
  const paths = new OwnedPaths(context.files);
  const all = found.flatMap(({ path, fact }) =>
    fact.flatMap((one) => {
      const purl = purlOrNone(() => purlOf(one, context));
      return purl === undefined ? [] : [{ one, path, purl }];
    }),
  );
  context.effort.packages(all.length);
  const providers = new InstalledProviders(all, paths, context.effort);
  return all.map(({ one, path, purl }): CatalogedPackage => {
    const { met, unmet } = providers.resolve(one);
    return {
      purl,
      kind: 'rpm',
      name: one.name,
      version: versionOf(one),
      architecture: one.architecture,
      source: sourceOf(one),
      maintainer: one.packager ?? one.vendor,
      description: one.summary,
      homepage: one.homepage,
      archive: undefined,
      licence: licenceOf(one.licence ?? '', 'rpm'),
      dependencies: dependencyList(met, purl, context.effort),
      unmetDependencies: [...new Set(unmet)].sort(compareStrings),
      locations: [{ path }],
      files: path === MANIFEST ? undefined : ownFiles(one, paths),
      properties: propertiesOf(one),
    };
  });
}

function ownFiles({ folders, folderOf, files }: InstalledRpm, paths: OwnedPaths): BytePath[] {
  const resolved = folders.map((folder) => paths.folder(normalPath(folder)));
  const found: BytePath[] = [];
  for (const [i, name] of files.entries()) {
    const folder = folders.length === 0 ? undefined : resolved[folderOf[i] ?? 0];
    // Old packages have whole paths in place of names.
    const at = name.startsWith('/') ? paths.find(name) : folder === undefined ? undefined : paths.findIn(folder, name);
    if (at !== undefined) found.push(at);
  }
  return found;
}

function propertiesOf({ modularity, vendor }: InstalledRpm): CatalogedPackage['properties'] {
  const properties = [
    ['rpm:modularityLabel', modularity],
    ['rpm:vendor', vendor],
  ].flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [{ name, value }]));
  return properties.length === 0 ? undefined : properties;
}

function purlOf(one: InstalledRpm, { distribution }: CatalogContext): string {
  return rpmPurl({ ...one, distro: distribution });
}

function unmergedLog(): Fault {
  return new Fault(
    'rpm/unmerged-log',
    'The database of installed RPM packages has changes in a log beside it, which are not read.',
    'Run "rpm --rebuilddb" when the image is built.',
  );
}
