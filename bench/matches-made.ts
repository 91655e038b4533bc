// Packages made of the advisories themselves: of each version that a record names, itself and the ones beside it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageUrl } from '../src/purl/purl.ts';
import type { DebianRecord } from '../src/advisory/database/export.ts';
import type { OsvFacts } from './matches-facts.ts';

/** The type of package URLs by the ecosystem's name. */
const TYPES: Readonly<Record<string, string>> = {
  Go: 'golang',
  PyPI: 'pypi',
  'crates.io': 'cargo',
  npm: 'npm',
  Maven: 'maven',
  RubyGems: 'gem',
  Packagist: 'composer',
  NuGet: 'nuget',
};

export interface Made {
  readonly name: string;
  /** CycloneDX. */
  readonly path: string;
}

/** Records of one package times versions that are tried: programs write a few kilobytes for each pair. */
const MOST = 1500;
const MOST_OF_DEBIAN = 80;
/** Packages of one document, beside those whose versions are written in an unusual way. */
const MOST_PACKAGES = 4000;

const USUAL = /^\d+(?:\.\d+)+(?:[-+].*)?$/s;

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/** A document for each ecosystem of which there are records, and for each suite of Debian. */
export function madeDocuments(folder: string, facts: OsvFacts, debian: string): Made[] {
  const languages = [...facts.ecosystems].sort().map((ecosystem) => {
    const named = [...facts.namedVersions(ecosystem)];
    const made = (isUsual: boolean): Component[] =>
      named.flatMap(([name, { records, versions }]) =>
        spread(
          [...versions].filter((one) => USUAL.test(one) === isUsual).flatMap((version) => beside(ecosystem, version)),
          MOST / records,
        ).map((one) => languageComponent(ecosystem, name, one)),
      );
    const components = [...made(false), ...spread(made(true), MOST_PACKAGES)];
    return write(folder, `made-${ecosystem}`, components, undefined);
  });
  return [...languages, ...madeSuites(folder, debian)];
}

function madeSuites(folder: string, debian: string): Made[] {
  const suites = new Map<string, Map<string, { records: number; fixes: Set<string> }>>();
  for (const line of readFileSync(debian, 'utf8').trimEnd().split('\n')) {
    const { suite, source, fixed } = JSON.parse(line) as DebianRecord;
    if (suite === '') continue;
    const sources = suites.get(suite) ?? new Map<string, { records: number; fixes: Set<string> }>();
    suites.set(suite, sources);
    const known = sources.get(source) ?? { records: 0, fixes: new Set() };
    sources.set(source, known);
    known.records++;
    if (fixed !== '') known.fixes.add(fixed);
  }
  return [...suites].map(([suite, sources]) => {
    const components = [...sources].flatMap(([source, { records, fixes }]) =>
      spread(
        [...fixes].flatMap((fixed) => [fixed, `${fixed}~`, `${fixed}.1`]),
        MOST_OF_DEBIAN / records,
      ).flatMap((version) => debianComponents(suite, source, version)),
    );
    return write(folder, `made-Debian-${suite}`, components, suite);
  });
}

/** At most so many, one at least, evenly from the list. */
function spread<T>(list: readonly T[], most: number): readonly T[] {
  const count = Math.min(list.length, Math.max(1, Math.floor(most)));
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)] as T);
}

function languageComponent(ecosystem: string, name: string, version: string): Component {
  const type = TYPES[ecosystem] ?? 'generic';
  const divider = name.lastIndexOf(ecosystem === 'Maven' ? ':' : '/');
  const namespace = divider < 0 ? undefined : name.slice(0, divider);
  const last = name.slice(divider + 1);
  const text = ecosystem === 'Go' && name !== 'stdlib' && name !== 'toolchain' ? `v${version}` : version;
  // Old names of npm have upper case, which writers of package URLs take away.
  if (ecosystem === 'npm') {
    const path = name.replace('@', '%40');
    return { name, version, purl: `pkg:npm/${path}@${encodeURIComponent(version)}` };
  }
  return { name, version: text, purl: packageUrl({ type, namespace, name: last, version: text }) };
}

/** The version itself, the one before and the one after by its last number, and what lies just before and just after it. */
function beside(ecosystem: string, version: string): readonly string[] {
  const [, core = '', last = '', rest = ''] = /^((?:\d+!)?(?:\d+\.)*)(\d+)(.*)$/s.exec(version) ?? [];
  if (last === '') return [version];
  const numbers = [version, ...(Number(last) > 0 ? [`${core}${Number(last) - 1}`] : []), `${core}${Number(last) + 1}`];
  if (rest !== '') return numbers;
  if (ecosystem === 'PyPI')
    return [...numbers, `${version}rc1`, `${version}.dev1`, `${version}.post1`, `${version}+local.1`];
  if (ecosystem === 'Go')
    return [...numbers, `${version}-rc.1`, `${version}-0.20200102030405-0123456789ab`, `${version}+incompatible`];
  return [...numbers, `${version}-beta.2`, `${version}+build.1`];
}

/** A package under its source's name, and one of another name that was built again of the same source. */
function debianComponents(suite: string, source: string, version: string): Component[] {
  const shared = { type: 'deb', namespace: 'debian' };
  const own = { name: source, version };
  const other = { name: `lib${source}-made`, version: `${version}+b1` };
  const where = { arch: 'amd64', distro: `debian-${suite}` };
  const upstream = `${source}@${version}`;
  return [
    { ...own, purl: packageUrl({ ...shared, ...own, qualifiers: where }) },
    { ...other, purl: packageUrl({ ...shared, ...other, qualifiers: { ...where, upstream } }) },
  ];
}

function write(folder: string, name: string, components: readonly Component[], suite: string | undefined): Made {
  const system =
    suite === undefined ? [] : [{ type: 'operating-system', 'bom-ref': 'os', name: 'debian', version: suite }];
  const distinct = [...new Map(components.map((one) => [one.purl, one])).values()];
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'container', name, 'bom-ref': 'subject' } },
    components: [...system, ...distinct.map((one) => ({ type: 'library', 'bom-ref': one.purl, ...one }))],
  };
  const path = join(folder, `${name}.cdx.json`);
  writeFileSync(path, JSON.stringify(document));
  return { name, path };
}
