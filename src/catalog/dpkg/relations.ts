// Which installed packages meet the relationships of others: Debian Policy 7, the Multi-Arch specification.
import { type Alternatives, parseRelation, type Relation, satisfies } from '../../deb/dependency.ts';
import { Fault } from '../../lib/faults.ts';
import type { Effort } from '../effort.ts';
import type { InstalledDeb } from './status.ts';

export interface Resolved<P> {
  /** What meets the dependencies, each once, without the package itself. */
  readonly met: readonly P[];
  /** What nothing installed meets, as it stands: `a (>= 1) | b`. */
  readonly unmet: readonly string[];
}

interface Provider<P> {
  readonly package: P;
  /** What it provides under this name; `undefined` where it is the name of the package itself. */
  readonly provided: Relation | undefined;
}

/** Relations of one field, and packages that provide one name, that are looked at. */
const RELATIONS = 50_000;
const PROVIDERS = 100;
/** Longest group of alternatives, in characters: what is behind is not read. */
const GROUP = 10_000;

/** Resolves dependencies among the packages of one root. */
export class InstalledUniverse<P extends InstalledDeb> {
  readonly #providers = new Map<string, Provider<P>[]>();
  readonly #native: string;
  /** What was read of a group already: most are said often. */
  readonly #read = new Map<string, Alternatives | undefined>();
  /** What meets a group, by the architecture of who asks: nothing else of it makes a difference. */
  readonly #met = new Map<string, Map<string, readonly P[]>>();
  readonly #effort: Effort;

  constructor(packages: readonly P[], effort: Effort) {
    this.#effort = effort;
    this.#native = mostFrequent(packages.map(({ architecture }) => architecture));
    for (const one of packages) {
      this.#add(one.name, { package: one, provided: undefined });
      for (const text of groupsOf(one.provides)) {
        for (const provided of this.#relations(text) ?? []) this.#add(provided.name, { package: one, provided });
      }
    }
  }

  /**
   * The packages that meet Pre-Depends and Depends. Of alternatives the first that is met counts; of a virtual package
   * all providers, unless a package has the name itself.
   * @throws Fault `catalog/too-many-steps`, `catalog/too-many-dependencies`
   */
  resolve(by: P): Resolved<P> {
    const met = new Set<P>();
    const unmet: string[] = [];
    for (const text of by.depends.flatMap(groupsOf)) {
      const found = this.#meeting(text, by);
      this.#effort.spend(1 + found.length);
      if (found.length === 0) unmet.push(text);
      for (const one of found) met.add(one);
    }
    met.delete(by);
    this.#effort.dependencies(met.size);
    return { met: [...met], unmet };
  }

  #meeting(text: string, by: P): readonly P[] {
    const architecture = this.#architectureOf(by);
    const known = this.#met.get(architecture) ?? new Map<string, readonly P[]>();
    this.#met.set(architecture, known);
    let met = known.get(text);
    if (met === undefined) {
      const relations = this.#relations(text);
      met = relations === undefined ? [] : this.#firstMet(relations, by);
      known.set(text, met);
    }
    return met;
  }

  #firstMet(alternatives: Alternatives, by: P): readonly P[] {
    for (const relation of alternatives) {
      const providers = this.#providers.get(relation.name) ?? [];
      this.#effort.spend(1 + providers.length);
      const found = providers.filter((provider) => this.#meets(provider, relation, by));
      const named = found.filter(({ provided }) => provided === undefined);
      if (found.length > 0) return (named.length > 0 ? named : found).map((provider) => provider.package);
    }
    return [];
  }

  #meets({ package: one, provided }: Provider<P>, { qualifier, constraint }: Relation, by: P): boolean {
    if (!this.#isRightArchitecture(one, qualifier, by)) return false;
    if (provided === undefined) return satisfies(one.version, constraint);
    // Policy 7.5: only a versioned Provides meets a versioned relationship.
    if (constraint === undefined) return true;
    return provided.constraint !== undefined && satisfies(provided.constraint.version, constraint);
  }

  #isRightArchitecture(one: P, qualifier: string | undefined, by: P): boolean {
    const have = this.#architectureOf(one);
    if (one.multiArch === 'foreign') return true;
    if (qualifier === 'any') return one.multiArch === 'allowed' || have === this.#architectureOf(by);
    if (qualifier === 'native') return have === this.#native;
    return have === (qualifier ?? this.#architectureOf(by));
  }

  // Packages of architecture `all` count as the native one's.
  #architectureOf({ architecture }: P): string {
    return architecture === undefined || architecture === 'all' ? this.#native : architecture;
  }

  #relations(group: string): Alternatives | undefined {
    if (!this.#read.has(group)) this.#read.set(group, readGroup(group));
    return this.#read.get(group);
  }

  #add(name: string, provider: Provider<P>): void {
    const known = this.#providers.get(name);
    if (known === undefined) this.#providers.set(name, [provider]);
    else if (known.length < PROVIDERS) known.push(provider);
  }
}

/** The groups of a field. */
function groupsOf(field: string | undefined): string[] {
  return (field ?? '')
    .split(',', RELATIONS)
    .map((group) => group.slice(0, GROUP).replace(/\s+/g, ' ').trim())
    .filter((group) => group !== '');
}

/** `undefined` for a group that cannot be read. */
function readGroup(text: string): Alternatives | undefined {
  try {
    return text.split('|').map((relation) => parseRelation(relation.trim(), 'An installed package'));
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function mostFrequent(architectures: readonly (string | undefined)[]): string {
  const counts = new Map<string, number>();
  for (const one of architectures) {
    if (one !== undefined && one !== 'all') counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), ['all', 0] as [string, number])[0];
}
