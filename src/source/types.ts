// What a reference gives: an image of layers, a tree of files, or a document that tells of one.
import type { Bom } from '../bom/types.ts';
import type { BytePath } from '../lib/bytes.ts';
import type { Digest } from '../lib/digest.ts';
import type { ImageConfig } from '../oci/types.ts';

/** One platform's image, wherever it lies. Its documents are read and verified; its layers are not read yet. */
export interface SourceImage {
  readonly kind: 'image';
  /** As the user named it, in its normal form. */
  readonly name: string;
  /** Whether it lies in a registry. */
  readonly remote: boolean;
  /** Of the manifest; `undefined` where the place keeps none, such as a Docker archive. */
  readonly digest: Digest | undefined;
  /** Of the index that names the manifest. */
  readonly index: Digest | undefined;
  readonly configDigest: Digest;
  readonly config: ImageConfig;
  /** `linux/arm64/v8` */
  readonly platform: string;
  /** Of the manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Lowest first, as many as the config has diffIDs. */
  readonly layers: readonly SourceLayer[];
}

export interface SourceLayer {
  /** Of the tar, as the config states it: whoever reads the layer holds the content against it. */
  readonly diffId: Digest;
  /** Of the bytes as stored. */
  readonly digest: Digest | undefined;
  readonly mediaType: string | undefined;
  /** Bytes as stored. */
  readonly size: number | undefined;
  /**
   * The bytes as stored: gzip, zstd or a plain tar; may be read again.
   * @throws Fault `image/encrypted`, `image/foreign`, `image/layer-type` for layers that cannot be read, faults of the place
   */
  stream(options?: StreamOptions): AsyncIterable<Uint8Array>;
}

export interface StreamOptions {
  /** Chunks may lie in memory that is used again: each is valid until the one after it is asked for. Costs half. */
  readonly reuse?: boolean | undefined;
}

/** A folder's files: a root file system or a source tree. */
export interface SourceTree {
  readonly kind: 'tree';
  readonly name: string;
  /** `rootfs`: the root of a system, its links stay inside; `dir`: a source tree. */
  readonly is: 'rootfs' | 'dir';
  /** Every entry below the folder, parents before children, siblings by name. What cannot be read is said by `unread`. */
  entries(): AsyncIterable<TreeEntry>;
  /** What the last walk of {@link entries} met and did not read, in the order of the walk. */
  readonly unread: readonly Unread[];
}

export interface Unread {
  readonly path: BytePath;
  /** `permission denied`, `another file system`, … */
  readonly reason: string;
}

export interface TreeEntry {
  readonly path: BytePath;
  readonly kind: 'file' | 'directory' | 'symlink' | 'device' | 'fifo';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly target: string | undefined;
  /** The content of a file. @throws Fault `file/…` */
  stream(options?: StreamOptions): AsyncIterable<Uint8Array>;
}

/** A document: an SBOM. */
export interface SourceBom {
  readonly kind: 'bom';
  readonly name: string;
  readonly bom: Bom;
}

export type Source = SourceImage | SourceTree | SourceBom;
