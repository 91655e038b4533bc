import type { Digest } from '../lib/digest.ts';
import type { EffectiveStatement } from './effective.ts';
import type { BomLinks } from './subject.ts';

/** What is written for other programs. */
export interface VexExport {
  readonly statements: readonly EffectiveStatement[];
  readonly image: ExportedImage;
  readonly author: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** `temper 0.1.0` */
  readonly tooling: string;
  /** Only where a package is in this image; else wherever it is, too: scanners do not know the digest of what is no registry's. */
  readonly imageOnly: boolean;
}

export interface ExportedImage {
  readonly name: string;
  /** Of the manifest and of the index that names it. */
  readonly digests: readonly Digest[];
  /** The document that was scanned, where it is CycloneDX. */
  readonly links: BomLinks | undefined;
}
