// OpenVEX documents: https://github.com/openvex/spec, version 0.2.0.

export type OpenVexStatus = 'not_affected' | 'affected' | 'fixed' | 'under_investigation';

export const openVexStatuses: readonly OpenVexStatus[] = ['not_affected', 'affected', 'fixed', 'under_investigation'];

export type OpenVexJustification =
  | 'component_not_present'
  | 'vulnerable_code_not_present'
  | 'vulnerable_code_not_in_execute_path'
  | 'vulnerable_code_cannot_be_controlled_by_adversary'
  | 'inline_mitigations_already_exist';

export const openVexJustifications: readonly OpenVexJustification[] = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
];

/** What is not said is `undefined`, or an empty list. Times are seconds since 1970. */
export interface OpenVexDocument {
  /** `@id`: an IRI. */
  readonly id: string;
  readonly author: string;
  readonly role?: string | undefined;
  /** When it was issued. */
  readonly timestamp: number | undefined;
  readonly lastUpdated?: number | undefined;
  /** Counts up with every change. */
  readonly version: number;
  readonly tooling?: string | undefined;
  readonly supplier?: string | undefined;
  /** Ids of documents that this one takes the place of. Not in the schema of 0.2.0; read, never written. */
  readonly supersedes?: readonly string[] | undefined;
  readonly statements: readonly OpenVexStatement[];
}

export interface OpenVexStatement {
  readonly id?: string | undefined;
  readonly version?: number | undefined;
  readonly vulnerability: OpenVexVulnerability;
  /** Its own; `undefined` where it has the document's. */
  readonly timestamp?: number | undefined;
  readonly lastUpdated?: number | undefined;
  readonly products: readonly OpenVexProduct[];
  readonly status: OpenVexStatus;
  readonly supplier?: string | undefined;
  readonly statusNotes?: string | undefined;
  readonly justification?: OpenVexJustification | undefined;
  readonly impactStatement?: string | undefined;
  readonly actionStatement?: string | undefined;
  readonly actionTimestamp?: number | undefined;
}

export interface OpenVexVulnerability {
  /** `CVE-2024-3094` */
  readonly name: string;
  /** `@id`: an IRI. */
  readonly id?: string | undefined;
  readonly aliases: readonly string[];
  readonly description?: string | undefined;
}

export interface OpenVexComponent {
  /** `@id`: an IRI, mostly a package URL. */
  readonly id?: string | undefined;
  readonly purl?: string | undefined;
  readonly cpe22?: string | undefined;
  readonly cpe23?: string | undefined;
  /** By their algorithms as the specification names them: `sha-256`. Lower-case hexadecimal. */
  readonly hashes: ReadonlyMap<string, string>;
}

export interface OpenVexProduct extends OpenVexComponent {
  /** None: the product as a whole. */
  readonly subcomponents: readonly OpenVexComponent[];
}
