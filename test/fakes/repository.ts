// A repository in memory that can be told to lie.
import { compareStrings } from '../../src/lib/bytes.ts';
import { type Digest, digestOf, isDigest } from '../../src/lib/digest.ts';
import { Fault } from '../../src/lib/faults.ts';
import { type Descriptor, Manifest, mediaTypes } from '../../src/oci/types.ts';
import type { BlobSource, ManifestToPut, Repository } from '../../src/repository/types.ts';

type Content = Pick<Descriptor, 'digest' | 'size'>;

export class FakeRepository implements Repository {
  readonly name: string;
  /** The bytes under each digest, which a test may alter or remove. */
  readonly contents = new Map<Digest, Buffer>();
  readonly #types = new Map<Digest, string>();
  readonly #tags = new Map<string, Digest>();
  /** Digests in the order in which they were read. */
  readonly reads: Digest[] = [];

  constructor(name = 'oci:/fake') {
    this.name = name;
  }

  async resolve(reference: string): Promise<Descriptor> {
    const digest = isDigest(reference) ? reference : this.#tags.get(reference);
    const mediaType = digest === undefined ? undefined : this.#types.get(digest);
    const bytes = digest === undefined ? undefined : this.contents.get(digest);
    if (digest === undefined || mediaType === undefined || bytes === undefined) throw this.#notFound(reference);
    return { digest, mediaType, size: bytes.length };
  }

  async manifest(content: Content): Promise<Buffer> {
    return this.#read(content);
  }

  async blob(content: Content): Promise<Buffer> {
    return this.#read(content);
  }

  async *stream(content: Content): AsyncGenerator<Uint8Array> {
    const bytes = this.contents.get(content.digest);
    if (bytes === undefined) throw this.#notFound(content.digest);
    yield bytes.subarray(0, 10);
    yield bytes.subarray(10);
    this.#read(content);
  }

  async has({ digest }: Content): Promise<boolean> {
    return this.contents.has(digest);
  }

  async referrers(subject: Digest, artifactType?: string): Promise<Descriptor[]> {
    const found: Descriptor[] = [];
    for (const [digest, mediaType] of this.#types) {
      const bytes = this.contents.get(digest);
      const manifest = bytes === undefined || mediaType !== mediaTypes.manifest ? undefined : parse(bytes);
      if (bytes === undefined || manifest?.subject?.digest !== subject) continue;
      if (artifactType !== undefined && manifest.artifactType !== artifactType) continue;
      const { artifactType: type } = manifest;
      found.push({ mediaType, digest, size: bytes.length, ...(type === undefined ? {} : { artifactType: type }) });
    }
    return found.sort((a, b) => compareStrings(a.digest, b.digest));
  }

  async tags(): Promise<string[]> {
    return [...this.#tags.keys()].sort(compareStrings);
  }

  async putBlob(source: BlobSource): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const chunk of source.open()) parts.push(chunk);
    this.contents.set(source.digest, Buffer.concat(parts));
  }

  async putManifests(manifests: readonly ManifestToPut[]): Promise<void> {
    for (const { bytes, mediaType, tag } of manifests) {
      const digest = digestOf(bytes);
      this.contents.set(digest, Buffer.from(bytes));
      this.#types.set(digest, mediaType);
      if (tag !== undefined) this.#tags.set(tag, digest);
    }
  }

  /** Takes a manifest away, as if it had never been put. */
  forget(digest: Digest): void {
    this.contents.delete(digest);
    this.#types.delete(digest);
  }

  #read({ digest, size }: Content): Buffer {
    const bytes = this.contents.get(digest);
    this.reads.push(digest);
    if (bytes === undefined) throw this.#notFound(digest);
    if (bytes.length === size && digestOf(bytes) === digest) return bytes;
    throw new Fault('blob/altered', `The content of ${digest} is not what its digest says.`, 'Fetch it again.');
  }

  #notFound(what: string): Fault {
    return new Fault('repository/not-found', `There is no ${what} in ${this.name}.`, 'Check the name.');
  }
}

function parse(bytes: Buffer): Manifest | undefined {
  try {
    return Manifest.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}
