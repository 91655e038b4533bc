// An OCI repository in a layout folder (image-spec 1.1, image-layout.md).
import { compareStrings } from '../lib/bytes.ts';
import { type Digest, digestOf, isDigest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { contentsOf, type Document, describe, isIndexType, isManifestType, parseDocument } from '../oci/documents.ts';
import { asReferrer, isRelationTag, type Referrer, selectReferrers } from '../oci/referrers.ts';
import type { Descriptor, Index } from '../oci/types.ts';
import { type Content, notFound } from './content.ts';
import { LayoutBlobs } from './layout-blobs.ts';
import { LayoutFolder } from './layout-folder.ts';
import { type Sweep, sweep } from './layout-garbage.ts';
import { entryOf, findMarked, findTag, isCosignMark, tagOf, withEntries } from './layout-index.ts';
import type { BlobSource, ManifestToPut, RawOptions, RawRepository } from './types.ts';

/**
 * A layout folder. `index.json` is replaced as a whole, by one process at a time; until then a writer only adds blobs
 * that nothing names. When a tag moves, what only the old image used is removed, never what the new index leads to.
 * Faults: `layout/missing`, `layout/not-a-layout`, `layout/broken`, `layout/ambiguous`, `layout/blob-missing`,
 * `repository/not-found`, `repository/altered`, `lock/busy`, `file/…`.
 */
export class Layout implements RawRepository {
  readonly name: string;
  readonly #folder: LayoutFolder;
  readonly #blobs: LayoutBlobs;
  /** Blobs put by this object, to put them again if another process collected them before they were named. */
  readonly #sources = new Map<Digest, BlobSource>();
  /** What manifests refer to, by their digest: content never changes. */
  readonly #referrers = new Map<Digest, Referrer | undefined>();

  constructor(folder: string) {
    this.name = `oci:${folder}`;
    this.#folder = new LayoutFolder(folder);
    this.#blobs = new LayoutBlobs(folder, this.name);
  }

  async resolve(reference: string): Promise<Descriptor> {
    const index = await this.#folder.index();
    if (isDigest(reference)) {
      const bytes = await this.#blobs.find(reference, limits.manifest);
      if (bytes === undefined) throw notFound(reference, this.name, 'Check the digest.');
      const listed = index.manifests.find((entry) => entry.digest === reference);
      return describe(bytes, parseDocument(bytes, listed?.mediaType).mediaType);
    }
    const entry = findTag(index, reference, this.name) ?? findMarked(index, reference);
    if (entry === undefined) throw notFound(`"${reference}"`, this.name, hintOf(index));
    const bytes = await this.#blobs.read(entry, limits.manifest);
    return describe(bytes, parseDocument(bytes, entry.mediaType).mediaType);
  }

  /** What a reference without tag and digest means: `latest` when it is listed, else the only image there is. */
  async only(): Promise<string> {
    const { manifests } = await this.#folder.index();
    if (manifests.some((entry) => tagOf(entry) === 'latest')) return 'latest';
    const images = new Set<Digest>();
    for (const entry of manifests) {
      const tag = tagOf(entry);
      if (isCosignMark(entry) || (tag !== undefined && isRelationTag(tag))) continue;
      if (tag !== undefined || (await this.#referrerOf(entry)) === undefined) images.add(entry.digest);
    }
    return images.size === 1 ? ([...images][0] ?? 'latest') : 'latest';
  }

  async manifest(descriptor: Content): Promise<Buffer> {
    return await this.#blobs.read(descriptor, limits.manifest);
  }

  async blob(descriptor: Content, limit: number): Promise<Buffer> {
    return await this.#blobs.read(descriptor, limit);
  }

  stream(descriptor: Content): AsyncIterable<Uint8Array> {
    return this.#blobs.stream(descriptor);
  }

  raw(descriptor: Content, options?: RawOptions): AsyncIterable<Uint8Array> {
    return this.#blobs.raw(descriptor, options);
  }

  async has(descriptor: Content): Promise<boolean> {
    return await this.#blobs.has(descriptor);
  }

  async referrers(digest: Digest, artifactType?: string): Promise<Descriptor[]> {
    const found: Descriptor[] = [];
    for (const entry of (await this.#folder.index()).manifests) {
      const referrer = await this.#referrerOf(entry);
      if (referrer?.subject === digest) found.push(referrer.descriptor);
    }
    return selectReferrers(found, artifactType);
  }

  async tags(): Promise<string[]> {
    const tags = (await this.#folder.index()).manifests.map(tagOf).filter((tag) => tag !== undefined);
    return [...new Set(tags)].sort(compareStrings);
  }

  async putBlob(source: BlobSource): Promise<void> {
    await this.#folder.prepare();
    await this.#blobs.put(source);
    this.#sources.set(source.digest, source);
  }

  async putManifests(manifests: readonly ManifestToPut[]): Promise<void> {
    const entries = manifests.filter(({ listed }) => listed).map(entryOf);
    await this.#folder.prepare();
    await this.#folder.locked(async () => {
      for (const manifest of manifests) await this.#putManifest(manifest);
      await this.#folder.change(async (before) => {
        const { index, garbage } = await this.#sweep(before, withEntries(before, entries));
        return { index, after: async () => await this.#remove(garbage) };
      });
    });
    this.#sources.clear();
  }

  /** What only they used, and what hangs on them, goes with them. */
  async removeReferrers(subject: Digest, referrers: readonly Digest[]): Promise<void> {
    const unwanted = new Set(referrers);
    await this.#folder.locked(async () => {
      await this.#folder.change(async (before) => {
        const manifests: Descriptor[] = [];
        for (const entry of before.manifests) {
          const isGone = unwanted.has(entry.digest) && (await this.#referrerOf(entry))?.subject === subject;
          if (!isGone) manifests.push(entry);
        }
        const { index, garbage } = await this.#sweep(before, { ...before, manifests });
        return { index, after: async () => await this.#remove(garbage) };
      });
    });
  }

  async #putManifest({ bytes, mediaType }: ManifestToPut): Promise<void> {
    const { blobs, manifests } = contentsOf(parseDocument(bytes, mediaType));
    for (const content of [...blobs, ...manifests]) await this.#mustHave(content);
    await this.#blobs.put({
      digest: digestOf(bytes),
      size: bytes.length,
      async *open() {
        yield bytes;
      },
    });
  }

  async #mustHave(content: Content): Promise<void> {
    if (await this.#blobs.has(content)) return;
    const source = this.#sources.get(content.digest);
    if (source === undefined) {
      const sentence = `${this.name} does not hold ${content.digest}, which a manifest needs.`;
      throw new Fault('layout/blob-missing', sentence, 'Run the command again; another process may have removed it.');
    }
    await this.#blobs.put(source);
  }

  /** Keeps everything when something that is listed cannot be read. */
  async #sweep(before: Index, after: Index): Promise<Sweep> {
    try {
      return await sweep(before, after, async (descriptor) => await this.#document(descriptor));
    } catch (error) {
      if (error instanceof Fault) return { index: after, garbage: [] };
      throw error;
    }
  }

  async #remove(garbage: readonly Digest[]): Promise<void> {
    for (const digest of garbage) await this.#blobs.remove(digest);
  }

  async #document(descriptor: Descriptor): Promise<Document | undefined> {
    if (!isDocument(descriptor) || !(await this.#blobs.has(descriptor))) return undefined;
    return parseDocument(await this.#blobs.read(descriptor, limits.manifest), descriptor.mediaType);
  }

  async #referrerOf(entry: Descriptor): Promise<Referrer | undefined> {
    if (!isDocument(entry)) return undefined;
    if (!this.#referrers.has(entry.digest)) {
      const bytes = await this.#blobs.read(entry, limits.manifest);
      this.#referrers.set(entry.digest, asReferrer(bytes, entry.mediaType));
    }
    return this.#referrers.get(entry.digest);
  }
}

function isDocument({ mediaType }: Descriptor): boolean {
  return isIndexType(mediaType) || isManifestType(mediaType);
}

function hintOf(index: Index): string {
  const tags = index.manifests.map(tagOf).filter((tag) => tag !== undefined);
  return tags.length === 0 ? 'Nothing is tagged there; name a digest.' : `There is: ${tags.slice(0, 10).join(', ')}.`;
}
