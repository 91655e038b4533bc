// Whether a record means a version.
import type { Affected, VersionRange } from '../advisory/types.ts';
import { versionOrder, type VersionOrder } from '../version/order.ts';
import { inRange } from '../version/range.ts';

/** The range that holds the version; `named`: the version itself, or every version; `no`; `unsure`: the order cannot tell. */
export type Held = VersionRange | 'named' | 'no' | 'unsure';

/** Judges the records of one ecosystem for one version. An empty version is held by records of every version alone. */
export class VersionJudge {
  readonly #order: VersionOrder | undefined;
  readonly #version: string;
  /** Where the version has a local part, without it. */
  readonly #published: string | undefined;

  constructor(ecosystem: string, version: string) {
    this.#order = versionOrder(ecosystem);
    this.#version = version;
    const local = ecosystem === 'PyPI' ? version.indexOf('+') : -1;
    this.#published = local < 0 ? undefined : version.slice(0, local);
  }

  /** Whether the version has a place in the ecosystem's order. */
  get isReadable(): boolean {
    return this.#order?.(this.#version, '1') !== undefined || this.#order?.(this.#version, '1.0.0') !== undefined;
  }

  holds({ ranges, versions }: Pick<Affected, 'ranges' | 'versions'>): Held {
    if (ranges.length === 0 && versions.length === 0) return 'named';
    const version = this.#version;
    const order = this.#order;
    if (version === '') return ranges.find(isEverything) ?? 'unsure';
    if (order === undefined) return versions.includes(version) ? 'named' : (ranges.find(isEverything) ?? 'unsure');
    let unsure = false;
    for (const range of ranges) {
      const held = inRange(order, this.#against(range.lastAffected), range);
      if (held === true) return range;
      if (held === undefined) unsure = true;
    }
    for (const one of versions) if (one === version || order(one, this.#against(one)) === 0) return 'named';
    return unsure ? 'unsure' : 'no';
  }

  /**
   * What is compared with a last or only affected version of PyPI: builds of a published version (`2.0.1+cu118`) are that
   * version, unless a local part is named (PEP 440, "Version matching", "Inclusive ordered comparison").
   */
  #against(limit: string | undefined): string {
    return limit === undefined || limit.includes('+') ? this.#version : (this.#published ?? this.#version);
  }
}

function isEverything({ introduced, fixed, lastAffected }: VersionRange): boolean {
  return introduced === '0' && fixed === undefined && lastAffected === undefined;
}
