// An image's repository, and another one in which signatures and attestations are, too.
import { Fault } from '../lib/faults.ts';
import type { Digest } from '../lib/digest.ts';
import { isRelationTag, selectReferrers } from '../oci/referrers.ts';
import type { Descriptor } from '../oci/types.ts';
import type { Content } from './content.ts';
import type { BlobSource, ManifestToPut, Repository } from './types.ts';

/**
 * Referrers are those of both. What a digest names is read where it is, and held against it by either. Of cosign's tags that of the
 * other repository counts where both have one, for it is named as the place of signatures; every other tag is the image's own.
 * Writes go to the image's.
 */
export class JoinedRepository implements Repository {
  readonly name: string;
  readonly #own: Repository;
  readonly #other: Repository;
  /** What hangs in the other one is asked for there first. */
  readonly #there = new Set<Digest>();

  constructor(own: Repository, other: Repository) {
    this.name = own.name;
    this.#own = own;
    this.#other = other;
  }

  async resolve(reference: string): Promise<Descriptor> {
    if (!isRelationTag(reference)) return await this.#own.resolve(reference);
    const descriptor = await orElse(
      async () => {
        const found = await this.#other.resolve(reference);
        this.#there.add(found.digest);
        return found;
      },
      async () => await this.#own.resolve(reference),
    );
    return descriptor;
  }

  async manifest(content: Content): Promise<Buffer> {
    const [first, second] = this.#inOrder(content.digest);
    return await orElse(
      async () => await first.manifest(content),
      async () => await second.manifest(content),
    );
  }

  async blob(content: Content, limit: number): Promise<Buffer> {
    return await orElse(
      async () => await this.#own.blob(content, limit),
      async () => await this.#other.blob(content, limit),
    );
  }

  async *stream(content: Content): AsyncGenerator<Uint8Array> {
    let begun = false;
    try {
      for await (const chunk of this.#own.stream(content)) {
        begun = true;
        yield chunk;
      }
    } catch (fault) {
      // What was handed out cannot be taken back.
      if (begun || !isMissing(fault)) throw fault;
      yield* this.#other.stream(content);
    }
  }

  async has(content: Content): Promise<boolean> {
    return (await this.#own.has(content)) || (await this.#other.has(content));
  }

  async referrers(digest: Digest, artifactType?: string): Promise<Descriptor[]> {
    const own = await this.#own.referrers(digest, artifactType);
    const known = new Set(own.map((one) => one.digest));
    const others = (await this.#other.referrers(digest, artifactType)).filter((one) => !known.has(one.digest));
    for (const one of others) this.#there.add(one.digest);
    return selectReferrers([...own, ...others], undefined);
  }

  async tags(): Promise<string[]> {
    const there = (await this.#other.tags()).filter(isRelationTag);
    return [...new Set([...(await this.#own.tags()), ...there])];
  }

  async putBlob(source: BlobSource): Promise<void> {
    await this.#own.putBlob(source);
  }

  async putManifests(manifests: readonly ManifestToPut[]): Promise<void> {
    await this.#own.putManifests(manifests);
  }

  #inOrder(digest: Digest): readonly [Repository, Repository] {
    return this.#there.has(digest) ? [this.#other, this.#own] : [this.#own, this.#other];
  }
}

/** The second where the first has not got it. */
async function orElse<T>(first: () => Promise<T>, second: () => Promise<T>): Promise<T> {
  try {
    return await first();
  } catch (fault) {
    if (!isMissing(fault)) throw fault;
    return await second();
  }
}

function isMissing(fault: unknown): boolean {
  return fault instanceof Fault && fault.code === 'repository/not-found';
}
