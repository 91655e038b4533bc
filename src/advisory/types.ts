// What is said of vulnerabilities, in one shape for every feed.

/** One record of one feed: a vulnerability, or an advisory that treats several, and the versions of packages that it speaks of. */
export interface Advisory {
  /** As its feed writes it: `CVE-2024-3094`, `GHSA-…`, `DSA-5649-1`, `RHSA-2024:1234`, `GO-2024-2687`. */
  readonly id: string;
  /** The id of the feed. */
  readonly feed: FeedId;
  /** Where the feed has it, below its address: `npm/all.zip#GHSA-xvch-5gv4-984h.json`, `json#xz-utils/CVE-2024-3094`. */
  readonly record: string;
  /** Other names of the same vulnerability, sorted; not its own. More than one CVE among them makes these `covers`, not aliases. */
  readonly aliases: readonly string[];
  /** The vulnerabilities that it treats where it is an advisory (DSA, RHSA, …): each is a finding of its own. Sorted. Empty: it is about itself. */
  readonly covers: readonly string[];
  /** One line; empty where the feed has none. */
  readonly summary: string;
  /** The whole description, at most 4,000 characters; empty where the feed has none. */
  readonly details: string;
  /** Where a person reads of it; http and https only, in the feed's order, at most 50. */
  readonly references: readonly string[];
  /** Seconds since 1970; `undefined` where the feed does not say. */
  readonly published: number | undefined;
  readonly modified: number | undefined;
  /** Taken back: it matches nothing, and is kept so that its withdrawal can be said. */
  readonly withdrawn: number | undefined;
  readonly severities: readonly Severity[];
  readonly cwes: readonly string[];
  readonly affected: readonly Affected[];
}

/** What it says of one package in one ecosystem's release. */
export interface Affected {
  /** OSV's names: `npm`, `PyPI`, `Debian:13`, `Alpine:v3.22`, `Red Hat:enterprise_linux:9`; `Debian` alone means every release. */
  readonly ecosystem: string;
  /** As the ecosystem normalises it (PEP 503 for PyPI); the source package for Debian, the origin for Alpine, the binary package for RPM. */
  readonly name: string;
  /**
   * `not-affected` is kept: an explicit negative of the packager counts more than another feed's range.
   * `under-investigation`: the packager has not decided; it is reported as such.
   */
  readonly status: 'affected' | 'not-affected' | 'under-investigation';
  /** Any may hold. Both empty: every version. */
  readonly ranges: readonly VersionRange[];
  /** Versions that are meant one by one. */
  readonly versions: readonly string[];
  /** What the packager says where no version fixes it; `fixed` where a range names the version. */
  readonly fix: FixState;
  /** The packager's own word on this package, where it differs from the advisory's. */
  readonly severities?: readonly Severity[] | undefined;
  readonly only?: AffectedOnly | undefined;
  /** The advisory that brought the fix: `DSA-5649-1`, `RHSA-2024:1234`. */
  readonly fixedBy?: string | undefined;
  /** When the version that fixes it was published, seconds since 1970. */
  readonly fixedAt?: number | undefined;
}

/** A half-open range in the ecosystem's order. Without an end it reaches every later version. */
export interface VersionRange {
  /** The first version that is meant; `0` is before every version. */
  readonly introduced: string;
  /** The first version that is not. */
  readonly fixed?: string | undefined;
  /** The last version that is; not together with `fixed`. */
  readonly lastAffected?: string | undefined;
}

/** `deferred`: the packager will fix it later or in a point release (Debian's no-dsa, postponed, ignored). */
export type FixState = 'fixed' | 'not-fixed' | 'deferred' | 'wont-fix' | 'unknown';

/** Circumstances without which a record does not match; each that is given must hold. */
export interface AffectedOnly {
  /** In the ecosystem's words: `x86_64`, `amd64`. */
  readonly architectures?: readonly string[] | undefined;
  /** RPM's module: `nodejs:18`. */
  readonly module?: string | undefined;
  /** Go: import paths with the symbols in them that are vulnerable; no symbols: all. */
  readonly imports?: readonly { readonly path: string; readonly symbols: readonly string[] }[] | undefined;
  /** Go: GOOS and GOARCH. */
  readonly goos?: readonly string[] | undefined;
  readonly goarch?: readonly string[] | undefined;
  /** Go: pseudo-versions alone are meant (`v0.0.0-20240101000000-0123456789ab`), or all but these. */
  readonly goVersions?: 'pseudo' | 'released' | undefined;
  /** Binary packages of the source that are not touched. */
  readonly notPackages?: readonly string[] | undefined;
}

export interface Severity {
  /** Who says so: `debian`, `redhat`, `ghsa`, `nvd`, `osv`, `alpine`, … */
  readonly source: string;
  /** The level in the common words; `undefined` where only a vector is given: the vector decides. */
  readonly level?: SeverityLevel | undefined;
  /** The level as its source writes it: `unimportant`, `Important`. */
  readonly stated?: string | undefined;
  /** `CVSS:3.1/AV:N/…`; version 2 without a prefix: `AV:N/AC:L/Au:N/…` */
  readonly vector?: string | undefined;
  /** 0.0 to 10.0, where the source states it. */
  readonly score?: number | undefined;
}

export type SeverityLevel = 'critical' | 'high' | 'medium' | 'low' | 'negligible';

/** From the worst. */
export const severityLevels: readonly SeverityLevel[] = ['critical', 'high', 'medium', 'low', 'negligible'];

/** FIRST's Exploit Prediction Scoring System. */
export interface Epss {
  /** `CVE-2024-3094` */
  readonly id: string;
  /** Probability of exploitation in the next 30 days, 0 to 1. */
  readonly score: number;
  /** 0 to 1. */
  readonly percentile: number;
}

/** An entry of CISA's catalogue of known exploited vulnerabilities. */
export interface KnownExploited {
  readonly id: string;
  /** `2024-03-29` */
  readonly added: string;
  readonly due: string;
  /** "Known" in the catalogue. */
  readonly ransomware: boolean;
  readonly action: string;
}

export type FeedId = 'osv' | 'debian-tracker' | 'debian-archive' | 'alpine-secdb' | 'redhat' | 'nvd' | 'kev' | 'epss';
