// Versions of Python itself, as markers compare them: a part of PEP 440 that has releases and pre-releases only.
import { comparePypiVersions } from '../../version/pypi.ts';

const VERSION =
  /^v?(\d{1,9}(?:\.\d{1,9}){0,10})(?:\.\*|(?:[-_.]?(?:a|b|c|rc|alpha|beta|dev|post)\.?\d{0,9}){0,3}\+?)$/i;

export function isVersion(text: string): boolean {
  return text.length <= 100 && VERSION.test(text.trim());
}

/** The numbers of its release. */
export function releaseOf(text: string): number[] {
  return (VERSION.exec(text.trim())?.[1] ?? '').split('.').map(Number);
}

/**
 * Negative, 0 or positive, as PEP 440 orders them. The `+` of an interpreter built between releases means nothing, as local
 * versions mean nothing to markers.
 */
export function comparePythonVersions(a: string, b: string): number {
  return comparePypiVersions(withoutPlus(a), withoutPlus(b));
}

function withoutPlus(version: string): string {
  const text = version.trim();
  return text.endsWith('+') ? text.slice(0, -1) : text;
}
