// All packages that could be chosen for one architecture, in the order in which they are preferred.
import type { Relation } from '../deb/dependency.ts';
import { satisfies } from '../deb/dependency.ts';
import type { BinaryPackage } from '../deb/binary-package.ts';
import type { PackagesIndex } from '../deb/packages.ts';
import { compareStrings } from '../lib/bytes.ts';
import { compareDebVersions } from '../version/deb.ts';

/** One version of a package and the repository that offers it. Compared by identity: a universe gives the same object again. */
export interface Candidate {
  readonly package: BinaryPackage;
  readonly repository: string;
}

export interface RepositoryIndex {
  /** The repository's name in the lock. */
  readonly repository: string;
  readonly index: PackagesIndex;
}

const PRIORITIES = ['required', 'important', 'standard', 'optional', 'extra'];

function rank(candidate: Candidate): number {
  const at = PRIORITIES.indexOf(candidate.package.priority);
  return at < 0 ? PRIORITIES.length : at;
}

export class Universe {
  readonly #indexes: readonly RepositoryIndex[];
  readonly #architecture: string;
  readonly #named = new Map<string, readonly Candidate[]>();
  readonly #matching = new Map<Relation, readonly Candidate[]>();

  /** @param indexes in the order of the definition: of equal versions the first repository's is taken */
  constructor(indexes: readonly RepositoryIndex[], architecture: string) {
    this.#indexes = indexes;
    this.#architecture = architecture;
  }

  /** All versions of a package, the highest first. */
  named(name: string): readonly Candidate[] {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const candidates = this.#indexes
      .flatMap(({ repository, index }) => index.named(name).map((found) => ({ package: found, repository })))
      .filter((candidate) => this.#fits(candidate.package))
      .sort((a, b) => compareDebVersions(b.package.version, a.package.version))
      .filter((candidate, i, all) => i === 0 || all[i - 1]?.package.version !== candidate.package.version);
    this.#named.set(name, candidates);
    return candidates;
  }

  /**
   * What satisfies a relation, in the order of preference: the package of that name, the highest version first; then
   * those that provide it, by priority (required, important, standard, optional, extra), then name, then version.
   */
  matching(relation: Relation): readonly Candidate[] {
    const known = this.#matching.get(relation);
    if (known !== undefined) return known;
    const providers = this.#providers(relation.name);
    const candidates = [...this.named(relation.name), ...providers].filter((candidate) =>
      this.satisfied(relation, candidate.package),
    );
    this.#matching.set(relation, candidates);
    return candidates;
  }

  /** Whether a package is what a relation asks for, by its name or by what it provides (Policy 7.5). */
  satisfied(relation: Relation, by: BinaryPackage): boolean {
    if (!this.#qualified(relation, by)) return false;
    if (by.name === relation.name && satisfies(by.version, relation.constraint)) return true;
    return by.provides.some(
      ({ name, constraint }) =>
        name === relation.name &&
        (relation.constraint === undefined ||
          (constraint?.operator === '=' && satisfies(constraint.version, relation.constraint))),
    );
  }

  *names(): Generator<string> {
    for (const { index } of this.#indexes) yield* index.names();
  }

  #providers(name: string): Candidate[] {
    const names = this.#indexes.flatMap(({ index }) => index.providing(name).map((found) => found.name));
    return [...new Set(names)]
      .filter((provider) => provider !== name)
      .flatMap((provider) => this.named(provider))
      .sort(
        (a, b) =>
          rank(a) - rank(b) ||
          compareStrings(a.package.name, b.package.name) ||
          compareDebVersions(b.package.version, a.package.version),
      );
  }

  #fits(found: BinaryPackage): boolean {
    return found.architecture === this.#architecture || found.architecture === 'all';
  }

  /** `:any` needs a package that allows it; another architecture's package is never in the image (deb-control(5)). */
  #qualified({ qualifier }: Relation, by: BinaryPackage): boolean {
    if (qualifier === 'any') return by.multiArch === 'allowed';
    return qualifier === undefined || qualifier === 'native' || qualifier === this.#architecture;
  }
}
