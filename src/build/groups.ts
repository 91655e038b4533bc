// Which package goes into which layer: what changes seldom and is shared by many lies lowest.
import { compareStrings } from '../lib/bytes.ts';

export interface GroupedPackage {
  readonly name: string;
  readonly source: { readonly name: string };
  /** Bytes of the .deb. */
  readonly size: number;
}

export interface LayerGroup<P extends GroupedPackage> {
  readonly name: string;
  readonly packages: readonly P[];
}

/** Sources that nearly every image on Debian holds. */
const baseSources =
  /^(base-files|base-passwd|netbase|tzdata|ca-certificates|media-types|mime-support|glibc|gcc-\d+(\.\d+)?|gcc-defaults)$/;

/** A library's source gets a layer of its own from this size of its .debs on. */
const OWN_LAYER = 1_000_000;
/** Most layers of single libraries: a budget, since every layer costs a round trip. */
const OWN_LAYERS = 8;

/**
 * base → libraries by source package → runtime.
 * @param requested the packages that the definition names; they and their source's other packages are the runtime
 */
export function layerGroups<P extends GroupedPackage>(
  packages: readonly P[],
  requested: ReadonlySet<string>,
): LayerGroup<P>[] {
  const sorted = [...packages].sort((a, b) => compareStrings(a.name, b.name));
  const isBase = (p: P) => baseSources.test(p.source.name);
  const runtimeSources = new Set(sorted.filter((p) => requested.has(p.name) && !isBase(p)).map((p) => p.source.name));
  const base = sorted.filter(isBase);
  const runtime = sorted.filter((p) => !isBase(p) && runtimeSources.has(p.source.name));
  const libraries = Map.groupBy(
    sorted.filter((p) => !isBase(p) && !runtimeSources.has(p.source.name)),
    (p) => p.source.name,
  );
  const weight = (list: readonly P[]) => list.reduce((sum, p) => sum + p.size, 0);
  const own = [...libraries]
    .filter(([, list]) => weight(list) >= OWN_LAYER)
    .sort(([a, one], [b, other]) => weight(other) - weight(one) || compareStrings(a, b))
    .slice(0, OWN_LAYERS)
    .sort(([a], [b]) => compareStrings(a, b));
  const ownSources = new Set(own.map(([source]) => source));
  const rest = sorted.filter((p) => libraries.has(p.source.name) && !ownSources.has(p.source.name));
  return [
    { name: 'base', packages: base },
    ...own.map(([source, list]) => ({ name: `library ${source}`, packages: list })),
    { name: 'libraries', packages: rest },
    { name: 'runtime', packages: runtime },
  ].filter((group) => group.packages.length > 0);
}
