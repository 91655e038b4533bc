// Semantic versions whose builds count: Dart's pub_semver, "Version.compareTo"; Julia's VersionNumber, "isless".
import { compareCores, compareIdentifiers, comparePrereleases, semverParts } from './semver.ts';
import { comparePlain } from './text.ts';

/**
 * The order of two semantic versions where one with build metadata is after the same without: `1.2.3` < `1.2.3+0` <
 * `1.2.3+1`.
 * @returns `undefined` where one of them is no such version
 */
export function compareBuiltVersions(a: string, b: string): number | undefined {
  const plain = comparePlain(a, b, 0);
  if (!Number.isNaN(plain)) return plain;
  const x = semverParts(a);
  const y = semverParts(b);
  if (x === undefined || y === undefined) return undefined;
  const released = compareCores(a, x, b, y) || comparePrereleases(a, x, b, y);
  return released || compareIdentifiers(a, x.build, a.length, b, y.build, b.length);
}
