// From requested packages to the closed, deterministic set that goes into an image.
import type { Relation } from '../deb/dependency.ts';
import type { MultiArch } from '../deb/binary-package.ts';
import { compareStrings } from '../lib/bytes.ts';
import { closest } from '../lib/closest.ts';
import type { Digest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import type { PackageRequests, RequestedPackage } from './request.ts';
import { type Choice, type Need, Search } from './search.ts';
import { type RepositoryIndex, Universe } from './universe.ts';

export interface ResolvedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly source: { readonly name: string; readonly version: string };
  /** The name of the repository that has it, see {@link RepositoryIndex}. */
  readonly repository: string;
  /** Of the .deb, below the repository's address. */
  readonly filename: string;
  readonly size: number;
  readonly digest: Digest;
  readonly priority: string;
  readonly multiArch: MultiArch;
  /** Names of packages of the set that it needs, sorted; for each of its needs the preferred one. */
  readonly dependencies: readonly string[];
  /** Names that the definition excludes although this package needs them, sorted. */
  readonly excludedDependencies: readonly string[];
  readonly maintainer?: string | undefined;
  readonly description?: string | undefined;
  readonly homepage?: string | undefined;
}

export interface Resolution {
  /** Sorted by name, which is unique. */
  readonly packages: readonly ResolvedPackage[];
  /** Every exclusion and the chosen packages that need it, sorted; nobody where it made no difference. */
  readonly exclusions: readonly { readonly name: string; readonly askedBy: readonly string[] }[];
}

/**
 * Resolves requests to packages: the closure over Pre-Depends and Depends; the highest version that fits; alternatives
 * from left to right, but one that is in the set anyhow before the others; for a name that only others provide the
 * order of `Universe.matching`. Conflicts and Breaks within the set are obeyed. A need for which an excluded package
 * would be chosen is left unmet and recorded.
 * @throws Fault `resolve/unknown-package`, `resolve/unsatisfiable`, `resolve/too-hard`, and `deb/malformed-…` for a
 * package that cannot be read
 */
export function resolvePackages(
  requests: PackageRequests,
  indexes: readonly RepositoryIndex[],
  architecture: string,
): Resolution {
  const universe = new Universe(indexes, architecture);
  for (const { name } of requests.packages) {
    if (universe.named(name).length === 0) throw unknownPackage(name, universe);
  }
  const search = new Search(universe, new Set(requests.exclusions));
  search.run(requests.packages.map((request) => [relationOf(request)]));
  const packages = [...search.chosen.values()]
    .map((choice) => describe(choice, search))
    .sort((a, b) => compareStrings(a.name, b.name));
  const exclusions = [...requests.exclusions].sort().map((name) => ({
    name,
    askedBy: packages.filter((item) => item.excludedDependencies.includes(name)).map((item) => item.name),
  }));
  return { packages, exclusions };
}

function relationOf({ name, version }: RequestedPackage): Relation {
  return { name, qualifier: undefined, constraint: version === undefined ? undefined : { operator: '=', version } };
}

function describe({ candidate, reason, level }: Choice, search: Search): ResolvedPackage {
  const found = candidate.package;
  const needs = found.dependencies.map((alternatives): Need => ({ by: { candidate, reason, level }, alternatives }));
  const met = needs.map((need) => search.metBy(need)?.package.name);
  const unmet = needs.filter((_, i) => met[i] === undefined).map((need) => search.excludedName(need));
  return {
    name: found.name,
    version: found.version,
    architecture: found.architecture,
    source: found.source,
    repository: candidate.repository,
    filename: found.filename,
    size: found.size,
    digest: found.digest,
    priority: found.priority,
    multiArch: found.multiArch,
    dependencies: names(met).filter((name) => name !== found.name),
    excludedDependencies: names(unmet),
    maintainer: found.maintainer,
    description: found.description,
    homepage: found.homepage,
  };
}

function names(list: readonly (string | undefined)[]): string[] {
  return [...new Set(list.filter((name) => name !== undefined))].sort();
}

function unknownPackage(name: string, universe: Universe): Fault {
  const providers = universe.matching({ name, qualifier: undefined, constraint: undefined });
  if (providers.length > 0) {
    const some = names(providers.slice(0, 5).map((provider) => provider.package.name));
    return new Fault(
      'resolve/unknown-package',
      `The package ${name} is a virtual one, which others provide.`,
      `Ask for one of them by name: ${some.join(', ')}.`,
    );
  }
  const close = closest(name, new Set(universe.names()));
  return new Fault(
    'resolve/unknown-package',
    `There is no package ${name} in the repositories of the definition.`,
    close.length > 0
      ? `Did you mean ${close.join(' or ')}?`
      : 'Check its name, and that the repositories have its component and architecture.',
  );
}
