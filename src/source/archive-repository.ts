// An archive of a layout as a repository to read from: with tags, referrers and content by digest.
import { RandomFile } from '../io/random-file.ts';
import { compareStrings } from '../lib/bytes.ts';
import { type Digest, isDigest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { isIndexType, isManifestType, parseDocument } from '../oci/documents.ts';
import { asReferrer, type Referrer, selectReferrers } from '../oci/referrers.ts';
import { annotations, type Descriptor } from '../oci/types.ts';
import { type Content, notFound } from '../repository/content.ts';
import type { ReadRepository } from '../repository/types.ts';
import { unwrapped } from './file.ts';
import { holdsLayout, OciArchive } from './oci-archive.ts';
import { TarFiles } from './tar-files.ts';

/**
 * Opens an archive, decompressing it into a file of no name where it is compressed.
 * @param scope lets go of the files
 * @throws Fault `source/no-layout` where it holds no layout; `source/…`, `tar/…`, `compression/…`, `file/…`
 */
export async function openArchive(
  path: string,
  { scope, temporary, signal }: { scope: AsyncDisposableStack; temporary: string; signal?: AbortSignal | undefined },
): Promise<ArchiveRepository> {
  const file = scope.adopt(await RandomFile.open(path), async (one) => await one.close());
  const files = await TarFiles.read(await unwrapped(file, { scope, temporary, options: { signal } }));
  if (!holdsLayout(files)) {
    throw new Fault(
      'source/no-layout',
      `${path} holds no OCI layout: its images have no manifests, and so no digests.`,
      'Make it one first: skopeo copy docker-archive:FILE oci:DIR:TAG.',
    );
  }
  return new ArchiveRepository(new OciArchive(files, `oci-archive:${path}`));
}

/** Faults: `source/…`, `repository/not-found`, `repository/altered`, `repository/too-large`, `oci/…`. */
export class ArchiveRepository implements ReadRepository {
  readonly name: string;
  readonly #archive: OciArchive;
  readonly #referrers = new Map<Digest, Referrer | undefined>();

  constructor(archive: OciArchive) {
    this.name = archive.name;
    this.#archive = archive;
  }

  async resolve(reference: string): Promise<Descriptor> {
    return await this.#one(isDigest(reference) ? undefined : reference, isDigest(reference) ? reference : undefined);
  }

  /** What is meant where nothing is named. @throws Fault `source/several`, `repository/not-found` */
  async only(): Promise<Descriptor> {
    return await this.#one(undefined, undefined);
  }

  /** What its index.json lists. */
  async listed(): Promise<readonly Descriptor[]> {
    return await this.#archive.listed();
  }

  async manifest(content: Content): Promise<Buffer> {
    return await this.#archive.manifest(content);
  }

  async blob(content: Content, limit: number): Promise<Buffer> {
    return await this.#archive.blob(content, limit);
  }

  stream(content: Content): AsyncIterable<Uint8Array> {
    return this.#archive.stream(content);
  }

  async has(content: Content): Promise<boolean> {
    return await this.#archive.has(content);
  }

  async referrers(digest: Digest, artifactType?: string): Promise<Descriptor[]> {
    const found: Descriptor[] = [];
    for (const entry of await this.#archive.listed()) {
      const referrer = await this.#referrerOf(entry);
      if (referrer?.subject === digest) found.push(referrer.descriptor);
    }
    return selectReferrers(found, artifactType);
  }

  async tags(): Promise<string[]> {
    const listed = await this.#archive.listed();
    const tags = listed.map((entry) => entry.annotations?.[annotations.refName]).filter((tag) => tag !== undefined);
    return [...new Set(tags)].sort(compareStrings);
  }

  async #one(tag: string | undefined, digest: Digest | undefined): Promise<Descriptor> {
    const [first, second] = await this.#archive.roots(tag, digest);
    if (first === undefined) throw notFound(tag ?? digest ?? 'image', this.name, 'Check the name.');
    if (second !== undefined) {
      throw new Fault('source/several', `${this.name} holds several images.`, 'Name one of them by its digest.');
    }
    const bytes = await this.#archive.manifest(first);
    return { digest: first.digest, size: bytes.length, mediaType: parseDocument(bytes, first.mediaType).mediaType };
  }

  async #referrerOf(entry: Descriptor): Promise<Referrer | undefined> {
    if (!isIndexType(entry.mediaType) && !isManifestType(entry.mediaType)) return undefined;
    if (!this.#referrers.has(entry.digest)) {
      this.#referrers.set(entry.digest, asReferrer(await this.#archive.manifest(entry), entry.mediaType));
    }
    return this.#referrers.get(entry.digest);
  }
}
