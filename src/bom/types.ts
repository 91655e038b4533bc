import type { BytePath } from '../lib/bytes.ts';
import type { Digest } from '../lib/digest.ts';

/** What is in one platform's image: packages, every file, and who owns and needs whom. */
export interface Bom {
  /** The image: its name, platform and definition's version, as the document's root component. */
  readonly subject: BomSubject;
  /** Sorted by purl. */
  readonly packages: readonly BomPackage[];
  /** Every entry of the merged file view except directories, sorted by path. */
  readonly files: readonly BomFile[];
}

export interface BomSubject {
  readonly name: string;
  readonly version: string;
  /** `linux/amd64` */
  readonly platform: string;
  /** The digest of the image config: it exists before the manifest that the SBOM is attached to. */
  readonly configDigest: Digest;
  readonly diffIds: readonly Digest[];
  /** Seconds since 1970: SOURCE_DATE_EPOCH, the document's time of creation. */
  readonly created: number;
  readonly distribution: { readonly id: string; readonly versionId: string; readonly prettyName: string };
}

export interface BomPackage {
  /** From purl/, the one place that writes them. Unique in the Bom. */
  readonly purl: string;
  readonly kind: 'deb' | 'generic';
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly source: { readonly name: string; readonly version: string };
  readonly maintainer: string | undefined;
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  /** The archive file this was unpacked from. */
  readonly archive: { readonly name: string; readonly digest: Digest; readonly size: number } | undefined;
  /** What the licence file says, as an SPDX expression that may hold LicenseRef-… ; `undefined`: not established. */
  readonly licence: LicenceFinding | undefined;
  /** purls of packages in this Bom that it needs (Depends and Pre-Depends, resolved). */
  readonly dependencies: readonly string[];
  /** Excluded by the definition although the package asks for them; names. */
  readonly excludedDependencies: readonly string[];
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
  /** The diffID of the layer it comes from. */
  readonly layer: Digest;
  /** Exactly one package (by purl) or one named step of the build. */
  readonly owner: Owner;
}
