// Who provides a name: the dependencies of packages whose manager has seen to versions already.
import { compareStrings } from '../lib/bytes.ts';
import type { Effort } from './effort.ts';

/** Packages that provide one name that are looked at. */
const MOST = 100;

/** Which packages provide which names. A package's own name counts before what others provide under it. */
export class Providers<P> {
  readonly #named = new Map<string, P[]>();
  readonly #provided = new Map<string, P[]>();
  readonly #effort: Effort;

  constructor(effort: Effort) {
    this.#effort = effort;
  }

  /** The package has this name itself. */
  name(name: string, by: P): void {
    append(this.#named, name, by);
  }

  provide(name: string, by: P): void {
    append(this.#provided, name, by);
  }

  /** Empty where nothing installed provides it. @throws Fault `catalog/too-many-steps` */
  of(name: string): readonly P[] {
    const found = this.#named.get(name) ?? this.#provided.get(name) ?? [];
    this.#effort.spend(1 + found.length);
    return found;
  }
}

function append<P>(lists: Map<string, P[]>, name: string, one: P): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [one]);
  else if (list.at(-1) !== one && list.length < MOST) list.push(one);
}

/** purls without the package's own and without repetition, sorted. @throws Fault `catalog/too-many-dependencies` */
export function dependencyList(purls: Iterable<string>, own: string, effort: Effort): string[] {
  const others = new Set(purls);
  others.delete(own);
  effort.dependencies(others.size);
  return [...others].sort(compareStrings);
}
