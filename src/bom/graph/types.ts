// What SPDX and CycloneDX documents say, in neither's words: every conversion between two formats goes through it.
import type { ClaimedFile } from '../claims.ts';
import type { BomFile } from '../types.ts';

/** A document's elements and how they relate. Identifiers are texts, unique in the document, of whatever form its format has. */
export interface BomGraph {
  readonly document: GraphDocument;
  readonly packages: Iterable<GraphPackage>;
  readonly files: Iterable<GraphFile>;
  readonly relations: Iterable<GraphRelation>;
  /** Of files here. */
  readonly snippets: readonly GraphSnippet[];
  /** Texts behind the `LicenseRef-…` of the expressions. */
  readonly licences: readonly ExtractedLicence[];
  readonly annotations: readonly GraphAnnotation[];
  readonly vulnerabilities: readonly GraphVulnerability[];
  /** Whether what the relations say of an element is all there is. */
  readonly completeness: readonly Completeness[];
  /** Whether every identifier that a relation names is an element's here, and those of files are of SPDX 2's form. */
  readonly closed?: boolean | undefined;
  /** SPDX 2's verification codes of packages, where they are had sooner than from the relations. */
  readonly verificationCodes?: (() => ReadonlyMap<string, string>) | undefined;
  /** The files once more, for who writes so many of them that each must be cheap. */
  readonly rows?: FileRows | undefined;
}

/** What `files` and `relations` say of a Bom's files. */
export interface FileRows {
  /** In their order; {@link fileId} of its place is the identifier of each. */
  readonly files: readonly BomFile[];
  /** The relations that are of no file. */
  readonly relations: Iterable<GraphRelation>;
  /** What contains a file: the identifier of a package. Its other relations are none. */
  readonly holder: (file: BomFile) => string;
}

const FILE = 'SPDXRef-File-';

/** @param place of the file; the empty text for what is the same in all */
export function fileId(place: number | ''): string {
  return `${FILE}${place}`;
}

/** The identifier of the document itself, where relations and annotations name it. */
export const DOCUMENT = 'SPDXRef-DOCUMENT';
/** Ends of relations that say that there is nothing, or that it is not known. */
export const NONE = 'NONE';
export const NOASSERTION = 'NOASSERTION';

export interface GraphDocument {
  readonly name?: string | undefined;
  /** SPDX's namespace or CycloneDX's serial number: a URI. */
  readonly uri?: string | undefined;
  /** CycloneDX's version of the document. */
  readonly revision?: number | undefined;
  /** RFC 3339 */
  readonly created?: string | undefined;
  readonly creators: readonly Agent[];
  readonly comment?: string | undefined;
  readonly licenceListVersion?: string | undefined;
  /** The document's own licence, an expression. */
  readonly dataLicence?: string | undefined;
  /** Identifiers of what is described. */
  readonly roots: readonly string[];
  readonly externals: readonly ExternalDocument[];
  readonly properties: readonly Property[];
}

export interface ExternalDocument {
  /** `DocumentRef-…` */
  readonly id: string;
  readonly uri: string;
  readonly hash?: Hash | undefined;
}

export interface Agent {
  readonly kind: 'person' | 'organization' | 'tool';
  readonly name: string;
  readonly email?: string | undefined;
  readonly version?: string | undefined;
}

export interface Property {
  readonly name: string;
  readonly value: string;
}

export interface Hash {
  /** CycloneDX's spelling: `SHA-256` */
  readonly algorithm: string;
  readonly value: string;
}

export interface Reference {
  /** SPDX 2.3's category and type, or CycloneDX's type alone: `SECURITY` `advisory`; `vcs`. */
  readonly category?: string | undefined;
  readonly type: string;
  readonly locator: string;
  readonly comment?: string | undefined;
  readonly hashes?: readonly Hash[] | undefined;
}

export interface GraphPackage {
  readonly id: string;
  /** CycloneDX's component type, and SPDX's `source`, `archive`, `install`, `other`; `undefined` where none is said. */
  readonly type?: string | undefined;
  readonly group?: string | undefined;
  readonly name: string;
  readonly version?: string | undefined;
  readonly purls?: readonly string[] | undefined;
  readonly cpes?: readonly string[] | undefined;
  /** Tag identifiers (ISO/IEC 19770-2). */
  readonly swids?: readonly string[] | undefined;
  readonly supplier?: Agent | undefined;
  readonly originator?: Agent | undefined;
  readonly publisher?: string | undefined;
  readonly description?: string | undefined;
  readonly summary?: string | undefined;
  readonly homepage?: string | undefined;
  readonly downloadLocation?: string | undefined;
  readonly copyright?: string | undefined;
  /** SPDX expression, or `NONE`; `undefined` for no assertion. */
  readonly declared?: string | undefined;
  readonly concluded?: string | undefined;
  /** Licences found in its files. */
  readonly found?: readonly string[] | undefined;
  readonly licenceComment?: string | undefined;
  readonly hashes?: readonly Hash[] | undefined;
  readonly references?: readonly Reference[] | undefined;
  readonly fileName?: string | undefined;
  readonly sourceInfo?: string | undefined;
  readonly comment?: string | undefined;
  readonly attributions?: readonly string[] | undefined;
  readonly built?: string | undefined;
  readonly released?: string | undefined;
  readonly validUntil?: string | undefined;
  readonly filesAnalyzed?: boolean | undefined;
  readonly verification?: { readonly value: string; readonly excluded: readonly string[] } | undefined;
  /** CycloneDX's scope. */
  readonly scope?: string | undefined;
  readonly mimeType?: string | undefined;
  /** Where it was seen. */
  readonly places?: readonly Place[] | undefined;
  readonly properties?: readonly Property[] | undefined;
}

