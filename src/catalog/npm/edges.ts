// Which of the package.json read are installed packages, and which of them each one's dependencies lead to.
import { type BytePath, compareStrings } from '../../lib/bytes.ts';
import type { CatalogContext } from '../types.ts';
import type { Manifest, Need } from './manifest.ts';
import { type Place, enclosingModule, isNamedAfter, plainName } from './places.ts';
import { ModuleResolver } from './resolution.ts';

/** A package.json where it stands. */
export interface Standing {
  readonly path: BytePath;
  readonly folder: BytePath;
  readonly manifest: Manifest;
  readonly place: Place;
}

export interface Edges {
  readonly at: Standing;
  /** Folders of packages. */
  readonly needed: readonly BytePath[];
  /** What it asks for and is not there: `name@range`, sorted. */
  readonly missing: readonly string[];
}

/**
 * The installed packages: those that stand where Node.js looks, copies inside of others, applications with their
 * node_modules, unpacked programs, and whatever links in node_modules lead to. An application also needs what its
 * devDependencies find; a package that carries a copy of another needs it, and what stands in its own node_modules
 * and nobody finds.
 */
export function installedEdges(places: ReadonlyMap<BytePath, Standing>, context: CatalogContext): readonly Edges[] {
  const resolver = new ModuleResolver(places, context);
  const waiting = [...places.values()].filter((at) => isInstalled(at, resolver));
  const known = new Set(waiting.map(({ folder }) => folder));
  const carried = Map.groupBy(
    waiting.filter(({ place }) => place === 'embedded'),
    ({ folder }) => enclosingModule(folder) ?? '',
  );
  const edges: Edges[] = [];
  // Grows while it is walked: what a link leads to is installed, too.
  for (const at of waiting) {
    const { found, missing } = followed(at, resolver);
    const needed = [...found, ...(carried.get(at.folder) ?? []).map(({ folder }) => folder)];
    edges.push({ at, needed, missing });
    for (const to of needed) {
      const target = known.has(to) ? undefined : places.get(to);
      if (target === undefined) continue;
      known.add(to);
      waiting.push(target);
    }
  }
  return withCarried(edges);
}

function withCarried(edges: readonly Edges[]): readonly Edges[] {
  const found = new Set(edges.flatMap(({ needed }) => needed));
  const unfound = edges.filter(({ at: { place, folder } }) => place === 'module' && !found.has(folder));
  const carried = Map.groupBy(unfound, ({ at }) => enclosingModule(at.folder));
  return edges.map((one) => {
    const more = carried.get(one.at.folder);
    return more === undefined ? one : { ...one, needed: [...one.needed, ...more.map(({ at }) => at.folder)] };
  });
}

function isInstalled({ place, folder, manifest: { name, version } }: Standing, resolver: ModuleResolver): boolean {
  if (place === 'module') return true;
  if (version === '') return false;
  if (place === 'embedded') return plainName(folder) === name;
  return isNamedAfter(folder, name, version) || resolver.modulesBeside(folder) !== undefined;
}

function followed(at: Standing, resolver: ModuleResolver): { found: BytePath[]; missing: string[] } {
  const { needs = [], development = [] } = at.manifest;
  const found: BytePath[] = [];
  const missing: string[] = [];
  const follow = ({ name, range }: Need, optional: boolean) => {
    const to = resolver.resolve(name, at.folder);
    if (to !== undefined) found.push(to);
    else if (!optional) missing.push(range === '' ? name : `${name}@${range}`);
  };
  for (const need of needs) follow(need, need.optional === true);
  if (at.place === 'elsewhere') for (const need of development) follow(need, true);
  return { found, missing: missing.sort(compareStrings) };
}
