// Installed gems: the specifications that RubyGems and Debian keep of them.
import { type BytePath, bytePath, parentOf } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { gemPurl } from '../../purl/gem.ts';
import { compareGemVersions, isGemPrerelease, satisfiesGemRequirements } from '../../version/gem.ts';
import { licenceOfAll } from '../licences.ts';
import { fileText } from '../members.ts';
import { packageOf } from '../package.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, Found } from '../types.ts';
import { type Gemspec, type GemNeed, readGemspec } from './gemspec.ts';

/** Gems by their `specifications/*.gemspec` and `specifications/default/*.gemspec`, wherever these folders are. */
export const gem: Cataloger<Gemspec> = {
  id: 'gem',
  version: 2,
  evidence: 'installed',
  reads: [{ suffix: '.gemspec', match: isSpecification }],
  limit: 4 << 20,
  parse: (file) => readGemspec(fileText(file)) ?? unnamed(),
  assemble,
};

function unnamed(): never {
  throw new Fault(
    'gem/computed',
    'The specification of a gem does not say its name and version once and in plain text.',
    'It was not written by RubyGems; install the gem again.',
  );
}

/** Whether RubyGems looks for installed gems' specifications there. */
export function isSpecification(path: BytePath): boolean {
  const folder = parentOf(path);
  return /(?:^|\/)specifications(?:\/default)?$/.test(folder);
}

interface Installed {
  readonly version: string;
  readonly purl: string;
}

function assemble(found: readonly Found<Gemspec>[], context: CatalogContext): readonly CatalogedPackage[] {
  const installed = new Map<string, Installed[]>();
  for (const { fact } of found) {
    const list = installed.get(fact.name) ?? [];
    installed.set(fact.name, list);
    list.push({ version: fact.version, purl: purlOf(fact) });
  }
  for (const list of installed.values()) list.sort((a, b) => compareGemVersions(b.version, a.version));
  return found.map((one) => packageOfGem(one, installed, context));
}

function purlOf({ name, version, platform }: Gemspec): string {
  return gemPurl({ name, version, platform });
}

function packageOfGem(
  { path, fact }: Found<Gemspec>,
  installed: ReadonlyMap<string, readonly Installed[]>,
  context: CatalogContext,
): CatalogedPackage {
  const met = fact.needs.map((need) => ({ need, by: meeting(need, installed.get(need.name) ?? [], context) }));
  return packageOf({
    purl: purlOf(fact),
    name: fact.name,
    version: fact.version,
    maintainer: fact.authors?.join(', '),
    description: fact.summary,
    homepage: fact.homepage,
    licence: licenceOfAll(fact.licences ?? [], 'gem', 'OR'),
    dependencies: met.flatMap(({ by }) => by),
    unmetDependencies: met.filter(({ by }) => by.length === 0).map(({ need }) => asWritten(need)),
    locations: [{ path }],
    files: ownFiles(path, fact, context),
  });
}

/** Versions of one gem that are looked at, the highest first. */
const CANDIDATES = 100;
/** Steps that comparing two versions takes. */
const COMPARISON = 10;

/**
 * Each installed version that satisfies, prereleases only where nothing else does (Gem::Dependency#matching_specs): the
 * highest is what runs unless an application's lock, or another gem's requirement, asks for a lower one.
 */
function meeting(
  { requirements }: GemNeed,
  candidates: readonly Installed[],
  { effort }: CatalogContext,
): readonly string[] {
  const looked = candidates.slice(0, CANDIDATES);
  effort.spend(1 + looked.length * (1 + requirements.length * COMPARISON));
  const fitting = looked.filter(({ version }) => satisfiesGemRequirements(version, requirements));
  const released = fitting.filter(({ version }) => !isGemPrerelease(version));
  return (released.length > 0 ? released : fitting).map(({ purl }) => purl);
}

export function asWritten({ name, requirements }: GemNeed): string {
  return requirements.length === 0 ? name : `${name} (${requirements.join(', ')})`;
}

// A gem's own folder stands beside the specifications; default gems' files lie in Ruby's library, apart from it.
function ownFiles(path: BytePath, fact: Gemspec, { files }: CatalogContext): readonly BytePath[] {
  const full = [fact.name, fact.version, ...(fact.platform === undefined ? [] : [fact.platform])].join('-');
  const folder = `${parentOf(parentOf(path))}/gems/${full}`;
  return [path, ...(fact.files ?? []).map((file) => bytePath(`${folder}/${file}`))].filter(
    (file) => files.kind(file) === 'file',
  );
}
