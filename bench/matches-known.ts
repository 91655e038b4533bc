// Why one program finds what the other does not, looked into one by one; any other difference fails the bench.
import { versionOrder } from '../src/version/order.ts';
import type { OsvEntry } from './matches-facts.ts';

/** A pair that one side alone has. */
export interface Difference {
  readonly side: 'Grype alone' | 'Temper alone';
  readonly record: string;
  readonly purl: string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  /** What the record says of the package, whatever the case of its name; empty for Debian's. */
  readonly entries: readonly OsvEntry[];
  /** What both programs read. */
  readonly by: string;
}

export interface KnownReason {
  readonly side: Difference['side'];
  readonly name: string;
  /** Whether it is the reason, by what the record says. */
  readonly holds: (one: Difference) => boolean;
  readonly why: string;
}

const PSEUDO = /[-.]\d{14}-[0-9a-f]{12}(?:\+incompatible)?$/;

export const knownReasons: readonly KnownReason[] = [
  {
    side: 'Grype alone',
    name: 'own numbering',
    holds: ({ type, version, entries }) =>
      type === 'golang' &&
      entries.some(isEverything) &&
      entries.every((entry) => !isEverything(entry) || isOutsideCustom(entry, version)),
    why: "the Go database says 'all versions' where a project's releases are no versions of its module and names the project's own range beside it; the version is outside; the peer database has no place for that range",
  },
  {
    side: 'Grype alone',
    name: 'another system',
    holds: ({ type, entries }) =>
      type === 'golang' && entries.every((entry) => systemsOf(entry).every((one) => one !== 'linux' && one !== '')),
    why: 'the record is about Windows alone, the program was built for Linux; Grype does not read what a record says of systems',
  },
  {
    side: 'Grype alone',
    name: "npm's upper case",
    holds: ({ type, name, entries }) => type === 'npm' && entries.every(({ package: of }) => of.name !== name),
    why: 'jQuery and jquery are two packages of the registry; Grype looks both up in lower case',
  },
  {
    side: 'Grype alone',
    name: 'overlapping events',
    holds: ({ record }) => /^(?:NSWG-ECO-(?:305|490|495)|PYSEC-2021-114)$/.test(record),
    why: "a range of the record is introduced again before it ended; by OSV's evaluation, which takes events in the order of versions, the first fix ends it (osv-scanner says the same); the peer database takes them in the order in which they stand",
  },
  {
    side: 'Grype alone',
    name: 'loose prerelease',
    holds: ({ record, version }) => record === 'GHSA-2pqj-h3vj-pqgw' && /^1\.9\.0(?:$|\+|-beta)/.test(version),
    why: '1.9.0b1 is a beta of 1.9.0, as node-semver reads it; Grype has it after 1.9.0',
  },
  {
    side: 'Temper alone',
    name: 'loose prerelease',
    holds: ({ record, version }) => record === 'GHSA-q4m3-2j7h-f7xw' && version === '1.9.0b1',
    why: 'the same: the beta is before the fix in 1.9.0',
  },
  {
    side: 'Grype alone',
    name: 'no version',
    holds: ({ record, name }) => record === 'PYSEC-2019-125' && name === 'steam',
    why: 'the fix, 2019-09-12, is no version of PEP 440; pip has such before all that are',
  },
  {
    side: 'Temper alone',
    name: 'named one by one',
    holds: ({ type, version, entries }) => {
      // A local version counts as the published one (PEP 440, "Version matching").
      const [published = ''] = type === 'pypi' ? version.split('+') : [version];
      return entries.some(({ versions = [] }) => versions.includes(version) || versions.includes(published));
    },
    why: 'the record names the version itself, outside its ranges or where it has no place in them; the peer database reads ranges alone',
  },
  {
    side: 'Temper alone',
    name: 'before 0',
    holds: ({ version, entries }) => /^v?0\.0\.0(?:-|\.dev|rc)/.test(version) && entries.some(isEverything),
    why: "all versions are affected; the peer database writes that as '>=0', and a prerelease of 0.0.0, such as Go's pseudo-versions, is before 0",
  },
  {
    side: 'Temper alone',
    name: "the distribution's files",
    holds: ({ by, name, version }) => by === 'image' && name === 'lodash' && version === '4.17.21',
    why: "node-lodash brings the files; Grype drops packages of registries whose package of Debian begins with the same version, as if Debian's advisories told of open vulnerabilities, too; the archive's changelogs tell of fixed ones alone, so Temper drops only what these say to be fixed",
  },
  {
    side: 'Temper alone',
    name: 'zlib',
    holds: ({ record, name }) => record === 'CVE-2023-45853' && name === 'debian/zlib',
    why: 'Grype leaves the vulnerability out for packages named zlib1g and zlib; Temper for the binary packages of Debian that have no minizip in them, of which none is named zlib',
  },
];

/** All its ranges are of every version. */
function isEverything({ ranges = [] }: OsvEntry): boolean {
  const counting = ranges.filter(({ type }) => type !== 'GIT');
  return counting.length > 0 && counting.every(({ events }) => events.every((event) => event['introduced'] === '0'));
}

/** Whether the project's own range names versions of this kind, and not this one. */
function isOutsideCustom({ ecosystem_specific: specific }: OsvEntry, version: string): boolean {
  const ranges = (specific?.['custom_ranges'] ?? []) as NonNullable<OsvEntry['ranges']>;
  const events = ranges.flatMap((range) => range.events);
  const named = events.flatMap((event) => Object.values(event)).filter((one) => one !== '0');
  if (!named.some((one) => PSEUDO.test(one) === PSEUDO.test(version))) return false;
  const before = (a: string, b: string): boolean => a === '0' || (versionOrder('Go')?.(a, b) ?? 0) < 0;
  return !events.some(({ introduced }, i) => {
    const end = events[i + 1]?.['fixed'];
    return introduced !== undefined && !before(version, introduced) && (end === undefined || before(version, end));
  });
}

/** Of each import path; '' where one of them says none. */
function systemsOf({ ecosystem_specific: specific }: OsvEntry): readonly string[] {
  const imports = (specific?.['imports'] ?? []) as readonly { readonly goos?: readonly string[] }[];
  return imports.length === 0 ? [''] : imports.flatMap(({ goos = [''] }) => goos);
}
