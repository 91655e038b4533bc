// What happened in a build, as data: what provenance is made of.
import type { Digest } from '../lib/digest.ts';

/** Where the definition comes from; each member is `undefined` where it is not known. */
export interface DefinitionSource {
  /** `https://host/owner/name`, without credentials. */
  readonly repository: string | undefined;
  /** 40 or 64 hex digits. */
  readonly commit: string | undefined;
  /** `refs/heads/main` */
  readonly ref: string | undefined;
  /** Of the definition within the repository. */
  readonly path: string | undefined;
  /** Whether the tree was as committed when the build began. */
  readonly clean: boolean | undefined;
}

/** Something that went into the image, by digest. */
export interface Ingredient {
  readonly name: string;
  readonly uri: string;
  readonly digest: Digest;
}

export interface BuildRecord {
  readonly definition: { readonly name: string; readonly digest: Digest };
  readonly source: DefinitionSource;
  readonly lock: Digest;
  /** `linux/amd64`, sorted. */
  readonly platforms: readonly string[];
  /** Seconds since 1970. */
  readonly epoch: number;
  readonly compressor: string;
  readonly ingredients: readonly Ingredient[];
  readonly builder: { readonly id: string; readonly versions: Readonly<Record<string, string>> };
  readonly invocation: string | undefined;
  readonly startedOn: Date;
  readonly finishedOn: Date;
}
