// Package URLs of every type (purl-spec); each ecosystem's function stands beside this file or calls it.
import { PackageURL } from 'packageurl-js';
import { Fault, messageOf } from '../lib/faults.ts';

export interface PackageUrlParts {
  /** `npm`, `maven`, … */
  readonly type: string;
  /** `@scope`, `org.apache.logging.log4j`, `github.com/user`; segments divided by `/`. */
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly version?: string | undefined;
  /** Empty values are left out. */
  readonly qualifiers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly subpath?: string | undefined;
}

/** Longest package URL that is read or written, in characters. */
const LONGEST = 4096;

/** The canonical text: names normalised as their type asks, everything percent-encoded, qualifiers sorted. @throws Fault `purl/malformed` */
export function packageUrl({ type, namespace, name, version, qualifiers, subpath }: PackageUrlParts): string {
  const given = Object.entries(qualifiers ?? {}).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  const kept = Object.fromEntries(given);
  try {
    const text = new PackageURL(
      type,
      namespace || undefined,
      name,
      version || undefined,
      kept,
      subpath || undefined,
    ).toString();
    // purl-spec, "Character encoding": of the signs, only `.-_~:` and those that divide the parts stand for themselves.
    const canonical = text.replaceAll('+', '%2B').replaceAll('%3A', ':');
    if (canonical.length > LONGEST) throw new RangeError(`longer than ${LONGEST} characters`);
    return canonical;
  } catch (cause) {
    throw malformed(`${type}/${namespace ?? ''}/${name}`.slice(0, 200), cause);
  }
}

/** @throws Fault `purl/malformed` */
export function parsePackageUrl(text: string): PackageUrlParts {
  if (text.length > LONGEST) throw malformed(text.slice(0, 100), undefined);
  try {
    const { type, namespace, name, version, qualifiers, subpath } = PackageURL.fromString(text);
    return {
      type: type ?? '',
      namespace: namespace ?? undefined,
      name: name ?? '',
      version: version ?? undefined,
      qualifiers: { ...qualifiers },
      subpath: subpath ?? undefined,
    };
  } catch (cause) {
    throw malformed(text.slice(0, 200), cause);
  }
}

// Lower-case type and qualifiers' keys, one `/` before each segment, and a name before the version.
const TIDY = /^pkg:[a-z0-9.+-]{1,64}(?:\/[^/?#\s]+)+(?:\?[^A-Z=&#\s]*=[^&#\s]*(?:&[^A-Z=&#\s]*=[^&#\s]*)*)?(?:#.*)?$/;
const NAMED_BY_SLASH = /^([^?#]*)\/(@[^/?#]*)(?=[?#]|$)/;

/**
 * A package URL that others wrote with an odd scheme, type, keys or slashes (`PKG://NPM/a//b/@1?Arch=x`) in its canonical form;
 * one without oddities, and what is no package URL, as it stands (purl-spec, "How to parse a purl string").
 */
export function tidyPackageUrl(text: string): string {
  if (TIDY.test(text) && !NAMED_BY_SLASH.test(text)) return text;
  try {
    // A slash after the name is none of it.
    return packageUrl(parsePackageUrl(text.trim().replace(NAMED_BY_SLASH, '$1$2')));
  } catch (fault) {
    if (fault instanceof Fault) return text;
    throw fault;
  }
}

function malformed(text: string, cause: unknown): Fault {
  const why = cause === undefined ? '' : `: ${messageOf(cause).replace(/\.$/, '')}`;
  return new Fault(
    'purl/malformed',
    `"${text}" makes no package URL${why}.`,
    'Check what the package says of itself.',
    { cause },
  );
}
