// Which distributions each one leads to: its requirements whose markers hold, with the extras that others ask of it.
import { compareStrings } from '../../lib/bytes.ts';
import { normalPypiName } from '../../purl/pypi.ts';
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
  const resolve = resolverOf(distributions, sites);
  const environments = environmentsOf(sites, context);
  const states = new Map(
    distributions.map((one): [Distribution, State] => [one, { extras: new Set(), edges: undefined }]),
  );
  const carried = carriedBy(distributions);
  const waiting = [...distributions];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    const state = states.get(one);
    if (state === undefined) continue;
    const needed = new Set<Distribution>(carried.get(one));
    const missing = new Set<string>();
    for (const requirement of requirementsOf(one)) {
      const holds = applies(requirement, environments(one), state.extras);
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
      if ((asked?.size ?? 0) > before) waiting.push(target);
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

function applies(
  { marker }: Requirement,
  environment: MarkerEnvironment,
  extras: ReadonlySet<string>,
): boolean | undefined {
  return marker === undefined ? true : markerHolds(marker, environment, extras);
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
): (name: string, from: Distribution) => Distribution | undefined {
  const bySite = new Map<string, Map<string, Distribution>>();
  for (const one of distributions) {
    const names = bySite.get(one.site) ?? new Map<string, Distribution>();
    const name = normalPypiName(one.metadata.name);
    if (!names.has(name)) names.set(name, one);
    bySite.set(one.site, names);
  }
  return (name, { site }) => {
    for (const folder of sites.order(site)) {
      const found = bySite.get(folder)?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
