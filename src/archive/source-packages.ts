// Source packages of a release: the newest version of each, and the .debs that may hold its changelog.
import type { BinaryPackage } from '../deb/binary-package.ts';
import { releaseOfSuite } from '../deb/codenames.ts';
import type { PackagesIndex } from '../deb/packages.ts';
import { compareStrings } from '../lib/bytes.ts';
import { compareDebVersions } from '../version/deb.ts';
import type { PackageFile } from './packages.ts';
import type { RepositorySource } from './sources.ts';

/** A source package's newest version in a release. */
export interface NewestSource {
  readonly name: string;
  readonly version: string;
  /** The suite that has it: `trixie-security`. */
  readonly suite: string;
  /** Its binary packages, the smallest first. */
  readonly packages: readonly PackageFile[];
}

export interface SuiteIndex {
  readonly source: RepositorySource;
  readonly index: PackagesIndex;
}

/** A source package that somebody has in a version. */
export interface AskedSource {
  readonly name: string;
  readonly version: string;
}

/** Whether a suite brings what is newer than its release: `trixie-updates`, `trixie-security`. */
export function isUpdateSuite(suite: string): boolean {
  return releaseOfSuite(suite) !== suite;
}

/**
 * The newest version of each source package that an update suite of a release has, sorted by name.
 * @param suites of one release
 * @throws Fault of `PackagesIndex`
 */
export function updatedSources(suites: readonly SuiteIndex[]): NewestSource[] {
  const updated = suites.filter(({ source }) => isUpdateSuite(source.suite));
  const names = new Set(updated.flatMap(({ index }) => [...index.sourceNames()]));
  return [...names].sort(compareStrings).flatMap((name) => newestSource(name, suites) ?? []);
}

/**
 * The newest version of each source package of which somebody has an older one, sorted by name.
 * @param suites of one release
 * @throws Fault of `PackagesIndex`
 */
export function newerSources(suites: readonly SuiteIndex[], asked: readonly AskedSource[]): NewestSource[] {
  return [...oldestOf(asked)]
    .sort(([a], [b]) => compareStrings(a, b))
    .flatMap(([name, version]) => {
      const newest = newestSource(name, suites);
      return newest !== undefined && compareDebVersions(version, newest.version) < 0 ? newest : [];
    });
}

function oldestOf(asked: readonly AskedSource[]): Map<string, string> {
  const oldest = new Map<string, string>();
  for (const { name, version } of asked) {
    const known = oldest.get(name);
    if (known === undefined || compareDebVersions(version, known) < 0) oldest.set(name, version);
  }
  return oldest;
}

function newestSource(name: string, suites: readonly SuiteIndex[]): NewestSource | undefined {
  let best: { version: string; source: RepositorySource; packages: BinaryPackage[] } | undefined;
  for (const { source, index } of suites) {
    for (const item of index.ofSource(name)) {
      const { version } = item.source;
      const order = best === undefined ? 1 : compareDebVersions(version, best.version);
      if (order > 0) best = { version, source, packages: [item] };
      // One version in two archives: its packages are the same, those of the first are taken.
      else if (order === 0 && best?.source === source) best.packages.push(item);
    }
  }
  if (best === undefined) return undefined;
  const { version, source, packages } = best;
  const files = packages.map((item): PackageFile => {
    const { filename, digest, size } = item;
    return { name: item.name, version: item.version, filename, digest, size, archive: source.archive };
  });
  files.sort((a, b) => a.size - b.size || compareStrings(a.filename, b.filename));
  return { name, version, suite: source.suite, packages: files };
}
