// Packages of Arch Linux and others that use pacman.
import { baseOf, type BytePath, compareStrings, parentOf } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { alpmPurl } from '../../purl/alpm.ts';
import { licenceOfAll } from '../licences.ts';
import { OwnedPaths } from '../owned-paths.ts';
import { dependencyList, Providers } from '../providers.ts';
import { purlOrNone } from '../bare-package.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, CatalogFile, Found } from '../types.ts';
import { type Blocks, readBlocks } from './desc.ts';

const LOCAL = 'var/lib/pacman/local';

interface InstalledAlpm {
  readonly name: string;
  readonly version: string;
  readonly base: string | undefined;
  readonly architecture: string | undefined;
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  readonly packager: string | undefined;
  readonly licences: readonly string[];
  readonly depends: readonly string[];
  readonly provides: readonly string[];
}

/** Of `desc` the package, of `files` the byte paths. */
export type AlpmFact = { readonly desc: InstalledAlpm } | { readonly files: readonly string[] };

const inLocal = (path: BytePath) => parentOf(parentOf(path)) === LOCAL;

export const alpm: Cataloger<AlpmFact> = {
  id: 'alpm',
  version: 1,
  evidence: 'installed',
  reads: [
    { name: 'desc', match: inLocal },
    { name: 'files', match: inLocal },
  ],
  limit: 16 << 20,
  parse,
  assemble,
};

function parse({ path, content }: CatalogFile): AlpmFact {
  const blocks = readBlocks(content.all().toString(baseOf(path) === 'files' ? 'latin1' : 'utf8'));
  // Folders end with a slash.
  if (baseOf(path) === 'files') return { files: (blocks.get('FILES') ?? []).filter((file) => !file.endsWith('/')) };
  return { desc: packageOf(blocks) };
}

/** Longest name and version, in characters. */
const LONGEST = 1000;

function packageOf(blocks: Blocks): InstalledAlpm {
  const first = (name: string) => blocks.get(name)?.[0];
  const name = first('NAME');
  const version = first('VERSION');
  if (name === undefined || version === undefined || name.length > LONGEST || version.length > LONGEST) {
    throw new Fault(
      'alpm/malformed-database',
      'A package in the database of pacman has no name or no version that could be read.',
      'The image may be damaged, or another tool wrote the file.',
    );
  }
  return {
    name,
    version,
    base: first('BASE'),
    architecture: first('ARCH'),
    description: first('DESC'),
    homepage: first('URL'),
    packager: first('PACKAGER'),
    licences: blocks.get('LICENSE') ?? [],
    depends: blocks.get('DEPENDS') ?? [],
    provides: blocks.get('PROVIDES') ?? [],
  };
}

function assemble(found: readonly Found<AlpmFact>[], context: CatalogContext): CatalogedPackage[] {
  const providers = new Providers<string>(context.effort);
  const lists = new Map(found.flatMap(({ path, fact }) => ('files' in fact ? [[parentOf(path), fact.files]] : [])));
  const all = found.flatMap(({ path, fact }) => {
    const purl = 'desc' in fact ? purlOrNone(() => purlOf(fact.desc, context)) : undefined;
    return 'desc' in fact && purl !== undefined ? [{ one: fact.desc, path, purl }] : [];
  });
  for (const { one, purl } of all) {
    providers.name(one.name, purl);
    for (const provided of one.provides) providers.provide(nameOf(provided), purl);
  }
  const paths = new OwnedPaths(context.files);
  return all.map(({ one, path, purl }): CatalogedPackage => {
    const unmet = one.depends.filter((need) => providers.of(nameOf(need)).length === 0);
    return {
      purl,
      kind: 'alpm',
      name: one.name,
      version: one.version,
      architecture: one.architecture,
      source: { name: one.base ?? one.name, version: one.version },
      maintainer: one.packager,
      description: one.description,
      homepage: one.homepage,
      archive: undefined,
      licence: licenceOfAll(one.licences, 'alpm'),
      dependencies: dependencyList(
        one.depends.flatMap((need) => providers.of(nameOf(need))),
        purl,
        context.effort,
      ),
      unmetDependencies: [...new Set(unmet)].sort(compareStrings),
      locations: [{ path }],
      files: lists
        .get(parentOf(path))
        ?.map((file) => paths.find(file))
        .filter((file) => file !== undefined),
    };
  });
}

function purlOf({ name, version, architecture, base }: InstalledAlpm, { distribution }: CatalogContext): string {
  return alpmPurl({ name, version, architecture, base, distro: distribution });
}

/** `glibc` of `glibc>=2.38`, `libz.so` of `libz.so=1-64`. */
function nameOf(dependency: string): string {
  const end = dependency.search(/[=<>:]/);
  return end < 0 ? dependency : dependency.slice(0, end);
}
