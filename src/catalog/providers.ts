// Who provides a name: the dependencies of packages whose manager has seen to versions already.
import { compareStrings } from '../lib/bytes.ts';

/** Packages that provide one name that are looked at. */
const MOST = 100;

/** Which packages provide which names. A package's own name counts before what others provide under it. */
export class Providers<P> {
  readonly #named = new Map<string, P[]>();
  readonly #provided = new Map<string, P[]>();

  /** The package has this name itself. */
  name(name: string, by: P): void {
    append(this.#named, name, by);
  }

  provide(name: string, by: P): void {
    append(this.#provided, name, by);
  }

  /** Empty where nothing installed provides it. */
  of(name: string): readonly P[] {
    return this.#named.get(name) ?? this.#provided.get(name) ?? [];
  }
}

function append<P>(lists: Map<string, P[]>, name: string, one: P): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [one]);
  else if (list.at(-1) !== one && list.length < MOST) list.push(one);
}

/** purls without the package's own and without repetition, sorted. */
export function dependencyList(purls: Iterable<string>, own: string): string[] {
  const others = new Set(purls);
  others.delete(own);
  return [...others].sort(compareStrings);
}
