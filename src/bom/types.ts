import type { BytePath } from '../lib/bytes.ts';
import type { Digest } from '../lib/digest.ts';

/** What is in one platform's image, or in a folder: packages, files, and who owns and needs whom. */
export interface Bom {
  /** What is described: the document's root component. */
  readonly subject: BomSubject;
  /** Sorted by purl. */
  readonly packages: readonly BomPackage[];
  /** Every entry of the merged file view except directories, sorted by path; none where files were not asked for. */
  readonly files: readonly BomFile[];
  /** Files that tell of packages and could not be read, sorted by path. */
  readonly notRead?: readonly BomNotRead[] | undefined;
  /** The SBOM that it was read from. Whoever changes the Bom leaves it out. */
  readonly document?: BomDocument | undefined;
}

export interface BomNotRead {
  readonly path: BytePath;
  /** The id of the cataloger that reads such files. */
  readonly cataloger: string;
  /** A Fault's code. */
  readonly code: string;
  /** Its message. */
  readonly reason: string;
}

/** A whole SBOM in its family's JSON form: what else it says is written from it again. */
export interface BomDocument {
  readonly family: 'spdx-2' | 'spdx-3' | 'cyclonedx' | 'syft';
  /** `2.3`, `3.0.1`, `1.6`, `16.1.3` */
  readonly version: string;
  /** As it was read; its shape is not checked beyond what the Bom says of it. */
  readonly content: Readonly<Record<string, unknown>>;
  /** What it was wrapped in. No signature was looked at. */
  readonly wrapped?: 'in-toto' | 'dsse' | 'sigstore' | undefined;
}

export interface Distribution {
  /** os-release's ID: `debian` */
  readonly id: string;
  /** VERSION_ID, empty for rolling releases: `13` */
  readonly versionId: string;
  readonly prettyName: string;
  /** ID_LIKE */
  readonly like?: readonly string[] | undefined;
  /** VERSION_CODENAME */
  readonly codename?: string | undefined;
  /** Red Hat's update stream that its packages are of, where the system names another than the main one: `rhel_eus:9.4`. */
  readonly stream?: string | undefined;
}

export interface BomSubject {
  readonly name: string;
  readonly version: string;
  /** `linux/amd64`; `undefined` for a folder. */
  readonly platform: string | undefined;
  /** The digest of the image config: it exists before the manifest that the SBOM is attached to. `undefined` for a folder. */
  readonly configDigest: Digest | undefined;
  /** Of the manifest, where the image has one. */
  readonly manifestDigest?: Digest | undefined;
  readonly diffIds: readonly Digest[];
  /** Seconds since 1970: SOURCE_DATE_EPOCH or the image's creation, the document's time of creation. */
  readonly created: number;
  /** `undefined` where the image says of none. */
  readonly distribution: Distribution | undefined;
}

/** The type of a package URL: `deb`, `npm`, … */
export type PackageKind = string;

export interface BomPackage {
  /** From purl/, the one place that writes them. Unique in the Bom: the same package at several places is one with several locations. */
  readonly purl: string;
  readonly kind: PackageKind;
  /** As the ecosystem writes it: `libc6`, `@scope/name`, `group:artifact`. The purl says the same, if in another spelling. */
  readonly name: string;
  /** Empty where it is not known. */
  readonly version: string;
  /** Present where the document gives no purl that can be read: `purl` was made of the name, or is what stands in its place. */
  readonly unidentified?: true | undefined;
  readonly architecture: string | undefined;
  /** What it was built from, where the distribution names it. */
  readonly source: { readonly name: string; readonly version: string } | undefined;
  readonly maintainer: string | undefined;
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  /** The archive file this was unpacked from. */
  readonly archive: { readonly name: string; readonly digest: Digest; readonly size: number } | undefined;
  /** What the licence file says, as an SPDX expression that may hold LicenseRef-… ; `undefined`: not established. */
  readonly licence: LicenceFinding | undefined;
  /** purls of packages in this Bom that it needs, resolved; sorted, each once. */
  readonly dependencies: readonly string[];
  /** Excluded by the definition although the package asks for them; names. */
  readonly excludedDependencies: readonly string[];
  /** Where it was seen, in the order of the paths. Of built images none are said. */
  readonly locations?: readonly PackageLocation[] | undefined;
  /** The cataloger that found it: `dpkg`. */
  readonly foundBy?: string | undefined;
  /** `installed` unless only a lock file or manifest speaks of it. */
  readonly evidence?: 'installed' | 'declared' | undefined;
  /** The purl of the operating system's package that brings its files. */
  readonly ownedBy?: string | undefined;
  /** Whether the base image brings it; `undefined` where no base was recognised. */
  readonly origin?: 'base' | 'added' | undefined;
  /** What it asks for and is not there: names with their constraints, as they stand. */
  readonly unmetDependencies?: readonly string[] | undefined;
  /** Common Platform Enumerations that its own metadata state; none are guessed. */
  readonly cpes?: readonly string[] | undefined;
  readonly hashes?: readonly PackageHash[] | undefined;
  /** Facts of its ecosystem under stable names, such as `go:buildSettings`, sorted by name. */
  readonly properties?: readonly { readonly name: string; readonly value: string }[] | undefined;
}

export interface PackageLocation {
  /** The file that tells of it. */
  readonly path: BytePath;
  /** The way into nested archives, outermost first: `WEB-INF/lib/x.jar`. */
  readonly within?: readonly string[] | undefined;
  /** The diffID of the layer that brings the file; `undefined` in a folder. */
  readonly layer?: Digest | undefined;
}

export interface PackageHash {
  /** CycloneDX's spelling: `SHA-256` */
  readonly algorithm: 'MD5' | 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';
  /** Lower-case hexadecimal. */
  readonly value: string;
}

export interface LicenceFinding {
  readonly expression: string;
  /** Texts of the LicenseRef-… that the expression names. */
  readonly texts: Readonly<Record<string, string>>;
  /** Copyright lines, as they stand. */
  readonly copyright: string | undefined;
}

export type Owner = { readonly package: string } | { readonly step: string };

export interface BomFile {
  readonly path: BytePath;
  readonly kind: 'file' | 'symlink' | 'hardlink' | 'device' | 'fifo';
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of the content; for a symlink of its target's bytes; for a hard link of the linked file's content. */
  readonly sha256: string;
  readonly sha1: string;
  readonly size: number;
  /** The link's target as it stands in the archive. */
  readonly target: string | undefined;
  /** Present where a layer gives it capabilities; folders and documents do not tell. */
  readonly capabilities?: true | undefined;
  /** The diffID of the layer it comes from; empty in a folder. */
  readonly layer: Digest | '';
  /** Exactly one package (by purl) or one named step of the build; `undefined` in an image that others built. */
  readonly owner: Owner | undefined;
}
