// Gentoo's packages by Portage's database of what is installed (Package Manager Specification; Portage, vardbapi).
import { type BytePath, baseOf, bytePath, parentOf } from '../../lib/bytes.ts';
import { packageUrl } from '../../purl/purl.ts';
import { purlFrom } from '../entries.ts';
import { licenceOf } from '../licences.ts';
import { packageOf } from '../package.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, CatalogFile, Found } from '../types.ts';
import { neededAtoms } from './atoms.ts';

/** The files a package owns, or what one of its small files says. */
type Fact = { readonly files: readonly BytePath[] } | { readonly text: string };

const READ = ['CONTENTS', 'LICENSE', 'RDEPEND', 'HOMEPAGE', 'DESCRIPTION'];
const FOLDER = /^var\/db\/pkg\/[^/]+\/[^/]+\/[^/]+$/;
/** Longest small file that is read, in bytes. */
const TEXT = 256 << 10;

/** `var/db/pkg/CATEGORY/NAME-VERSION/*` */
export const portage: Cataloger<Fact> = {
  id: 'portage',
  version: 1,
  evidence: 'installed',
  reads: READ.map((name) => ({ name, match: (path) => FOLDER.test(path) })),
  limit: 64 << 20,
  parse: (file) => (baseOf(file.path) === 'CONTENTS' ? { files: contentsOf(file) } : textOf(file)),
  assemble,
};

function textOf(file: CatalogFile): Fact {
  return { text: file.content.read(0, TEXT).toString('utf8').trim() };
}

// `obj /path MD5 TIME`, `sym /path -> target TIME`, `dir /path`; paths may have blanks.
function contentsOf(file: CatalogFile): readonly BytePath[] {
  const lines = file.content.all().toString('utf8').split('\n');
  return lines.flatMap((line): BytePath[] => {
    if (line.startsWith('obj ')) return [bytePath(line.slice(4).split(' ').slice(0, -2).join(' '))];
    if (line.startsWith('sym ')) return [bytePath(line.slice(4).split(' -> ', 1)[0] ?? '')];
    return [];
  });
}

interface Installed {
  readonly folder: BytePath;
  readonly category: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/** PMS 3.2: the version is what follows the last hyphen that a version can follow. */
const VERSION = /^(.{1,300}?)-([0-9]+(?:\.[0-9]+){0,20}[a-z]?(?:_(?:alpha|beta|pre|rc|p)[0-9]*){0,5}(?:-r[0-9]+)?)$/;

function assemble(found: readonly Found<Fact>[], context: CatalogContext): readonly CatalogedPackage[] {
  const facts = new Map(found.map(({ path, fact }) => [path, fact]));
  const folders = [...new Set(found.map(({ path }) => parentOf(path)))];
  const installed = folders.map(installedAt).filter((one) => one !== undefined);
  const purls = new Map<string, string[]>();
  for (const { category, name, purl } of installed) {
    const key = `${category}/${name}`;
    purls.set(key, [...(purls.get(key) ?? []), purl]);
  }
  return installed.map((one) => packageAt(one, facts, purls, context));
}

function installedAt(folder: BytePath): Installed | undefined {
  const category = baseOf(parentOf(folder));
  const [, name, version] = VERSION.exec(baseOf(folder)) ?? [];
  if (name === undefined || version === undefined) return undefined;
  const purl = purlFrom(() => packageUrl({ type: 'ebuild', namespace: category, name, version }));
  return purl === undefined ? undefined : { folder, category, name, version, purl };
}

function packageAt(
  { folder, category, name, version, purl }: Installed,
  facts: ReadonlyMap<BytePath, Fact>,
  purls: ReadonlyMap<string, readonly string[]>,
  { files }: CatalogContext,
): CatalogedPackage {
  const said = (base: string): string | undefined => {
    const fact = facts.get(`${folder}/${base}`);
    return fact !== undefined && 'text' in fact && fact.text !== '' ? fact.text : undefined;
  };
  const contents = facts.get(`${folder}/CONTENTS`);
  const seen = READ.map((base) => `${folder}/${base}`).filter((path) => facts.has(path));
  const own = contents !== undefined && 'files' in contents ? contents.files : [];
  return packageOf({
    purl,
    name: `${category}/${name}`,
    version,
    description: said('DESCRIPTION'),
    homepage: said('HOMEPAGE')?.split(/\s+/, 1)[0],
    licence: licenceOf((said('LICENSE') ?? '').replace(/\s+/g, ' AND '), 'ebuild'),
    dependencies: neededAtoms(said('RDEPEND') ?? '').flatMap((atom) => purls.get(atom) ?? []),
    locations: seen.map((path) => ({ path })),
    files: [...seen, ...own].filter((path) => files.kind(path) !== undefined),
  });
}
