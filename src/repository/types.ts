import type { Digest } from '../lib/digest.ts';
import type { Descriptor } from '../oci/types.ts';

/** Bytes with a known digest and size that can be read more than once (a retried upload reads again). */
export interface BlobSource {
  readonly digest: Digest;
  readonly size: number;
  /** A repository that holds it, too: a registry of this host may take it from there instead of being sent it. */
  readonly beside?: { readonly host: string; readonly repository: string } | undefined;
  open(): AsyncIterable<Uint8Array>;
}

/**
 * An OCI repository: where manifests and blobs of one name live, in a layout folder or a registry.
 * Everything read is verified against its digest and size before the caller may trust it: `manifest` and `blob`
 * before they return, `stream` when it ends (it throws instead of ending).
 */
export interface Repository {
  /** As a user writes it: `localhost:5000/node`, `oci:DIR`. */
  readonly name: string;

  /** What a tag or digest names. @throws Fault `repository/not-found`. */
  resolve(reference: string): Promise<Descriptor>;
  /** A manifest or index, at most limits.manifest bytes. */
  manifest(descriptor: Pick<Descriptor, 'digest' | 'size'>): Promise<Buffer>;
  /** A whole blob of at most `limit` bytes. */
  blob(descriptor: Pick<Descriptor, 'digest' | 'size'>, limit: number): Promise<Buffer>;
  /** A blob's bytes as they arrive; the last step throws if they are not what the digest says. */
  stream(descriptor: Pick<Descriptor, 'digest' | 'size'>): AsyncIterable<Uint8Array>;
  /** Whether a blob of this digest and size is there; its content is not read. */
  has(descriptor: Pick<Descriptor, 'digest' | 'size'>): Promise<boolean>;
  /** Manifests whose `subject` is `digest` (distribution-spec, Listing Referrers; by API or by fallback tag), sorted by digest. */
  referrers(digest: Digest, artifactType?: string): Promise<Descriptor[]>;
  tags(): Promise<string[]>;

  /** Stores a blob unless it is there. */
  putBlob(source: BlobSource): Promise<void>;
  /**
   * Stores manifests in order and names the tagged ones. In a layout all become visible at once, when the
   * index is replaced; in a registry one after the other, a tag last. Blobs must be there before. Referrers (those
   * with a `subject`) also reach the fallback tag where the registry does not list referrers itself.
   */
  putManifests(manifests: readonly ManifestToPut[]): Promise<void>;
  /**
   * Takes manifests away that hang on `subject`, with what lists them. Those that are gone already are no fault. Absent where nothing
   * can be taken away at all.
   * @throws Fault `repository/no-deletion` where it is not allowed: what was not taken away is listed as before
   */
  removeReferrers?(subject: Digest, referrers: readonly Digest[]): Promise<void>;
}

/** A repository to read from. */
export type ReadRepository = Omit<Repository, 'putBlob' | 'putManifests'>;

/** A repository for those who hold a layer's content against its diffID, which makes its own digest needless. */
export interface RawRepository extends Repository {
  /** A blob's bytes as they lie there: their number is held against the size, their digest against nothing. */
  raw(descriptor: Pick<Descriptor, 'digest' | 'size'>, options?: RawOptions): AsyncIterable<Uint8Array>;
}

export interface RawOptions {
  /** Chunks may lie in memory that is used again: each is valid until the one after it is asked for. */
  readonly reuse?: boolean | undefined;
}

export interface ManifestToPut {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly tag?: string | undefined;
  /** Annotations of the descriptor in a layout's `index.json`, beside ref.name; a registry has no place for them. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** In a layout: list it in `index.json`. True for the image and every referrer; false for the manifests that an index lists. */
  readonly listed: boolean;
}
