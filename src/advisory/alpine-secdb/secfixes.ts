// One package of a secdb: which version fixed which vulnerabilities (Alpine's APKBUILD(5), secfixes).
import type { Affected, VersionRange } from '../types.ts';

/** A vulnerability of a package. */
export interface Secfix {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Versions that fix it; none: no version is affected. */
  readonly fixed: readonly string[];
}

export interface PackageSecfixes {
  readonly name: string;
  /** Sorted as they are listed. */
  readonly fixes: readonly Secfix[];
  /** Entries that name no vulnerability, and versions that are none. */
  readonly unread: readonly string[];
}

/** Most versions, and most vulnerabilities of each, of one package. */
const VERSIONS = 100_000;
const ENTRIES = 100_000;
/** Longest entry that is looked at, in characters. */
const ENTRY = 1000;

const NAME = /^[a-zA-Z0-9][\w.+-]{0,199}$/;
const VERSION = /^\d[\w.~+-]{0,199}$/;
const CVE = /^CVE-\d{4}-\d{4,19}$/;
/** `GHSA-…`, `XSA-264`, `ALPINE-13661`, `WNPA-SEC-2020-01`, `VSV00012` */
const OTHER = /^(?:(?:GHSA|CGA)(?:-[0-9a-z]{4}){3}|[A-Z]{2,20}(?:-[A-Z]{2,20}){0,2}-?\d[\w.:-]{0,60})$/;

/**
 * Reads an element of `packages`. A version `0` means that the package never was affected. Several names in one entry
 * (`CVE-2018-12891 XSA-264`, `CVE-2017-2616 (+ regression fix)`) are names of the same where at most one is a CVE.
 * @returns `undefined` where it is no package with its fixes
 */
export function parseSecfixes(element: unknown): PackageSecfixes | undefined {
  const { name, secfixes = {} } = asMembers(asMembers(element)?.['pkg']) ?? {};
  // A package without fixes may have an empty array, or nothing.
  const empty = secfixes === null || (Array.isArray(secfixes) && secfixes.length === 0);
  const members = empty ? {} : asMembers(secfixes);
  if (typeof name !== 'string' || !NAME.test(name) || members === undefined) return undefined;
  const versions = Object.entries(members);
  if (versions.length > VERSIONS) return undefined;
  const fixes: Fixes = new Map();
  const unread: string[] = [];
  for (const [version, entries] of versions) {
    if (!VERSION.test(version) || !Array.isArray(entries) || entries.length > ENTRIES)
      unread.push(version.slice(0, 100));
    else for (const entry of entries) readEntry(entry, version, fixes, unread);
  }
  return {
    name,
    fixes: [...fixes].map(([id, { aliases, fixed }]) => ({ id, aliases: [...aliases].sort(), fixed: [...fixed] })),
    unread,
  };
}

type Fixes = Map<string, { readonly aliases: Set<string>; readonly fixed: Set<string> }>;

function readEntry(entry: unknown, version: string, fixes: Fixes, unread: string[]): void {
  const words = typeof entry === 'string' ? entry.slice(0, ENTRY).split(/[\s,;()+]+/) : [];
  const cves = words.filter((word) => CVE.test(word));
  const others = words.filter((word) => !word.startsWith('CVE-') && OTHER.test(word));
  const ids = cves.length > 0 ? cves : others.slice(0, 1);
  if (ids.length === 0) unread.push(`${version}: ${JSON.stringify(entry).slice(0, 100)}`);
  for (const id of ids) {
    const fix = fixes.get(id) ?? { aliases: new Set(), fixed: new Set() };
    fixes.set(id, fix);
    if (version !== '0') fix.fixed.add(version);
    if (ids.length === 1) for (const other of others) if (other !== id) fix.aliases.add(other);
  }
}

/** What a fix says of its package. */
export function affectedOf(name: string, ecosystem: string, { fixed }: Secfix): Affected {
  const common = { ecosystem, name, versions: [] };
  if (fixed.length === 0) return { ...common, status: 'not-affected', ranges: [], fix: 'unknown' };
  const ranges = fixed.map((version): VersionRange => ({ introduced: '0', fixed: version }));
  return { ...common, status: 'affected', ranges, fix: 'fixed' };
}

function asMembers(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
