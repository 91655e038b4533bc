// What a lock file says, whatever its format: packages and who needs whom.
import type { PackageHash } from '../bom/types.ts';
import { compareStrings } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import { licenceOf } from './licences.ts';
import { mergePackages } from './merge.ts';
import type { CatalogedPackage, Found } from './types.ts';

/** A package as a lock file states it. */
export interface Locked {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly PackageHash[] | undefined;
  readonly licence?: string | undefined;
  readonly description?: string | undefined;
  /** Facts under their full names, such as `npm:optional`. */
  readonly properties?: readonly { readonly name: string; readonly value: string }[] | undefined;
}

/** An entry of a lock file. */
export interface LockNode {
  /** `undefined` for what is the project's own: its root, a workspace's member, a linked folder. */
  readonly locked: Locked | undefined;
  /** Keys of other entries. */
  readonly needs: readonly string[];
  /** Constraints that no entry meets, as they stand. */
  readonly missing?: readonly string[] | undefined;
}

/** A lock file's facts. */
export interface LockFact {
  readonly packages: readonly (Locked & {
    /** purls */
    readonly needs: readonly string[];
    readonly missing?: readonly string[];
  })[];
}

/** Keys of the entries that a project asks for. */
export interface LockRoots {
  readonly runtime: readonly string[];
  readonly development: readonly string[];
}

/** Most entries that a lock file may have. */
const ENTRIES = 200_000;

/**
 * The facts of a lock file's entries.
 * @param roots where they are known, what only development reaches gets the property `mark`
 * @throws Fault `lock/too-large`
 */
export function lockFact(nodes: ReadonlyMap<string, LockNode>, roots?: LockRoots, mark?: string): LockFact {
  if (nodes.size > ENTRIES) throw tooLarge();
  const development = roots === undefined || mark === undefined ? undefined : onlyDevelopment(nodes, roots);
  const packages: LockFact['packages'][number][] = [];
  for (const [key, { locked, needs, missing = [] }] of nodes) {
    if (locked === undefined) continue;
    const to = new Set(needs.map((need) => nodes.get(need)?.locked?.purl).filter((purl) => purl !== undefined));
    to.delete(locked.purl);
    const marked = mark !== undefined && development?.has(key) === true ? [{ name: mark, value: 'true' }] : [];
    const properties = [...(locked.properties ?? []), ...marked].sort((a, b) => compareStrings(a.name, b.name));
    packages.push({
      ...locked,
      properties: properties.length === 0 ? undefined : properties,
      needs: [...to],
      ...(missing.length === 0 ? {} : { missing }),
    });
  }
  return { packages };
}

/** Keys that are reached from what development asks for, and from nothing else. */
function onlyDevelopment(nodes: ReadonlyMap<string, LockNode>, roots: LockRoots): ReadonlySet<string> {
  const runtime = reached(nodes, roots.runtime);
  const development = reached(nodes, roots.development);
  return new Set([...development].filter((key) => !runtime.has(key)));
}

function reached(nodes: ReadonlyMap<string, LockNode>, roots: readonly string[]): ReadonlySet<string> {
  const seen = new Set(roots);
  // A Set is walked in the order of insertion, with what is added on the way.
  for (const key of seen) for (const need of nodes.get(key)?.needs ?? []) seen.add(need);
  return seen;
}

/** The packages of lock files, one for each purl. @param kind the purls' type */
export function lockedPackages(found: readonly Found<LockFact>[], kind: string): readonly CatalogedPackage[] {
  return mergePackages(
    found.flatMap(({ path, fact }) =>
      fact.packages.map((one) => ({
        purl: one.purl,
        kind,
        name: one.name,
        version: one.version,
        architecture: undefined,
        source: undefined,
        maintainer: undefined,
        description: one.description,
        homepage: undefined,
        archive: undefined,
        licence: one.licence === undefined ? undefined : licenceOf(one.licence, kind),
        dependencies: [...one.needs].sort(compareStrings),
        locations: [{ path }],
        unmetDependencies: one.missing,
        hashes: one.hashes,
        properties: one.properties,
      })),
    ),
  );
}

function tooLarge(): Fault {
  return new Fault(
    'lock/too-large',
    `The lock file has more than ${ENTRIES} entries.`,
    'Check that it is the right file; it may be made to exhaust memory.',
  );
}

/** @param what names the file; @param problem follows its name */
export function brokenLock(what: string, problem: string, cause?: unknown): Fault {
  return new Fault('lock/malformed', `${what} ${problem}.`, 'Make the lock file anew with the tool that wrote it.', {
    cause,
  });
}
