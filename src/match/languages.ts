// Packages of programming languages' registries: one ecosystem for each kind.
import type { BomPackage } from '../bom/types.ts';
import { purlPath } from '../purl/peek.ts';
import { normalPypiName } from '../purl/pypi-name.ts';
import type { Matcher } from './lookup.ts';

interface Language {
  readonly ecosystem: string;
  /** As the ecosystem compares names; the package's own unless given. */
  readonly name?: (p: BomPackage) => string;
  /** Of which the ecosystem's order knows the place; the package's own unless given. */
  readonly version?: (p: BomPackage) => string;
}

const lowerName = ({ name }: BomPackage): string => name.toLowerCase();
const lowerPath = ({ purl }: BomPackage): string => pathOf(purl, '/').toLowerCase();

const languages: ReadonlyMap<string, Language> = new Map<string, Language>([
  ['npm', { ecosystem: 'npm' }],
  ['pypi', { ecosystem: 'PyPI', name: ({ name }) => normalPypiName(name) }],
  ['maven', { ecosystem: 'Maven', name: ({ purl }) => pathOf(purl, ':') }],
  ['gem', { ecosystem: 'RubyGems', version: gemVersion }],
  ['cargo', { ecosystem: 'crates.io' }],
  ['composer', { ecosystem: 'Packagist', name: lowerPath }],
  ['nuget', { ecosystem: 'NuGet', name: lowerName }],
  ['hex', { ecosystem: 'Hex', name: lowerName }],
  ['pub', { ecosystem: 'Pub', name: lowerName }],
  ['cran', { ecosystem: 'CRAN' }],
  ['bioconductor', { ecosystem: 'Bioconductor' }],
  ['conan', { ecosystem: 'ConanCenter', name: lowerName }],
  ['swift', { ecosystem: 'SwiftURL', name: lowerPath }],
  ['hackage', { ecosystem: 'Hackage' }],
  ['opam', { ecosystem: 'opam' }],
  ['julia', { ecosystem: 'Julia' }],
  ['github', { ecosystem: 'GitHub Actions', name: lowerPath, version: tagVersion }],
  ['bitnami', { ecosystem: 'Bitnami', name: lowerName }],
]);

export const languagePackages: Matcher = {
  kinds: [...languages.keys()],
  plan(p) {
    const language = languages.get(p.kind);
    if (language === undefined) return { reason: 'kind' };
    const { ecosystem, name, version } = language;
    return { lookups: [{ ecosystem, name: name?.(p) ?? p.name, version: (version ?? ownVersion)(p) }] };
  },
};

function ownVersion({ version }: BomPackage): string {
  return isUnknown(version) ? '' : version;
}

/** What some tools write where they know none. */
function isUnknown(version: string): boolean {
  return /^(?:unknown|unspecified|latest|undefined|null|\(devel\))$/i.test(version);
}

/** A `/` that stands encoded divides as well: names have none. */
function pathOf(purl: string, divider: string): string {
  const { namespace, name } = purlPath(purl);
  const path = namespace === '' ? name : `${namespace}/${name}`;
  const slash = path.lastIndexOf('/');
  return slash < 0 ? path : `${path.slice(0, slash)}${divider}${path.slice(slash + 1)}`;
}

/** Without the platform that a gem is built for: `1.16.0-x86_64-linux`. */
function gemVersion(p: BomPackage): string {
  return ownVersion(p).replace(
    /-(?:x86_64|x86|x64|i[3-6]86|aarch64|arm64|arm|universal|java|jruby|mswin|mingw)[\w.-]{0,40}$/,
    '',
  );
}

/** A tag with three numbers: `v4` is whatever its owner last made it, and a branch or commit has no place in an order. */
function tagVersion({ version }: BomPackage): string {
  return /^v?\d+\.\d+\.\d/.test(version) ? version : '';
}
