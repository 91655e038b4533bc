// Which ecosystems of OSV, and which of their releases, somebody wants.
import { compareStrings } from '../../lib/bytes.ts';
import { ecosystemBase, ecosystemName } from '../../osv/names.ts';

/** Ecosystems by the folder of the bucket that holds them; an ecosystem without a release stands for all of its releases. */
export class Wanted {
  /** `undefined`: everything. */
  readonly ecosystems: readonly string[] | undefined;
  readonly #releases = new Map<string, Set<string>>();

  constructor(ecosystems: readonly string[] | undefined) {
    this.ecosystems =
      ecosystems === undefined ? undefined : [...new Set(ecosystems.map(ecosystemName))].sort(compareStrings);
    for (const ecosystem of this.ecosystems ?? []) {
      const base = ecosystemBase(ecosystem);
      const releases = this.#releases.get(base) ?? new Set();
      this.#releases.set(base, releases.add(ecosystem));
    }
  }

  /** Sorted; `undefined` where everything is wanted: the bucket says what it has. */
  get folders(): readonly string[] | undefined {
    return this.ecosystems === undefined ? undefined : [...this.#releases.keys()].sort(compareStrings);
  }

  /** @param ecosystem by its normal name; one without a release speaks of all releases */
  has(ecosystem: string): boolean {
    if (this.ecosystems === undefined) return true;
    const base = ecosystemBase(ecosystem);
    const releases = this.#releases.get(base);
    return releases !== undefined && (ecosystem === base || releases.has(base) || releases.has(ecosystem));
  }

  /** What either wants. */
  with(other: Wanted): Wanted {
    if (this.ecosystems === undefined || other.ecosystems === undefined) return new Wanted(undefined);
    return new Wanted([...this.ecosystems, ...other.ecosystems]);
  }

  /** Whether all that `this` wants of a folder was wanted by the other, too. */
  isWithin(other: Wanted, folder: string): boolean {
    if (other.ecosystems === undefined) return true;
    const before = other.#releases.get(folder);
    if (before === undefined || this.ecosystems === undefined) return before?.has(folder) === true;
    return before.has(folder) || [...(this.#releases.get(folder) ?? [])].every((release) => before.has(release));
  }
}