export interface Place {
  /** `/usr/lib/app.jar!/META-INF/lib/x.jar` */
  readonly location: string;
  /** What else is said of it, such as `layer sha256:…`. */
  readonly context?: string | undefined;
}

export interface GraphFile {
  readonly id: string;
  /** As it stands in an SPDX document without its `./`, in a CycloneDX document without its `/`. */
  readonly name: string;
  /** SPDX 2.3's spelling. */
  readonly types?: readonly string[] | undefined;
  readonly hashes: readonly Hash[];
  /** What the file is in the image, where that is said. */
  readonly facts?: Omit<ClaimedFile, 'path' | 'sha256'> | undefined;
  /** The step of the build that made it. */
  readonly step?: string | undefined;
  readonly layer?: string | undefined;
  readonly copyright?: string | undefined;
  readonly concluded?: string | undefined;
  readonly found?: readonly string[] | undefined;
  readonly licenceComment?: string | undefined;
  readonly comment?: string | undefined;
  readonly notice?: string | undefined;
  readonly description?: string | undefined;
  readonly contributors?: readonly string[] | undefined;
  readonly attributions?: readonly string[] | undefined;
  readonly mimeType?: string | undefined;
  readonly properties?: readonly Property[] | undefined;
}

export interface GraphSnippet {
  readonly id: string;
  readonly file: string;
  readonly name?: string | undefined;
  readonly bytes?: readonly [number, number] | undefined;
  readonly lines?: readonly [number, number] | undefined;
  readonly copyright?: string | undefined;
  readonly concluded?: string | undefined;
  readonly found?: readonly string[] | undefined;
  readonly licenceComment?: string | undefined;
  readonly comment?: string | undefined;
  readonly attributions?: readonly string[] | undefined;
}

export interface GraphRelation {
  readonly from: string;
  /** SPDX 2.3's spelling; a type that only SPDX 3 knows stands in SPDX 3's. */
  readonly type: string;
  /** An identifier, {@link NONE} or {@link NOASSERTION}. */
  readonly to: string;
  readonly comment?: string | undefined;
}

export interface ExtractedLicence {
  /** `LicenseRef-…` */
  readonly id: string;
  readonly text: string;
  readonly name?: string | undefined;
  readonly comment?: string | undefined;
  readonly urls?: readonly string[] | undefined;
}

export interface GraphAnnotation {
  readonly about: readonly string[];
  readonly by: Agent;
  /** RFC 3339 */
  readonly date: string;
  readonly type: 'REVIEW' | 'OTHER';
  readonly text: string;
}

export interface Completeness {
  readonly id: string;
  readonly of: 'CONTAINS' | 'DEPENDS_ON';
  readonly is: 'complete' | 'incomplete' | 'unknown';
}

export interface GraphVulnerability {
  /** `CVE-2026-1` */
  readonly id: string;
  readonly source?: { readonly name?: string | undefined; readonly url?: string | undefined } | undefined;
  readonly description?: string | undefined;
  readonly detail?: string | undefined;
  readonly recommendation?: string | undefined;
  readonly advisories: readonly string[];
  readonly cwes: readonly number[];
  readonly ratings: readonly Rating[];
  readonly published?: string | undefined;
  readonly updated?: string | undefined;
  readonly withdrawn?: string | undefined;
  /** Identifiers of elements, each with what is known of it. */
  readonly affects: readonly string[];
  readonly analysis?: Analysis | undefined;
}

export interface Rating {
  /** CycloneDX's spelling: `CVSSv31` */
  readonly method?: string | undefined;
  readonly score?: number | undefined;
  readonly severity?: string | undefined;
  readonly vector?: string | undefined;
}

/** CycloneDX's words of an impact analysis. */
export interface Analysis {
  readonly state?: string | undefined;
  readonly justification?: string | undefined;
  readonly responses: readonly string[];
  readonly detail?: string | undefined;
}
