// What is read of CSAF 2.0 and 2.1 documents (OASIS), products resolved.
import type { Digest } from '../lib/digest.ts';
import type { CsafProducts } from './products.ts';

export interface CsafDocument {
  /** `2.0`, `2.1` */
  readonly version: string;
  /** `csaf_vex`, `csaf_security_advisory`, … */
  readonly category: string;
  readonly title: string;
  readonly publisher: string;
  /** `document.tracking.id`: `CVE-2024-3094`, `RHSA-2024:1234` */
  readonly id: string;
  /** `draft`, `interim`, `final` */
  readonly status: string;
  /** Seconds since 1970. */
  readonly published: number | undefined;
  readonly modified: number | undefined;
  /** `document.aggregate_severity.text` */
  readonly severity: string;
  readonly references: readonly CsafReference[];
  readonly products: CsafProducts;
  readonly vulnerabilities: readonly CsafVulnerability[];
}

export interface CsafReference {
  /** `self`, `external`; empty where none is given. */
  readonly category: string;
  readonly url: string;
}

/** A product, or a component, as a branch or a full product name gives it. */
export interface CsafProduct {
  readonly id: string;
  readonly name: string;
  /** Of its branch: `product_name`, `product_version`, …; empty where it stands in none. */
  readonly category: string;
  readonly purls: readonly string[];
  readonly cpe: string | undefined;
  /** Of its files. */
  readonly digests: readonly Digest[];
}

/** A product with what it is a part of. */
export interface CsafResolved {
  /** The id by which the document speaks of it. */
  readonly id: string;
  /** `openssl-libs-1:3.0.7-6.el9_2.x86_64 as a component of Red Hat Enterprise Linux BaseOS (v. 9)` */
  readonly name: string;
  /** Itself, or the component where it is a relation. */
  readonly component: CsafProduct;
  /** What the component is a part of, from the inside out: a module, then a product. Empty where it stands alone. */
  readonly within: readonly CsafProduct[];
}

/** The groups of `product_status`; 2.1 adds `unknown`. */
export type CsafStatus =
  | 'first_affected'
  | 'first_fixed'
  | 'fixed'
  | 'known_affected'
  | 'known_not_affected'
  | 'last_affected'
  | 'recommended'
  | 'under_investigation'
  | 'unknown';

export interface CsafVulnerability {
  /** The CVE first where there is one, then the ids of other systems. */
  readonly ids: readonly string[];
  readonly title: string;
  /** `CWE-79` */
  readonly cwes: readonly string[];
  readonly notes: readonly CsafNote[];
  readonly references: readonly CsafReference[];
  /** Seconds since 1970: when it was made known. */
  readonly published: number | undefined;
  readonly statuses: readonly { readonly status: CsafStatus; readonly products: readonly string[] }[];
  readonly scores: readonly CsafScores[];
  readonly flags: ByProduct<CsafFlag>;
  readonly threats: ByProduct<CsafThreat>;
  readonly remediations: ByProduct<CsafRemediation>;
}

/** What is said of each product, in the document's order; under the empty id what is said of all. */
export type ByProduct<T> = ReadonlyMap<string, readonly T[]>;

export interface CsafNote {
  /** `description`, `summary`, `details`, … */
  readonly category: string;
  readonly title: string;
  readonly text: string;
}

export interface CsafScores {
  readonly products: ReadonlySet<string>;
  readonly cvss: readonly { readonly vector: string; readonly score: number | undefined }[];
}

export interface CsafFlag {
  /** `component_not_present`, … (the five justifications of VEX) */
  readonly label: string;
  readonly at: number | undefined;
}

export interface CsafThreat {
  /** `impact`, `exploit_status`, `target_set` */
  readonly category: string;
  readonly details: string;
  readonly at: number | undefined;
}

export interface CsafRemediation {
  /** `vendor_fix`, `none_available`, `no_fix_planned`, `workaround`, `mitigation`, `fix_planned`, `optional_patch` */
  readonly category: string;
  readonly details: string;
  readonly url: string;
  readonly at: number | undefined;
}

/** What a document says of one vulnerability in one product. */
export interface CsafStatement {
  readonly vulnerability: CsafVulnerability;
  readonly product: CsafResolved;
  readonly status: CsafStatus;
  readonly flags: readonly CsafFlag[];
  readonly threats: readonly CsafThreat[];
  readonly remediations: readonly CsafRemediation[];
}
