// Which catalogers read a file, and the packages that all of them find.
import type { BomNotRead, BomPackage } from '../bom/types.ts';
import { type BytePath, baseOf, compareStrings, parentOf } from '../lib/bytes.ts';
import type { Digest } from '../lib/digest.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { Effort, PackageBound } from './effort.ts';
import type { OwnedFiles } from './owners.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, FilePattern, Found } from './types.ts';

/** Finds the catalogers of a file without asking each of them. */
export class CatalogerIndex {
  readonly #paths = new Map<string, Candidate[]>();
  readonly #folders = new Map<string, Candidate[]>();
  readonly #names = new Map<string, Candidate[]>();
  readonly #suffixes = new Map<string, Candidate[]>();
  readonly #programs: Candidate[] = [];
  /** The folder that was asked for last. */
  #folder: BytePath | undefined;
  #ofFolder: readonly Candidate[] | undefined;
  readonly catalogers: readonly Cataloger<unknown>[];

  constructor(catalogers: readonly Cataloger<unknown>[]) {
    this.catalogers = catalogers;
    for (const cataloger of catalogers) for (const pattern of cataloger.reads) this.#add({ cataloger, pattern });
  }

  /** Whole paths that patterns name. */
  get paths(): Iterable<BytePath> {
    return this.#paths.keys();
  }

  /** Folders that patterns name. */
  get folders(): Iterable<BytePath> {
    return this.#folders.keys();
  }

  /** Whether a file could meet more patterns by a name that differs in the folders above it. */
  dependsOnFolders(path: BytePath): boolean {
    const base = baseOf(path);
    const dot = base.lastIndexOf('.');
    return hasUnmet(this.#names.get(base), path) || (dot >= 0 && hasUnmet(this.#suffixes.get(base.slice(dot)), path));
  }

  /** Those that take a file for something by one name, and by the other are not shown it or take it for something else. */
  missed(name: BytePath, read: BytePath): readonly Cataloger<unknown>[] {
    const wanted = this.#meeting(name);
    if (wanted.length === 0) return NONE;
    const met = this.#meeting(read);
    const takesOtherwise = (one: Candidate): boolean => one.pattern.match !== undefined && !met.includes(one);
    const isShown = ({ cataloger }: Candidate): boolean => met.some((one) => one.cataloger === cataloger);
    const missed = wanted.filter((one) => takesOtherwise(one) || !isShown(one));
    if (missed.length === 0) return NONE;
    const programs = this.ofPrograms(read);
    const left = missed.filter((one) => takesOtherwise(one) || !programs.includes(one.cataloger));
    return [...new Set(left.map(({ cataloger }) => cataloger))];
  }

  /** Those whose patterns the path meets. */
  byPath(path: BytePath): readonly Cataloger<unknown>[] {
    const meeting = this.#meeting(path);
    if (meeting.length === 0) return NONE;
    const found: Cataloger<unknown>[] = [];
    for (const { cataloger } of meeting) if (!found.includes(cataloger)) found.push(cataloger);
    return found;
  }

  #meeting(path: BytePath): readonly Candidate[] {
    const base = baseOf(path);
    const dot = base.lastIndexOf('.');
    const byPath = this.#paths.get(path);
    const byFolder = this.#inFolder(path);
    const byName = this.#names.get(base);
    const bySuffix = dot < 0 ? undefined : this.#suffixes.get(base.slice(dot));
    if ((byPath ?? byFolder ?? byName ?? bySuffix) === undefined) return NO_CANDIDATES;
    const found: Candidate[] = [];
    for (const list of [byPath, byFolder, byName, bySuffix])
      for (const candidate of list ?? []) if (meets(candidate.pattern, path, base)) found.push(candidate);
    return found;
  }

