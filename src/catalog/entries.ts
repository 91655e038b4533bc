// Catalogers of files that each list packages: lock files, and metadata of what is installed where names suffice.
import type { PackageHash } from '../bom/types.ts';
import { type BytePath, parentOf } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import { type PackageUrlParts, packageUrl } from '../purl/purl.ts';
import { licenceOfAll } from './licences.ts';
import { packageOf } from './package.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, CatalogFile, FilePattern, Found } from './types.ts';

/** What a file says of one package, as JSON. */
export interface Entry {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  /** What others call it by; its name where none are given. */
  readonly keys?: readonly string[] | undefined;
  /** What it stands in for, where nothing goes by that key itself. */
  readonly provides?: readonly string[] | undefined;
  readonly needs?: readonly Need[] | undefined;
  /** Each in the package's own words; they apply together, or by choice where `licenceChoice` says so. */
  readonly licences?: readonly string[] | undefined;
  readonly licenceChoice?: true | undefined;
  readonly homepage?: string | undefined;
  readonly description?: string | undefined;
  readonly maintainer?: string | undefined;
  readonly architecture?: string | undefined;
  readonly hashes?: readonly PackageHash[] | undefined;
  readonly properties?: readonly { readonly name: string; readonly value: string }[] | undefined;
  /** Paths from the root. */
  readonly files?: readonly BytePath[] | undefined;
}

/** The key of what a package needs, and its constraint as it stands, which is told where nothing has that key. */
export type Need = readonly [key: string, says?: string];

export interface EntryCataloger {
  readonly id: string;
  readonly version: number;
  readonly evidence: Cataloger<unknown>['evidence'];
  readonly reads: readonly FilePattern[];
  readonly limit: number;
  /** What a file says; `undefined` for a file that is none of this ecosystem's. @throws Fault */
  entries(file: CatalogFile): readonly Entry[] | undefined;
  /** Files with the same scope see each other's keys; each file is its own where this is not given. */
  readonly scope?: (path: BytePath) => string;
}

/** A cataloger whose packages find each other by keys, in the scope of their file. */
export function entryCataloger(options: EntryCataloger): Cataloger<readonly Entry[]> {
  const { id, version, evidence, reads, limit, scope = (path) => path } = options;
  return {
    id,
    version,
    evidence,
    reads,
    limit,
    parse: (file) => options.entries(file),
    assemble: (found, context) => assembleEntries(found, scope, context),
  };
}

/** Packages of entries that find each other by keys, in the scope of their file. */
export function assembleEntries(
  found: readonly Found<readonly Entry[]>[],
  scope: (path: BytePath) => string,
  { files, effort }: CatalogContext,
): readonly CatalogedPackage[] {
  for (const { fact } of found) effort.packages(fact.length);
  const scopes = keysByScope(found, scope);
  return found.flatMap(({ path, fact }) => {
    const keys = scopes.get(scope(path)) ?? new Map<string, string>();
    return fact.map((entry) => ofEntry(entry, path, keys, (at) => files.kind(at) !== undefined));
  });
}

function keysByScope(
  found: readonly Found<readonly Entry[]>[],
  scope: (path: BytePath) => string,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const scopes = new Map<string, Map<string, string>>();
  const add = (keysOf: (entry: Entry) => readonly string[]): void => {
    for (const { path, fact } of found) {
      const name = scope(path);
      const keys = scopes.get(name) ?? new Map<string, string>();
      scopes.set(name, keys);
      for (const entry of fact) {
        for (const key of keysOf(entry)) if (!keys.has(key)) keys.set(key, entry.purl);
      }
    }
  };
  add(({ keys, name }) => keys ?? [name]);
  add(({ provides }) => provides ?? []);
  return scopes;
}

function ofEntry(
  entry: Entry,
  path: BytePath,
  keys: ReadonlyMap<string, string>,
  exists: (path: BytePath) => boolean,
): CatalogedPackage {
  const { keys: _keys, provides: _provides, needs = [], licences = [], licenceChoice, files, ...rest } = entry;
  const { dependencies, unmet } = resolved(needs, keys);
  const kind = entry.purl.slice('pkg:'.length, entry.purl.indexOf('/'));
  return packageOf({
    ...rest,
    licence: licenceOfAll(licences, kind, licenceChoice === true ? 'OR' : 'AND'),
    dependencies,
    unmetDependencies: unmet,
    locations: [{ path }],
    ...(files === undefined ? {} : { files: files.filter(exists) }),
  });
}

function resolved(
  needs: readonly Need[],
  keys: ReadonlyMap<string, string>,
): { dependencies: readonly string[]; unmet: readonly string[] } {
  const dependencies: string[] = [];
  const unmet: string[] = [];
  for (const [key, says] of needs) {
    const purl = keys.get(key);
    if (purl !== undefined) dependencies.push(purl);
    else if (says !== undefined) unmet.push(says);
  }
  return { dependencies, unmet };
}

/** Longest name and version that are taken, in characters: longer ones name no package. */
const LONGEST = 500;

/** An entry of a package; `undefined` where name and version make no package URL: what it says names no package. */
export function entryOf(
  parts: PackageUrlParts,
  more: Omit<Entry, 'purl' | 'name' | 'version'> & { readonly name?: string | undefined } = {},
): Entry | undefined {
  if (parts.name.length > LONGEST || (parts.version ?? '').length > LONGEST) return undefined;
  const purl = purlFrom(() => packageUrl(parts));
  return purl === undefined
    ? undefined
    : { ...more, purl, name: more.name ?? parts.name, version: parts.version?.trim() ?? '' };
}

/** The package URL that a function of purl/ gives; `undefined` where what it is given makes none. */
export function purlFrom(make: () => string): string | undefined {
  try {
    return make();
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}

/** `undefined`s left out. */
export function present<T>(values: readonly (T | undefined)[]): readonly T[] {
  return values.filter((value) => value !== undefined);
}

/** The folder that stands so many segments above a file. */
export function above(path: BytePath, levels: number): BytePath {
  return levels === 0 ? path : above(parentOf(path), levels - 1);
}
