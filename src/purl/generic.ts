// Package URLs of type `generic` (purl-spec), without what reads and writes those of every type: documents may name many packages.
import type { PackageUrlParts } from './purl.ts';

/** Longest that is written whole, in characters. */
const LONGEST = 4096;

/** The canonical text, as `packageUrl` gives it; of what makes no package URL one with the name alone. */
export function genericPurl({ namespace = '', name, version = '' }: Omit<PackageUrlParts, 'type'>): string {
  const segments = namespace.split('/').filter((segment) => segment !== '');
  const [own, stated] = [name.trim(), version.trim()];
  const path = [...segments, own].map(encoded).join('/');
  const text = `pkg:generic/${path}${stated === '' ? '' : `@${encoded(stated)}`}`;
  const isWhole =
    own !== '' && text.length <= LONGEST && [namespace, name, version].every((part) => part.isWellFormed());
  return isWhole ? text : `pkg:generic/${encodeURIComponent(name.toWellFormed())}`;
}

function encoded(part: string): string {
  return encodeURIComponent(part.toWellFormed()).replaceAll('%3A', ':');
}
