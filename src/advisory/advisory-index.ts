// What the vulnerability database gives to those who match packages against it.
import type { Affected, Epss, FeedId, KnownExploited, Severity } from './types.ts';

/** The vulnerability database as matching sees it. */
export interface AdvisoryIndex {
  /** What is said of a package in exactly this ecosystem: `Debian:13` does not find `Debian`. Withdrawn records are not given. */
  affected(ecosystem: string, name: string): readonly IndexedAffected[];
  /** All that is known of a vulnerability by its main id. `undefined`: nothing. */
  vulnerability(id: string): Vulnerability | undefined;
  /** The feeds that speak of exactly this ecosystem; none: there is no data. */
  coverage(ecosystem: string): readonly Coverage[];
}

export interface IndexedAffected extends Affected {
  /** The advisory's id, as its feed writes it. */
  readonly advisory: string;
  readonly feed: FeedId;
  /** Where the feed has it. */
  readonly record: string;
  /** Main ids of the vulnerabilities that it is about: what it covers, or itself under the id that its aliases share. At least one. */
  readonly vulnerabilities: readonly string[];
  /** Severities of the advisory as a whole. */
  readonly advisorySeverities: readonly Severity[];
}

export interface Coverage {
  readonly feed: FeedId;
  readonly scope: 'all' | 'fixed-only';
}

/** Everything that all feeds say of one vulnerability, apart from packages. */
export interface Vulnerability {
  /** The main id: the CVE where there is one, else the GHSA, else the first by code unit. */
  readonly id: string;
  /** All other ids, sorted. */
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly details: string;
  readonly references: readonly string[];
  readonly cwes: readonly string[];
  readonly published: number | undefined;
  readonly modified: number | undefined;
  readonly severities: readonly Severity[];
  readonly epss: (Epss & { readonly date: string }) | undefined;
  readonly exploited: KnownExploited | undefined;
}
