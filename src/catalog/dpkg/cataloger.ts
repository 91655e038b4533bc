// Debian's packages and those of its derivatives: dpkg's database, and what images without dpkg keep of it.
import type { LicenceFinding } from '../../bom/types.ts';
import { readCopyright } from '../../deb/copyright.ts';
import { baseOf, type BytePath, compareStrings, parentOf } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { distroQualifier } from '../../purl/distro.ts';
import { debPurl } from '../../purl/deb.ts';
import { OwnedPaths } from '../owned-paths.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, CatalogFile, Found } from '../types.ts';
import { type Diversions, DpkgFiles, readDiversions } from './files.ts';
import { InstalledUniverse } from './relations.ts';
import { type InstalledDeb, readStatus } from './status.ts';

const STATUS = 'var/lib/dpkg/status';
const STATUS_D = 'var/lib/dpkg/status.d';
const INFO = 'var/lib/dpkg/info';
const DIVERSIONS = 'var/lib/dpkg/diversions';
const DOC = 'usr/share/doc';
const SUMS = '.md5sums';
/** Packages that one file of status.d may name; images have one in each. */
const MOST_IN_ONE = 1000;

export type DpkgFact =
  | { readonly is: 'packages'; readonly packages: readonly InstalledDeb[] }
  /** Text as Latin-1: paths are bytes. */
  | { readonly is: 'paths'; readonly text: string }
  | { readonly is: 'copyright'; readonly licence: LicenceFinding };

export const dpkg: Cataloger<DpkgFact> = {
  id: 'dpkg',
  version: 2,
  evidence: 'installed',
  reads: [
    { path: STATUS },
    { path: DIVERSIONS },
    { folder: STATUS_D },
    { folder: INFO, suffix: '.list' },
    { name: 'copyright', match: (path) => parentOf(parentOf(path)) === DOC },
  ],
  limit: 32 << 20,
  parse,
  assemble,
};

function parse({ path, content }: CatalogFile): DpkgFact | undefined {
  if (baseOf(path) === 'copyright' && path.startsWith(`${DOC}/`)) {
    return { is: 'copyright', licence: readCopyright(content.all(), baseOf(parentOf(path))) };
  }
  const isPackages = path === STATUS || (parentOf(path) === STATUS_D && !path.endsWith(SUMS));
  if (!isPackages) return { is: 'paths', text: content.all().toString('latin1') };
  const packages = readStatus(content.all().toString('utf8'));
  if (path !== STATUS && packages.length > MOST_IN_ONE) {
    throw new Fault(
      'dpkg/too-many',
      `It names ${packages.length} packages, where images without dpkg have one in each file.`,
      'Check how the image was made; it may be made to exhaust memory.',
    );
  }
  return packages.length === 0 ? undefined : { is: 'packages', packages };
}

interface Seen extends InstalledDeb {
  /** Where it is told of. */
  readonly at: BytePath;
}

function assemble(found: readonly Found<DpkgFact>[], context: CatalogContext): CatalogedPackage[] {
  const packages = found.flatMap(({ path, fact }) =>
    fact.is === 'packages' ? fact.packages.map((one): Seen => ({ ...one, at: path })) : [],
  );
  context.effort.packages(packages.length);
  const universe = new InstalledUniverse(packages, context.effort);
  const purls = new Map(packages.map((one) => [one, purlOf(one, context)]));
  const database = new Database(found, context);
  return packages.map((one): CatalogedPackage => {
    const { met, unmet } = universe.resolve(one);
    const purl = purls.get(one) ?? '';
    const needed = new Set(met.map((other) => purls.get(other) ?? '').filter((other) => other !== purl));
    return {
      purl,
      kind: 'deb',
      name: one.name,
      version: one.version,
      architecture: one.architecture,
      source: one.source,
      maintainer: one.maintainer,
      description: one.description,
      homepage: one.homepage,
      archive: undefined,
      licence: database.licence(one),
      dependencies: [...needed].sort(compareStrings),
      unmetDependencies: [...new Set(unmet)].sort(compareStrings),
      locations: [{ path: one.at }],
      files: database.files(one),
    };
  });
}

function purlOf(one: InstalledDeb, { distribution }: CatalogContext): string {
  return debPurl({
    namespace: distribution?.id,
    name: one.name,
    version: one.version,
    architecture: one.architecture ?? '',
    distro: distribution === undefined ? '' : distroQualifier(distribution),
    source: one.source,
  });
}

/** What the other files say of the packages. */
class Database {
  readonly #facts: ReadonlyMap<BytePath, DpkgFact>;
  readonly #context: CatalogContext;
  readonly #paths: OwnedPaths;
  readonly #diversions: Diversions;

  constructor(found: readonly Found<DpkgFact>[], context: CatalogContext) {
    this.#facts = new Map(found.map(({ path, fact }) => [path, fact]));
    this.#context = context;
    this.#paths = new OwnedPaths(context.files);
    this.#diversions = readDiversions(this.#text(DIVERSIONS) ?? '');
  }

  /** dpkg puts the architecture into the list's name where several may be installed beside each other. */
  files({ name, architecture, conffiles, at }: Seen): DpkgFiles | undefined {
    const list = this.#text(`${INFO}/${name}:${architecture ?? ''}.list`) ?? this.#text(`${INFO}/${name}.list`);
    const of = { owner: name, diversions: this.#diversions, paths: this.#paths };
    if (list !== undefined) return DpkgFiles.listed(list, of);
    const sums = this.#text(`${at}${SUMS}`);
    return sums === undefined ? undefined : DpkgFiles.summed(sums, conffiles, of);
  }

  /** A folder of documentation may be a link to another package's. */
  licence({ name }: InstalledDeb): LicenceFinding | undefined {
    const at = this.#context.files.resolve(`${DOC}/${name}/copyright`);
    const fact = at === undefined ? undefined : this.#facts.get(at);
    return fact?.is === 'copyright' ? fact.licence : undefined;
  }

  #text(path: BytePath): string | undefined {
    const fact = this.#facts.get(path);
    return fact?.is === 'paths' ? fact.text : undefined;
  }
}
