// What a comparison takes and gives: two sides, of which not everything may be known, and what is different.
import type { BomFile, BomPackage, BomSubject } from '../bom/types.ts';
import type { Finding, FindingSeverity, FoundPackage, NotCovered } from '../match/types.ts';
import type { Configuration, Setting } from './configuration.ts';

/** What a side was read from. `scan` is what `temper scan --format json` wrote. */
export type SideKind = 'image' | 'folder' | 'sbom' | 'scan';

/** One side. What is `undefined` is not known: it is neither nothing nor zero. */
export interface Side {
  readonly kind: SideKind;
  readonly subject: BomSubject;
  /** A saved scan may tell only how many there are. */
  readonly packages: readonly BomPackage[] | undefined;
  readonly packageCount: number;
  /** Whether the packages' dependencies are known. */
  readonly related: boolean;
  /** Sorted by path, without folders. */
  readonly files: readonly BomFile[] | undefined;
  /** Bytes of each layer as it is stored, lowest first; `undefined` for one of which that is not known. */
  readonly layers: readonly (number | undefined)[] | undefined;
  readonly configuration: Configuration | undefined;
  readonly findings: SideFindings;
}

export interface SideFindings {
  /** Of every status, those that somebody has suppressed among them. */
  readonly findings: readonly ComparedFinding[];
  /** Packages that some feed speaks of, a count. */
  readonly covered: number;
  /** Packages that none speaks of, a count. */
  readonly notCovered: number;
  /** Which these are, and why; `undefined` where a saved scan does not tell. */
  readonly uncovered?: readonly Pick<NotCovered, 'purl' | 'reason'>[] | undefined;
  /** Findings that the filters of a saved scan left out, a count: nobody knows which. */
  readonly leftOut?: number | undefined;
}

/** What is compared of a finding: less than a scan knows of it, so that a saved one is enough. */
export type ComparedFinding = Pick<
  Finding,
  'id' | 'aliases' | 'severity' | 'epss' | 'exploited' | 'risk' | 'fix' | 'status' | 'decisions' | 'summary'
> & { readonly package: Pick<FoundPackage, 'purl' | 'name' | 'version' | 'kind' | 'source'> };

/**
 * What made a difference: that the image is another one, that the database knows something else, that somebody's VEX statement or
 * ignore rule says something else; `unknown` where a side does not tell.
 */
export type Cause = 'image' | 'database' | 'statement' | 'unknown';

/** How the findings of the first side are told from what the database has learned since. */
export type Hindsight =
  /** Both sides were held against the same data: every difference is the image's. */
  | { readonly kind: 'same-data' }
  /** The first side's findings by the second one's data. */
  | { readonly kind: 'again'; readonly findings: readonly ComparedFinding[] }
  /** Only what the sides' packages tell. */
  | { readonly kind: 'packages' };

export interface Comparison {
  readonly a: Side;
  readonly b: Side;
  readonly measures: readonly Measure[];
  readonly facts: readonly Fact[];
  readonly packages: PackageChanges | undefined;
  readonly relationships: RelationshipChanges | undefined;
  readonly vulnerabilities: FindingChanges;
  readonly files: FileChanges | undefined;
  /** In a fixed order; `undefined` where one side has no configuration. */
  readonly configuration: readonly Setting[] | undefined;
}

/** A number on both sides. */
export interface Measure {
  /** `packages`, `packages.deb`, `vulnerabilities.high`, `size`, … */
  readonly name: string;
  readonly unit: 'count' | 'bytes';
  readonly a: number | undefined;
  readonly b: number | undefined;
}

/** What is no number, on both sides: a text, or names, sorted. */
export interface Fact {
  readonly name: 'distribution' | 'platform' | 'user' | 'shells' | 'package-managers';
  readonly a: string | readonly string[] | undefined;
  readonly b: string | readonly string[] | undefined;
}

/** A package on one side, or in two versions. */
export interface PackageChange {
  readonly kind: string;
  /** With its namespace where it is no language's: as the package names itself. */
  readonly name: string;
  readonly a: BomPackage | undefined;
  readonly b: BomPackage | undefined;
}

export interface PackageChanges {
  readonly added: readonly PackageChange[];
  readonly removed: readonly PackageChange[];
  readonly upgraded: readonly PackageChange[];
  readonly downgraded: readonly PackageChange[];
  /** Other versions whose order is not known. */
  readonly changed: readonly PackageChange[];
  readonly unchanged: number;
}

/** Who needs whom, by names without versions: `npm/express` → `npm/send`. */
export interface Relationship {
  readonly from: string;
  readonly to: string;
}

export interface RelationshipChanges {
  readonly added: readonly Relationship[];
  readonly removed: readonly Relationship[];
}

export interface FindingChange {
  readonly cause: Cause;
  /** Where it is there. */
  readonly a: ComparedFinding | undefined;
  readonly b: ComparedFinding | undefined;
  /** What is different where both are there; none elsewhere. */
  readonly differences: readonly FindingDifference[];
}

export interface FindingDifference {
  readonly what: 'severity' | 'fix' | 'exploited' | 'status';
  readonly a: string;
  readonly b: string;
}

/** Each worst and fixable first. One vulnerability of one package name is one entry, in however many versions it is there. */
export interface FindingChanges {
  readonly added: readonly FindingChange[];
  readonly gone: readonly FindingChange[];
  readonly changed: readonly FindingChange[];
  readonly unchanged: readonly FindingChange[];
  readonly a: FindingTotals;
  readonly b: FindingTotals;
}

export interface FindingTotals {
  /** Whether anything is known: some feed speaks of some package, or there is no package. */
  readonly known: boolean;
  /** Those that count and that the filters leave. */
  readonly findings: readonly ComparedFinding[];
  readonly levels: ReadonlyMap<FindingSeverity['level'], number>;
  readonly fixable: number;
  readonly exploited: number;
  /** Suppressed ones that the filters leave. */
  readonly suppressed: number;
  /** How many the filters left out. */
  readonly filtered: number;
}

export interface FileChange {
  readonly a: BomFile | undefined;
  readonly b: BomFile | undefined;
}

export interface FileChanges {
  readonly added: readonly FileChange[];
  readonly removed: readonly FileChange[];
  /** Of another content, kind, mode, owner or target. */
  readonly changed: readonly FileChange[];
  readonly unchanged: number;
  /** Programs that run with another user's or group's rights, or have capabilities, on either side, sorted by path. */
  readonly privileged: readonly FileChange[];
}
