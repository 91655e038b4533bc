// How a package comes to be needed: shortest ways from packages that nothing needs.
import type { BomPackage } from '../bom/types.ts';
import { compareStrings } from '../lib/bytes.ts';

/** Most ways to one package, each from another outermost package. */
const WAYS = 5;
/** Longest way: packages that are further inside have none. */
const LONGEST = 30;

/**
 * Ways through the dependencies of a Bom. All are found together, in one walk from the outermost packages inwards that
 * takes no more than {@link WAYS} ways through each package: time and memory grow with packages and dependencies alone.
 */
export class DependencyWays {
  readonly #packages: readonly BomPackage[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #needs: Needs;
  // A way, by its number: where it leads, where it begins, the way to the package before, how many are before.
  readonly #at: Int32Array;
  readonly #root: Int32Array;
  readonly #before: Int32Array;
  readonly #length: Int32Array;
  #count = 0;
  /** The numbers of the ways to each package, and how many it has. */
  readonly #ways: Int32Array;
  readonly #counts: Uint8Array;

  /** @param packages of a Bom, sorted by purl */
  constructor(packages: readonly BomPackage[]) {
    this.#packages = packages;
    this.#numbers = new Map(packages.map(({ purl }, i) => [purl, i]));
    this.#needs = needsOf(packages, this.#numbers);
    const most = packages.length * WAYS;
    this.#at = new Int32Array(most);
    this.#root = new Int32Array(most);
    this.#before = new Int32Array(most);
    this.#length = new Int32Array(most);
    this.#ways = new Int32Array(most);
    this.#counts = new Uint8Array(packages.length);
    this.#walk();
  }

  /** purls from the outside in, the package itself left out; the shortest first. Empty for what nothing needs, and for what only a circle needs. */
  to(purl: string): readonly (readonly string[])[] {
    const number = this.#numbers.get(purl);
    if (number === undefined) return [];
    const found: (readonly string[])[] = [];
    const first = number * WAYS;
    for (let i = first; i < first + (this.#counts[number] ?? 0); i++) {
      const way = this.#ways[i] ?? 0;
      if ((this.#before[way] ?? -1) >= 0) found.push(this.#purls(way));
    }
    return found.length < 2 ? found : found.sort(compareWays);
  }

  #walk(): void {
    const { starts, ends, outermost } = this.#needs;
    for (const at of outermost) this.#take(at, at, -1, 0);
    for (let way = 0; way < this.#count; way++) {
      const length = (this.#length[way] ?? 0) + 1;
      if (length > LONGEST) continue;
      const at = this.#at[way] ?? 0;
      const root = this.#root[way] ?? 0;
      for (let i = starts[at] ?? 0; i < (starts[at + 1] ?? 0); i++) this.#take(ends[i] ?? 0, root, way, length);
    }
  }

  #take(at: number, root: number, before: number, length: number): void {
    const known = this.#counts[at] ?? 0;
    if (known >= WAYS) return;
    const first = at * WAYS;
    for (let i = 0; i < known; i++) if (this.#root[this.#ways[first + i] ?? 0] === root) return;
    const way = this.#count++;
    this.#at[way] = at;
    this.#root[way] = root;
    this.#before[way] = before;
    this.#length[way] = length;
    this.#ways[first + known] = way;
    this.#counts[at] = known + 1;
  }

  #purls(way: number): readonly string[] {
    const list: string[] = [];
    for (let at = this.#before[way] ?? -1; at >= 0; at = this.#before[at] ?? -1)
      list.push(this.#packages[this.#at[at] ?? 0]?.purl ?? '');
    return list.reverse();
  }
}

/** Dependencies by the numbers of the packages. */
interface Needs {
  /** Where a package's begin in `ends`; one more than there are packages. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Packages that nothing else needs. */
  readonly outermost: readonly number[];
}

function needsOf(packages: readonly BomPackage[], numbers: ReadonlyMap<string, number>): Needs {
  const starts = new Int32Array(packages.length + 1);
  const ends: number[] = [];
  const needed = new Uint8Array(packages.length);
  for (let i = 0; i < packages.length; i++) {
    for (const purl of packages[i]?.dependencies ?? []) {
      const number = numbers.get(purl);
      if (number === undefined || number === i) continue;
      needed[number] = 1;
      ends.push(number);
    }
    starts[i + 1] = ends.length;
  }
  const outermost = packages.flatMap((_, i) => (needed[i] === 0 ? [i] : []));
  return { starts, ends: Int32Array.from(ends), outermost };
}

/** Shorter ways first. */
function compareWays(a: readonly string[], b: readonly string[]): number {
  return a.length - b.length || compareStrings(a.join('\0'), b.join('\0'));
}
