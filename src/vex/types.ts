// What is said of findings: one statement of any VEX format.
import type { Digest } from '../lib/digest.ts';

export interface VexDocument {
  readonly format: 'openvex' | 'cyclonedx' | 'csaf';
  /** Its id, as it names itself. */
  readonly id: string;
  /** A file's name, or `attestation sha256:…`. */
  readonly source: string;
  readonly author: string | undefined;
  /** Seconds since 1970. */
  readonly issued: number | undefined;
  /** Of documents with the same id the highest counts alone. */
  readonly version?: number | undefined;
  /** Ids of documents that it takes the place of. */
  readonly supersedes?: readonly string[] | undefined;
  /** What it was attested of: it speaks of this alone, whatever it names. Of a file: of everything. */
  readonly about?: Digest | undefined;
  readonly statements: readonly VexStatement[];
}

export interface VexStatement {
  /** The vulnerability's ids: its name and aliases; any may be the finding's. */
  readonly vulnerabilities: readonly string[];
  readonly status: 'not_affected' | 'affected' | 'fixed' | 'under_investigation';
  /** OpenVEX's five words; CycloneDX's and CSAF's are put into these. */
  readonly justification: VexJustification | undefined;
  readonly impact: string | undefined;
  readonly action: string | undefined;
  /** Seconds since 1970; the document's where the statement has none. */
  readonly at: number | undefined;
  /** What it is about: any may match. */
  readonly products: readonly VexProduct[];
}

export type VexJustification =
  | 'component_not_present'
  | 'vulnerable_code_not_present'
  | 'vulnerable_code_not_in_execute_path'
  | 'vulnerable_code_cannot_be_controlled_by_adversary'
  | 'inline_mitigations_already_exist';

export interface VexProduct {
  /** purls, BOM-Links (`urn:cdx:…`), CPEs or an image's name; each names the same product. */
  readonly ids: readonly string[];
  readonly digests: readonly Digest[];
  /** Parts of the product that are meant; none: the product as a whole. */
  readonly subcomponents: readonly { readonly ids: readonly string[]; readonly digests: readonly Digest[] }[];
}
