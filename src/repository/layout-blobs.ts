import { fileSize, joinPath, remove, smallFile, streamFile } from '../io/files.ts';
import { PendingFile } from '../io/pending-file.ts';
import { type Digest, hexOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { type Content, collect, notFound, sized, verified } from './content.ts';
import type { BlobSource, RawOptions } from './types.ts';

/** `blobs/sha256/` of a layout (image-spec 1.1, image-layout.md). */
export class LayoutBlobs {
  readonly #folder: string;
  readonly #name: string;

  /** @param name of the layout, for messages */
  constructor(folder: string, name: string) {
    this.#folder = joinPath(folder, 'blobs', 'sha256');
    this.#name = name;
  }

  /** Whether a blob of this size is there. */
  async has(content: Content): Promise<boolean> {
    return (await fileSize(this.#path(content.digest))) === content.size;
  }

  async read(content: Content, limit: number): Promise<Buffer> {
    const small = smallFile(this.#path(content.digest));
    if (small !== undefined) return await collect(content, limit, () => once(small), this.#name);
    await this.#mustBeThere(content.digest);
    return await collect(content, limit, () => streamFile(this.#path(content.digest)), this.#name);
  }

  /** A document of unknown size; `undefined` when it is not there. */
  async find(digest: Digest, limit: number): Promise<Buffer | undefined> {
    const size = await fileSize(this.#path(digest));
    return size === undefined ? undefined : await this.read({ digest, size }, limit);
  }

  async *stream(content: Content): AsyncGenerator<Uint8Array> {
    await this.#mustBeThere(content.digest);
    yield* verified(content, streamFile(this.#path(content.digest)), this.#name);
  }

  /** The bytes as they lie there, of the right number. */
  async *raw(content: Content, options: RawOptions = {}): AsyncGenerator<Uint8Array> {
    await this.#mustBeThere(content.digest);
    yield* sized(content, streamFile(this.#path(content.digest), options), this.#name);
  }

  /** Keeps a blob unless the same bytes are there; a damaged one is replaced. @throws Fault `blob/altered`. */
  async put(source: BlobSource): Promise<void> {
    if (await this.#isWhole(source)) return;
    await using file = await PendingFile.open(this.#path(source.digest));
    try {
      for await (const chunk of verified(source, source.open(), this.#name)) await file.write(chunk);
    } catch (cause) {
      if (!(cause instanceof Fault) || cause.code !== 'repository/altered') throw cause;
      const sentence = `What was to be stored as ${source.digest} has other content.`;
      throw new Fault('blob/altered', sentence, 'Run the command again.', { cause });
    }
    await file.commit();
  }

  async remove(digest: Digest): Promise<void> {
    await remove(this.#path(digest));
  }

  #path(digest: Digest): string {
    return joinPath(this.#folder, hexOf(digest));
  }

  async #isWhole(content: Content): Promise<boolean> {
    if (!(await this.has(content))) return false;
    try {
      for await (const _ of this.stream(content));
      return true;
    } catch (error) {
      if (error instanceof Fault && error.code === 'repository/altered') return false;
      throw error;
    }
  }

  async #mustBeThere(digest: Digest): Promise<void> {
    if ((await fileSize(this.#path(digest))) !== undefined) return;
    throw notFound(digest, this.#name, 'Check the name, or copy or build the image again.');
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
