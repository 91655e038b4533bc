// Where Maven's packages are in the image, so that what a POM asks for is found.
import { compareStrings } from '../../lib/bytes.ts';
import type { Effort } from '../effort.ts';
import type { PomDependency } from './pom.ts';

interface Place {
  readonly purl: string;
  readonly version: string;
  readonly path: string;
}

/** Most places of one artifact that are compared. */
const PLACES = 100;

/** What has coordinates and may have a POM. */
interface WithPom {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
  readonly pom: { readonly dependencies: readonly PomDependency[] } | undefined;
}

export class MavenPlaces {
  readonly #places = new Map<string, Place[]>();
  readonly #effort: Effort;

  constructor(effort: Effort) {
    this.#effort = effort;
  }

  add({ groupId, artifactId, version }: WithPom, purl: string, path: string): void {
    const key = `${groupId}:${artifactId}`;
    const places = this.#places.get(key);
    if (places === undefined) this.#places.set(key, [{ purl, version, path }]);
    else if (places.length < PLACES) places.push({ purl, version, path });
  }

  /** What a package needs: purls of what is there, and `group:artifact version` of what is not, both sorted. */
  needsOf({ pom }: WithPom, purl: string, path: string): { readonly dependencies: string[]; readonly unmet: string[] } {
    const dependencies = new Set<string>();
    const unmet = new Set<string>();
    for (const { groupId, artifactId, version = '' } of pom?.dependencies ?? []) {
      const name = `${groupId}:${artifactId}`;
      const places = this.#places.get(name) ?? [];
      this.#effort.spend(1 + places.length);
      const place = best(places, version, path);
      if (place === undefined) unmet.add(version === '' ? name : `${name} ${version}`);
      else if (place.purl !== purl) dependencies.add(place.purl);
    }
    return { dependencies: [...dependencies].sort(compareStrings), unmet: [...unmet].sort(compareStrings) };
  }
}

/** In the same file before elsewhere, of the version that is asked for before another. */
function best(places: readonly Place[], version: string, path: string): Place | undefined {
  const score = (place: Place) => (place.path === path ? 2 : 0) + (place.version === version ? 1 : 0);
  let found: Place | undefined;
  for (const place of places) if (found === undefined || score(place) > score(found)) found = place;
  return found;
}
