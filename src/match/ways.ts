// How a package comes to be needed: shortest ways from packages that nothing needs.
import type { BomPackage } from '../bom/types.ts';
import { compareStrings } from '../lib/bytes.ts';

/** Most ways to one package, and longest way: of others the beginning of the chain is not said. */
const WAYS = 5;
const LONGEST = 30;

/** A way to a package: the one before the last, and the way to that. */
interface Way {
  readonly at: number;
  readonly root: number;
  readonly before: Way | undefined;
  readonly length: number;
}

/**
 * Ways through the dependencies of a Bom. All are found together, in one walk from the outermost packages inwards that
 * takes no more than {@link WAYS} ways through each package: time and memory grow with packages and dependencies alone.
 */
export class DependencyWays {
  readonly #packages: readonly BomPackage[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #ways: (Way[] | undefined)[];

  /** @param packages of a Bom, sorted by purl */
  constructor(packages: readonly BomPackage[]) {
    this.#packages = packages;
    this.#numbers = new Map(packages.map(({ purl }, i) => [purl, i]));
    this.#ways = Array.from({ length: packages.length });
    this.#walk();
  }

  /** purls from the outside in, the package itself left out; sorted. Empty for what nothing needs, and for what only a circle needs. */
  to(purl: string): readonly (readonly string[])[] {
    const number = this.#numbers.get(purl);
    const ways = number === undefined ? [] : (this.#ways[number] ?? []);
    return ways
      .map((way) => this.#purls(way))
      .filter((one) => one.length > 0)
      .sort(compareLists);
  }

  #walk(): void {
    const needed = new Set<number>();
    for (const { dependencies } of this.#packages) {
      for (const purl of dependencies) {
        const number = this.#numbers.get(purl);
        if (number !== undefined) needed.add(number);
      }
    }
    const queue: Way[] = [];
    for (let at = 0; at < this.#packages.length; at++) {
      if (!needed.has(at)) this.#take({ at, root: at, before: undefined, length: 0 }, queue);
    }
    for (let next = 0; next < queue.length; next++) {
      const way = queue[next];
      if (way === undefined || way.length >= LONGEST) continue;
      for (const purl of this.#packages[way.at]?.dependencies ?? []) {
        const at = this.#numbers.get(purl);
        if (at !== undefined) this.#take({ at, root: way.root, before: way, length: way.length + 1 }, queue);
      }
    }
  }

  #take(way: Way, queue: Way[]): void {
    const known = (this.#ways[way.at] ??= []);
    if (known.length >= WAYS || known.some(({ root }) => root === way.root)) return;
    known.push(way);
    queue.push(way);
  }

  #purls(way: Way): readonly string[] {
    const list: string[] = [];
    for (let at = way.before; at !== undefined; at = at.before) list.push(this.#packages[at.at]?.purl ?? '');
    return list.reverse();
  }
}

/** Shorter ways first. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  return a.length - b.length || compareStrings(a.join('\0'), b.join('\0'));
}
