// NuGet versions: NuGet's documentation, "Package versioning", sections "Version basics" and "Normalized version numbers".
import { compareCores, comparePrereleases, semverParts } from './semver.ts';
import { comparePlain } from './text.ts';

/**
 * The order that NuGet gives two versions: up to four numbers, those that are not there are 0; prereleases as in semantic
 * versions but of no case; metadata count for nothing.
 * @returns `undefined` where one of them is no such version
 */
export function compareNugetVersions(a: string, b: string): number | undefined {
  const plain = comparePlain(a, b, 0);
  if (!Number.isNaN(plain)) return plain;
  const x = semverParts(a);
  const y = semverParts(b);
  if (x === undefined || y === undefined) return undefined;
  const byCore = compareCores(a, x, b, y);
  return byCore !== 0 ? byCore : comparePrereleases(a.toLowerCase(), x, b.toLowerCase(), y);
}
