// What matching takes and gives: a Bom's packages against an index of advisories. Synchronous and pure.
import type {
  Epss,
  FeedId,
  FixState,
  KnownExploited,
  Severity,
  SeverityLevel,
  VersionRange,
} from '../advisory/types.ts';
import type { PackageLocation } from '../bom/types.ts';

export type { AdvisoryIndex, Coverage, IndexedAffected, Vulnerability } from '../advisory/advisory-index.ts';

/** One vulnerability in one package. */
export interface Finding {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: FoundPackage;
  /** What said so, the one that decided first. */
  readonly evidence: readonly FindingEvidence[];
  /** The level that counts and whose it is. */
  readonly severity: FindingSeverity;
  /** Every severity known, whoever's. */
  readonly severities: readonly Severity[];
  readonly epss: (Epss & { readonly date: string }) | undefined;
  readonly exploited: KnownExploited | undefined;
  /** 0 to 100: min(threat · severity · kev, 1) · 100, one decimal place. */
  readonly risk: number;
  readonly fix: FindingFix;
  /** `not-affected` and `fixed` come from the packager or VEX, `ignored` from ignore rules; these are suppressed. */
  readonly status: FindingStatus;
  /** Why it is suppressed, or what was said without suppressing it. */
  readonly decisions: readonly FindingDecision[];
  readonly summary: string;
  /** Addresses, at most 50; read when they are asked for, as few outputs show them. @throws Fault `db/corrupt` */
  readonly references: () => readonly string[];
  readonly cwes: readonly string[];
  readonly published: number | undefined;
}

export type FindingStatus = 'affected' | 'under-investigation' | 'not-affected' | 'fixed' | 'ignored';

export interface FoundPackage {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly kind: string;
  /** The source package that was matched, where it is another. */
  readonly source: { readonly name: string; readonly version: string } | undefined;
  readonly locations: readonly PackageLocation[];
  readonly origin: 'base' | 'added' | undefined;
  readonly evidence: 'installed' | 'declared' | undefined;
  /** Shortest ways from a package that nothing needs to this one, purls from the outside in, this one left out; at most 5, sorted. */
  readonly parents: readonly (readonly string[])[];
}

export interface FindingEvidence {
  readonly advisory: string;
  readonly feed: FeedId;
  readonly record: string;
  /** What was looked up. */
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  /** The range that holds it; `undefined` where the version is named itself or every version is meant. */
  readonly range: VersionRange | undefined;
}

export interface FindingSeverity {
  readonly level: SeverityLevel | 'unknown';
  /** Whose word it is; `undefined` where nobody's. */
  readonly source: string | undefined;
  /** 0.0 to 10.0 */
  readonly score: number | undefined;
  readonly vector: string | undefined;
}

export interface FindingFix {
  readonly state: FixState;
  /** The versions that fix it, the one for the package's own line of releases first. Of the source package for Debian. */
  readonly versions: readonly string[];
  /** When the first of them was published, seconds since 1970. */
  readonly published: number | undefined;
  /** The advisory that brought it. */
  readonly advisory: string | undefined;
}

export interface FindingDecision {
  readonly by: 'packager' | 'vex' | 'ignore-rule' | 'owner';
  readonly status: FindingStatus;
  /** OpenVEX's word: `vulnerable_code_not_in_execute_path`. */
  readonly justification: string | undefined;
  /** What the statement or rule says. */
  readonly reason: string;
  /** The document and who wrote it, or the rule's file. */
  readonly source: string;
  readonly author: string | undefined;
  /** Seconds since 1970. */
  readonly at: number | undefined;
  readonly expires: number | undefined;
}

/** Why nothing is said of a package. */
export interface NotCovered {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  /**
   * `no-feed`: no feed in the database speaks of its ecosystem or release; `no-version`: its version is not known;
   * `third-party`: a distribution's package of another vendor; `version-unreadable`: its version has no place in the ecosystem's order;
   * `kind`: no feed anywhere speaks of such packages; `no-purl`: the document gives no package URL that can be read, so that nobody can tell what it is; `kernel-headers`: what is said of the kernel is not looked up for its headers.
   */
  readonly reason:
    | 'no-feed'
    | 'no-version'
    | 'third-party'
    | 'version-unreadable'
    | 'kind'
    | 'no-purl'
    | 'kernel-headers';
  /** The ecosystem that was asked for: `Alpine:v3.22`. */
  readonly ecosystem: string | undefined;
}

export interface MatchResult {
  /** Worst and fixable first; then by id and purl. */
  readonly findings: readonly Finding[];
  /** Sorted by purl. */
  readonly notCovered: readonly NotCovered[];
  /** Packages that some feed speaks of, a count. */
  readonly covered: number;
  /** Ecosystems whose feeds tell of fixed vulnerabilities alone, sorted. */
  readonly fixedOnly: readonly string[];
  /** Of Red Hat Enterprise Linux: by which update stream its packages were judged. */
  readonly stream?: JudgedStream | undefined;
}

export interface JudgedStream {
  /** `rhel_eus:9.4`, `enterprise_linux:9` */
  readonly judged: string;
  /** The one that the system names; `undefined`: it names none, or the main one. */
  readonly named: string | undefined;
}
