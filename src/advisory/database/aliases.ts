// Which names mean the same vulnerability.
import { compareStrings } from '../../lib/bytes.ts';
import { isCve, mainOf } from './identifiers.ts';

/** Most names of one vulnerability: what would join more does not join. */
const MOST_NAMES = 1000;

export interface Groups {
  /** The main id of a name that has another; `undefined` where it is alone, or the main id itself. */
  main(id: string): string | undefined;
  /** Whether a main id has other names. */
  has(main: string): boolean;
  /** By main id, the other names, sorted; only where there are some. Sorted by main id. */
  all(): readonly (readonly [main: string, aliases: readonly string[]])[];
}

/**
 * Joins names that records say are the same. No group has two CVEs: what would join two does not. A name goes with its own
 * CVE first, so that the order in which records come changes nothing; neither do cycles.
 */
export class AliasGroups {
  /** Pairs as one text, to be had once each: what a record says of its own CVE, of others' CVE, of names without one. */
  readonly #own = new Set<string>();
  readonly #others = new Set<string>();
  readonly #without = new Set<string>();

  /**
   * Takes the names of one record that is about itself; at most one of them is a CVE.
   * @param id the record's own, which is among the names
   */
  add(id: string, names: readonly string[]): void {
    const cve = names.find(isCve);
    for (const name of names) {
      if (cve === undefined) {
        if (name !== id) this.#without.add(`${id} ${name}`);
      } else if (name !== cve) (name === id || id === cve ? this.#own : this.#others).add(`${name} ${cve}`);
    }
  }

  groups(): Groups {
    const sets = new DisjointNames();
    for (const pairs of [this.#own, this.#others, this.#without]) {
      for (const pair of [...pairs].sort(compareStrings)) {
        const [a = '', b = ''] = pair.split(' ');
        sets.join(a, b);
      }
    }
    return groupsOf(sets.sets());
  }
}

function groupsOf(sets: Iterable<readonly string[]>): Groups {
  const mains = new Map<string, string>();
  const all: (readonly [string, readonly string[]])[] = [];
  const known = new Set<string>();
  for (const ids of sets) {
    if (ids.length < 2) continue;
    const main = mainOf(ids);
    const aliases = ids.filter((id) => id !== main).sort(compareStrings);
    for (const alias of aliases) mains.set(alias, main);
    all.push([main, aliases]);
    known.add(main);
  }
  all.sort(([a], [b]) => compareStrings(a, b));
  return { main: (id) => mains.get(id), has: (main) => known.has(main), all: () => all };
}

interface NameSet {
  ids: string[];
  cve: string | undefined;
}

class DisjointNames {
  readonly #sets = new Map<string, NameSet>();

  join(a: string, b: string): void {
    const first = this.#of(a);
    const second = this.#of(b);
    if (first === second || first.ids.length + second.ids.length > MOST_NAMES) return;
    if (first.cve !== undefined && second.cve !== undefined) return;
    const [large, small] = first.ids.length >= second.ids.length ? [first, second] : [second, first];
    for (const id of small.ids) {
      large.ids.push(id);
      this.#sets.set(id, large);
    }
    large.cve ??= small.cve;
  }

  sets(): Iterable<readonly string[]> {
    return [...new Set(this.#sets.values())].map(({ ids }) => ids);
  }

  #of(id: string): NameSet {
    let found = this.#sets.get(id);
    if (found === undefined) {
      found = { ids: [id], cve: isCve(id) ? id : undefined };
      this.#sets.set(id, found);
    }
    return found;
  }
}
