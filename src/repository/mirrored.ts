// A repository that mirrors hold, too: they are asked first, the registry itself when none of them answers.
import type { Digest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import type { Descriptor } from '../oci/types.ts';
import type { Content } from './content.ts';
import type { BlobSource, ManifestToPut, RawRepository } from './types.ts';

/**
 * Reads go to the mirrors in their order, then to the registry; one that did not answer is not asked again. What a digest
 * names is verified wherever it comes from; what a tag names is the word of the first that knows it. Lists of tags and of
 * referrers are the registry's own unless it cannot be reached: mirrors may not have all. Writes go to the registry.
 */
export class MirroredRepository implements RawRepository {
  readonly name: string;
  readonly #registry: RawRepository;
  readonly #mirrors: readonly RawRepository[];
  readonly #silent = new Set<RawRepository>();

  constructor(registry: RawRepository, mirrors: readonly RawRepository[]) {
    this.name = registry.name;
    this.#registry = registry;
    this.#mirrors = mirrors;
  }

  async resolve(reference: string): Promise<Descriptor> {
    return await this.#read(async (place) => await place.resolve(reference));
  }

  async manifest(content: Content): Promise<Buffer> {
    return await this.#read(async (place) => await place.manifest(content));
  }

  async blob(content: Content, limit: number): Promise<Buffer> {
    return await this.#read(async (place) => await place.blob(content, limit));
  }

  stream(content: Content): AsyncIterable<Uint8Array> {
    return this.#stream((place) => place.stream(content));
  }

  raw(content: Content): AsyncIterable<Uint8Array> {
    return this.#stream((place) => place.raw(content));
  }

  async has(content: Content): Promise<boolean> {
    for (const mirror of this.#asked()) {
      if (await mirror.has(content).catch((error: unknown) => this.#passedOver(mirror, error, false))) return true;
    }
    return await this.#registry.has(content);
  }

  async referrers(digest: Digest, artifactType?: string): Promise<Descriptor[]> {
    return await this.#list(async (place) => await place.referrers(digest, artifactType));
  }

  async tags(): Promise<string[]> {
    return await this.#list(async (place) => await place.tags());
  }

  async putBlob(source: BlobSource): Promise<void> {
    await this.#registry.putBlob(source);
  }

  async putManifests(manifests: readonly ManifestToPut[]): Promise<void> {
    await this.#registry.putManifests(manifests);
  }

  async removeReferrers(subject: Digest, referrers: readonly Digest[]): Promise<void> {
    await this.#registry.removeReferrers?.(subject, referrers);
  }

  async #read<T>(work: (place: RawRepository) => Promise<T>): Promise<T> {
    for (const mirror of this.#asked()) {
      try {
        return await work(mirror);
      } catch (error) {
        this.#passedOver(mirror, error, undefined);
      }
    }
    return await work(this.#registry);
  }

  async #list<T>(work: (place: RawRepository) => Promise<T>): Promise<T> {
    try {
      return await work(this.#registry);
    } catch (error) {
      if (!(error instanceof Fault) || !isSilence(error)) throw error;
      for (const mirror of this.#asked()) {
        const answer = await work(mirror).then(
          (list) => ({ list }),
          () => undefined,
        );
        if (answer !== undefined) return answer.list;
      }
      throw error;
    }
  }

  async *#stream(work: (place: RawRepository) => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for (const mirror of this.#asked()) {
      let begun = false;
      try {
        for await (const chunk of work(mirror)) {
          begun = true;
          yield chunk;
        }
        return;
      } catch (error) {
        // What was handed out cannot be taken back.
        if (begun) throw error;
        this.#passedOver(mirror, error, undefined);
      }
    }
    yield* work(this.#registry);
  }

  #asked(): readonly RawRepository[] {
    return this.#mirrors.filter((mirror) => !this.#silent.has(mirror));
  }

  /** Goes on with the next place, unless the user ended it all. */
  #passedOver<T>(mirror: RawRepository, error: unknown, instead: T): T {
    if (!(error instanceof Fault) || error.code === 'network/aborted' || error.code === 'network/offline') throw error;
    if (isSilence(error)) this.#silent.add(mirror);
    return instead;
  }
}

function isSilence({ code }: Fault): boolean {
  return code.startsWith('network/') || code === 'registry/unavailable' || code === 'registry/busy';
}
