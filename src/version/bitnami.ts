// Bitnami's versions: the README of its go-version: semantic versions whose last part is a revision of the packaging.
import { compareCores, compareIdentifiers, semverParts } from './semver.ts';
import { comparePlain } from './text.ts';

/**
 * The order of two versions of Bitnami's packages: what a semantic version has for a prerelease is a revision, and so
 * `1.2.3-1` is after `1.2.3`.
 * @returns `undefined` where one of them is no such version
 */
export function compareBitnamiVersions(a: string, b: string): number | undefined {
  const plain = comparePlain(a, b, 0);
  if (!Number.isNaN(plain)) return plain;
  const x = semverParts(a);
  const y = semverParts(b);
  if (x === undefined || y === undefined) return undefined;
  const byCore = compareCores(a, x, b, y);
  if (byCore !== 0) return byCore;
  return compareIdentifiers(a, x.prerelease, x.prereleaseEnd, b, y.prerelease, y.prereleaseEnd);
}
