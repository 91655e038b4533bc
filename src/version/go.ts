// Go's versions: the Go Modules Reference, "Versions"; and releases of Go itself as go/version writes them.
import { compareSemverVersions } from './semver.ts';
import { comparePlain } from './text.ts';

/**
 * The order of two versions of Go modules, with or without `v`; pseudo-versions are the prereleases that they look like, and
 * `+incompatible` means nothing. Releases of Go count as the vulnerability database writes them: `go1.21rc2` is `1.21.0-rc.2`.
 * @returns `undefined` where one of them is no such version, such as `(devel)`
 */
export function compareGoVersions(a: string, b: string): number | undefined {
  const plain = comparePlain(a, b, 0);
  if (!Number.isNaN(plain)) return plain;
  return compareSemverVersions(semanticVersion(a), semanticVersion(b));
}

/** Whether a version is made of a commit and its time (Go Modules Reference, "Pseudo-versions"). */
export function isGoPseudoVersion(text: string): boolean {
  return /[-.]\d{14}-[0-9a-f]{12}(?:\+incompatible)?$/.test(text);
}

function semanticVersion(text: string): string {
  const version = text.startsWith('go') ? text.slice(2) : text;
  const match = /^(\d{1,9}(?:\.\d{1,9}){1,2})(rc|beta)(\d{1,9})$/.exec(version);
  return match === null ? version : `${match[1]}-${match[2]}.${match[3]}`;
}