  // Files of one folder follow each other.
  #inFolder(path: BytePath): readonly Candidate[] | undefined {
    const end = path.lastIndexOf('/');
    if (end !== this.#folder?.length || !path.startsWith(this.#folder)) {
      this.#folder = parentOf(path);
      this.#ofFolder = this.#folders.get(this.#folder);
    }
    return this.#ofFolder;
  }

  /** Those that read programs, for a file that is one. */
  ofPrograms(path: BytePath): readonly Cataloger<unknown>[] {
    const base = baseOf(path);
    return [...new Set(this.#programs.filter(({ pattern }) => meets(pattern, path, base)).map((c) => c.cataloger))];
  }

  #add(candidate: Candidate): void {
    const { path, folder, name, suffix, program } = candidate.pattern;
    if (program === true) this.#programs.push(candidate);
    else if (path !== undefined) append(this.#paths, path, candidate);
    else if (folder !== undefined) append(this.#folders, folder, candidate);
    else if (name !== undefined) append(this.#names, name, candidate);
    else if (suffix !== undefined) append(this.#suffixes, suffix, candidate);
    else throw new Error(`the cataloger ${candidate.cataloger.id} has a pattern that names nothing`);
  }
}

/** @param candidates by the path's own name or suffix */
function hasUnmet(candidates: readonly Candidate[] | undefined, path: BytePath): boolean {
  return candidates !== undefined && candidates.some(({ pattern: { match } }) => match !== undefined && !match(path));
}

interface Candidate {
  readonly cataloger: Cataloger<unknown>;
  readonly pattern: FilePattern;
}

const NO_CANDIDATES: readonly Candidate[] = [];
const NONE: readonly Cataloger<unknown>[] = [];

function append<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [one]);
  else list.push(one);
}

function meets({ path, folder, name, suffix, match }: FilePattern, of: BytePath, base: string): boolean {
  return (
    (path === undefined || path === of) &&
    (folder === undefined || folder === parentOf(of)) &&
    (name === undefined || name === base) &&
    (suffix === undefined || base.endsWith(suffix)) &&
    (match === undefined || match(of))
  );
}

/** Whether a file is an ELF, Mach-O or PE program or library: its first four bytes, or all it has. */
export function isProgram(start: Uint8Array): boolean {
  const [a, b, c, d] = start;
  if (a === 0x7f && b === 0x45 && c === 0x4c && d === 0x46) return true; // ELF
  if (a === 0x4d && b === 0x5a) return true; // MZ, before PE
  if (a === 0xca && b === 0xfe && c === 0xba && d === 0xbe) return true; // Mach-O, several architectures; Java classes, too
  return (
    (a === 0xfe && b === 0xed && c === 0xfa && (d === 0xce || d === 0xcf)) ||
    ((a === 0xce || a === 0xcf) && b === 0xfa && c === 0xed && d === 0xfe)
  );
}

export interface LocatedFact {
  readonly path: BytePath;
  readonly fact: unknown;
  readonly layer: Digest | undefined;
}

/**
 * The packages of all catalogers: one for each purl, with the places where any of them saw it. What one says and
 * another does not is kept; where they differ, the one that comes first in the list counts.
 * @param facts of each cataloger, by its id
 * @throws Fault `catalog/too-many-packages`, `catalog/too-many-dependencies`
 */
export function assemblePackages(
  catalogers: readonly Cataloger<unknown>[],
  facts: ReadonlyMap<string, readonly LocatedFact[]>,
  context: AssemblyContext,
): CatalogResult {
  const turns = assembling(catalogers, facts, context);
  for (;;) {
    const { done, value } = turns.next();
    if (done === true) return value;
  }
}

/** {@link assemblePackages}, that pauses after each cataloger. */
export function* assembling(
  catalogers: readonly Cataloger<unknown>[],
  facts: ReadonlyMap<string, readonly LocatedFact[]>,
  context: AssemblyContext,
): Generator<undefined, CatalogResult> {
  const packages = new Map<string, BomPackage[]>();
  const owned: OwnedFiles[] = [];
  const failed: BomNotRead[] = [];
  const bound = new PackageBound();
  for (const cataloger of catalogers) {
    const found = [...(facts.get(cataloger.id) ?? [])].sort((a, b) => compareStrings(a.path, b.path));
    if (found.length === 0 && !isThere(cataloger.folder, context)) continue;
    const layers = new Map(found.map(({ path, layer }) => [path, layer]));
    for (const one of assembled(cataloger, found, { ...context, effort: new Effort() }, failed)) {
      bound.add(one);
      const known = packages.get(one.purl);
      const whole = completed(one, cataloger, layers);
      if (known === undefined) packages.set(one.purl, [whole]);
      else known.push(whole);
      if (one.files !== undefined) owned.push({ purl: one.purl, files: one.files });
    }
    yield;
  }
  const sorted = [...packages.values()].map(together).sort((a, b) => compareStrings(a.purl, b.purl));
  return { packages: sorted, owned, failed };
}

/** What catalogers are told; each gets an allowance of its own. */
export type AssemblyContext = Omit<CatalogContext, 'effort'>;

/** What a cataloger cannot put together costs its own packages, not those of others, and is said. */
function assembled(
  cataloger: Cataloger<unknown>,
  found: readonly Found<unknown>[],
  context: CatalogContext,
  failed: BomNotRead[],
): readonly CatalogedPackage[] {
  try {
    return cataloger.assemble(found, context);
  } catch (error) {
    const code = error instanceof Fault ? error.code : 'catalog/defect';
    failed.push({ path: found[0]?.path ?? '', cataloger: cataloger.id, code, reason: messageOf(error) });
    return [];
  }
}

function isThere(folder: BytePath | undefined, { files }: AssemblyContext): boolean {
  return folder !== undefined && files.kind(folder) === 'directory';
}

export interface CatalogResult {
  /** Sorted by purl. */
  readonly packages: readonly BomPackage[];
  /** What packages list as their files; `ownersOf` says whose each is. */
  readonly owned: readonly OwnedFiles[];
  /** Catalogers whose packages could not be put together, by their first file. */
  readonly failed: readonly BomNotRead[];
}

function completed(
  one: CatalogedPackage,
  { id, evidence }: Cataloger<unknown>,
  layers: ReadonlyMap<BytePath, Digest | undefined>,
): BomPackage {
  const whole: BomPackage & Pick<CatalogedPackage, 'files'> = {
    ...one,
    excludedDependencies: [],
    locations: one.locations.map((at) => ({ ...at, layer: at.layer ?? layers.get(at.path) })),
    foundBy: id,
    evidence,
  };
  delete whole.files;
  return whole;
}

/** One package of all that was said of it: what is said first counts, places and needs are those of all. */
function together(all: readonly BomPackage[]): BomPackage {
  const [first] = all as readonly [BomPackage, ...BomPackage[]];
  if (all.length === 1) return first;
  const whole: Record<string, unknown> = {};
  for (const one of all)
    for (const [name, value] of Object.entries(one)) if (value !== undefined) whole[name] ??= value;
  const installed = all.some(({ evidence }) => evidence === 'installed');
  const unmet = all.flatMap(({ unmetDependencies = [] }) => unmetDependencies);
  return {
    ...first,
    ...whole,
    dependencies: sortedSet(all.flatMap(({ dependencies }) => dependencies)),
    locations: sortedPlaces(all.flatMap(({ locations = [] }) => locations)),
    ...(unmet.length === 0 ? {} : { unmetDependencies: sortedSet(unmet) }),
    evidence: installed ? 'installed' : first.evidence,
  };
}

function sortedSet(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort(compareStrings);
}

function sortedPlaces(all: NonNullable<BomPackage['locations']>): NonNullable<BomPackage['locations']> {
  const places = new Map<string, (typeof all)[number]>();
  for (const at of all) {
    const key = [at.path, ...(at.within ?? [])].join('\0');
    if (!places.has(key)) places.set(key, at);
  }
  return [...places].sort(([x], [y]) => compareStrings(x, y)).map(([, at]) => at);
}
