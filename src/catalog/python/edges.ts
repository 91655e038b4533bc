// Which distributions each one leads to: its requirements whose markers hold, with the extras that others ask of it.
import { compareStrings } from '../../lib/bytes.ts';
import { normalPypiName } from '../../purl/pypi-name.ts';
import type { Effort } from '../effort.ts';
import type { CatalogContext } from '../types.ts';
import type { Distribution } from './distributions.ts';
import { markerEnvironment } from './environment.ts';
import { type MarkerEnvironment, markerHolds } from './marker.ts';
import { listedPath } from './record.ts';
import { type Requirement, requirementText } from './requirement.ts';
import type { Sites } from './sites.ts';

export interface DistributionEdges {
  readonly needed: ReadonlySet<Distribution>;
  /** What it asks for and is not there, sorted. */
  readonly missing: readonly string[];
}

interface State {
  readonly extras: Set<string>;
  edges: DistributionEdges | undefined;
}

/** Most extras that are followed of one distribution. */
const EXTRAS = 1000;

/**
 * The edges of each distribution: an extra counts only where an installed distribution asks for it; a copy of another that it
 * carries is needed, too.
 */
export function distributionEdges(
  distributions: readonly Distribution[],
  sites: Sites,
  context: CatalogContext,
): ReadonlyMap<Distribution, DistributionEdges> {
  const resolve = resolverOf(distributions, sites, context.effort);
  const environments = environmentsOf(sites, context);
  const states = new Map(
    distributions.map((one): [Distribution, State] => [one, { extras: new Set(), edges: undefined }]),
  );
  const carried = carriedBy(distributions);
  const markers = new Markers();
  const waiting = new Set(distributions.toReversed());
  // Grows while it is walked: who is asked for more extras comes once more, after those that may ask for others.
  for (const one of waiting) {
    waiting.delete(one);
    const state = states.get(one);
    if (state === undefined) continue;
    const needed = new Set<Distribution>(carried.get(one));
    const missing = new Set<string>();
    for (const requirement of requirementsOf(one)) {
      context.effort.spend(1);
      const holds = markers.hold(requirement, environments(one), state.extras, context.effort);
      if (holds === false) continue;
      const target = resolve(requirement.name, one);
      if (target === undefined) {
        if (holds === true) missing.add(requirementText(requirement));
        continue;
      }
      if (target !== one) needed.add(target);
      const asked = states.get(target)?.extras;
      const before = asked?.size ?? 0;
      for (const extra of requirement.extras ?? []) if (before < EXTRAS) asked?.add(extra);
      if ((asked?.size ?? 0) > before) waiting.add(target);
    }
    state.edges = { needed, missing: [...missing].sort(compareStrings) };
  }
  return new Map(distributions.map((one) => [one, states.get(one)?.edges ?? { needed: new Set(), missing: [] }]));
}

/** The distributions whose metadata another one lists among its files: copies that it carries. */
function carriedBy(distributions: readonly Distribution[]): ReadonlyMap<Distribution, readonly Distribution[]> {
  const byPath = new Map(distributions.map((one) => [one.path, one]));
  return new Map(
    distributions.map((one) => [
      one,
      (one.files ?? [])
        .filter((path) => path.endsWith('/METADATA') || path.endsWith('/PKG-INFO'))
        .flatMap((path) => byPath.get(listedPath(one.site, path)) ?? [])
        .filter((other) => other !== one),
    ]),
  );
}

function requirementsOf({ metadata, requires }: Distribution): readonly Requirement[] {
  return metadata.requires ?? requires ?? [];
}

/** Whether requirements apply; what does not depend on extras is found out once for each environment. */
class Markers {
  readonly #known = new Map<MarkerEnvironment, Map<string, boolean | undefined>>();

  hold(
    { marker }: Requirement,
    environment: MarkerEnvironment,
    extras: ReadonlySet<string>,
    effort: Effort,
  ): boolean | undefined {
    if (marker === undefined) return true;
    const known = this.#known.get(environment) ?? new Map<string, boolean | undefined>();
    this.#known.set(environment, known);
    const before = known.get(marker);
    if (before !== undefined || known.has(marker)) return before;
    effort.spend(marker.length >> 3);
    const holds = markerHolds(marker, environment, extras);
    if (!marker.includes('extra')) known.set(marker, holds);
    return holds;
  }
}

function environmentsOf(sites: Sites, context: CatalogContext): (one: Distribution) => MarkerEnvironment {
  const known = new Map<string, MarkerEnvironment>();
  return ({ site }) => {
    const before = known.get(site);
    if (before !== undefined) return before;
    const { short, full } = sites.version(site);
    const environment = markerEnvironment(context, short, full, site.includes('/pypy'));
    known.set(site, environment);
    return environment;
  };
}

function resolverOf(
  distributions: readonly Distribution[],
  sites: Sites,
  effort: Effort,
): (name: string, from: Distribution) => Distribution | undefined {
  const byName = new Map<string, Map<string, Distribution>>();
  for (const one of distributions) {
    const name = normalPypiName(one.metadata.name);
    const places = byName.get(name) ?? new Map<string, Distribution>();
    if (!places.has(one.site)) places.set(one.site, one);
    byName.set(name, places);
  }
  return (name, { site }) => {
    const places = byName.get(name);
    if (places === undefined) return undefined;
    for (const folder of sites.order(site)) {
      effort.spend(1);
      const found = places.get(folder);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
