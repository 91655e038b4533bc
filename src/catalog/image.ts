// The Bom of an image from what its layers say.
import type { Bom, BomFile, BomNotRead, BomPackage, BomSubject, Distribution } from '../bom/types.ts';
import { ImageTree } from '../image/tree.ts';
import { type BytePath, compareStrings } from '../lib/bytes.ts';
import type { Digest } from '../lib/digest.ts';
import { assembling, CatalogerIndex, type LocatedFact } from './catalog.ts';
import { licenceFiles, withLicenceFiles } from './licence-files.ts';
import type { LayerAnalysis } from './layer.ts';
import { unreadLinks } from './links.ts';
import { LayerNames } from './names.ts';
import { ownersOf } from './owners.ts';
import type { Cataloger } from './types.ts';

export interface ImageFacts {
  /** `linux/amd64`; `undefined` for a folder. */
  readonly platform: string | undefined;
  /** `NAME=value` */
  readonly environment: readonly string[];
  /** How many of the layers, lowest first, are the base image's; `undefined` where no base was recognised. */
  readonly baseLayers: number | undefined;
  /** Whether the owners of all files are wanted. */
  readonly files: boolean;
}

export interface ImageContent {
  readonly distribution: Distribution | undefined;
  /** Sorted by purl. */
  readonly packages: readonly BomPackage[];
  /** Files that should have been read and could not be, sorted by path; only those that the merged view keeps. */
  readonly notRead: readonly BomNotRead[];
  readonly tree: ImageTree;
  /** Which package brings a file, its purl by the file's path; of all files where they are wanted. */
  readonly owners: ReadonlyMap<BytePath, string>;
}

/** Types of package URLs of operating systems' packages: what they bring is theirs, whatever else describes it. */
const SYSTEM_KINDS: ReadonlySet<string> = new Set(['deb', 'apk', 'rpm', 'alpm', 'ebuild']);

/**
 * Puts the layers over each other and makes packages of the facts of the files that remain.
 * @param layers lowest first
 * @param pause called between steps, each of which may take a second for a large image: others have their turn, or it throws
 * @throws Fault `image/too-large`, `image/parent`, `catalog/too-many-packages`, `catalog/too-many-dependencies`
 */
export async function imageContent(
  layers: readonly LayerAnalysis[],
  catalogers: readonly Cataloger<unknown>[],
  distributionOf: (texts: readonly LocatedFact[]) => Distribution | undefined,
  { platform, environment, baseLayers, files }: ImageFacts,
  pause: () => Promise<void>,
): Promise<ImageContent> {
  const tree = new ImageTree();
  for (const layer of layers) {
    tree.apply(layer.entries);
    await pause();
  }
  const index = new CatalogerIndex(catalogers);
  const names = layers.map((layer, i) => new LayerNames(layer.entries, i, tree));
  const facts = factsInView(layers, names, index);
  const distribution = distributionOf(facts.get('os-release') ?? []);
  const context = { distribution, platform, environment, files: tree };
  const turns = assembling(catalogers, facts, context);
  let turn = turns.next();
  for (; turn.done !== true; turn = turns.next()) await pause();
  const { packages, owned, failed } = turn.value;
  const system = new Map(packages.filter((p) => SYSTEM_KINDS.has(p.kind)).map((p) => [p.purl, p]));
  const owners = ownersOf(owned, files ? undefined : placesOf(packages));
  const base = baseLayers === undefined ? undefined : new Set(layers.slice(0, baseLayers).map((layer) => layer.diffId));
  return {
    distribution,
    packages: withLicenceFiles(packages, facts.get(licenceFiles.id) ?? []).map((p) =>
      attributed(p, owners, system, base),
    ),
    notRead: [...notReadInView(layers, names), ...unreadLinks(tree, index), ...failed].sort(
      (a, b) => compareStrings(a.path, b.path) || compareStrings(a.cataloger, b.cataloger),
    ),
    tree,
    owners,
  };
}

function factsInView(
  layers: readonly LayerAnalysis[],
  names: readonly LayerNames[],
  index: CatalogerIndex,
): Map<string, LocatedFact[]> {
  const facts = new Map<string, LocatedFact[]>();
  layers.forEach(({ diffId, facts: found }, layer) => {
    for (const { cataloger, at, fact } of found) {
      const path = names[layer]?.inView(at) ?? otherName(names[layer], at, cataloger, index);
      if (path === undefined) continue;
      const list = facts.get(cataloger);
      const located = { path, fact, layer: diffId };
      if (list === undefined) facts.set(cataloger, [located]);
      else list.push(located);
    }
  });
  return facts;
}

// A program is read under its first name only; those that a path asks for are read under each.
function otherName(
  names: LayerNames | undefined,
  at: number,
  cataloger: string,
  index: CatalogerIndex,
): BytePath | undefined {
  const other = names?.linked(at);
  return other !== undefined && index.ofPrograms(other).some(({ id }) => id === cataloger) ? other : undefined;
}

function notReadInView(layers: readonly LayerAnalysis[], names: readonly LayerNames[]): BomNotRead[] {
  return layers.flatMap(({ notRead }, layer) =>
    notRead.flatMap(({ at, ...one }) => {
      const path = names[layer]?.inView(at) ?? names[layer]?.linked(at);
      return path === undefined ? [] : [{ ...one, path }];
    }),
  );
}

function attributed(
  p: BomPackage,
  owners: ReadonlyMap<BytePath, string>,
  system: ReadonlyMap<string, BomPackage>,
  base: ReadonlySet<Digest> | undefined,
): BomPackage {
  const locations = p.locations ?? [];
  const owner = system.has(p.purl) ? undefined : ownerOf(p, owners, system);
  const inBase = base !== undefined && locations.some(({ layer }) => layer !== undefined && base.has(layer));
  return {
    ...p,
    ...(owner === undefined ? {} : { ownedBy: owner }),
    ...(base === undefined ? {} : { origin: inBase ? 'base' : 'added' }),
  };
}

/** Where those packages are that may be another's. */
function placesOf(packages: readonly BomPackage[]): ReadonlySet<BytePath> {
  const others = packages.filter((p) => !SYSTEM_KINDS.has(p.kind));
  return new Set(others.flatMap(({ locations = [] }) => locations.map(({ path }) => path)));
}

// A package is the system's when every place that tells of it is.
function ownerOf(
  { locations = [] }: BomPackage,
  owners: ReadonlyMap<BytePath, string>,
  system: ReadonlyMap<string, BomPackage>,
): string | undefined {
  const of = locations.map(({ path }) => (path.startsWith('usr/share/doc/') ? undefined : owners.get(path)));
  return of.every((purl) => purl !== undefined && system.has(purl)) ? of[0] : undefined;
}

/** The image as a Bom; without files unless they are given. */
export function imageBom(
  subject: Omit<BomSubject, 'distribution'>,
  { packages, distribution, notRead }: Pick<ImageContent, 'packages' | 'distribution' | 'notRead'>,
  files: readonly BomFile[] = [],
): Bom {
  return {
    subject: { ...subject, distribution },
    packages,
    files,
    ...(notRead.length === 0 ? {} : { notRead }),
  };
}
