// What was read of layers and images, kept between runs: by diffID, and by what reads them.
import { trimFolder, markUsed } from '../../io/bounded.ts';
import { joinPath } from '../../io/files.ts';
import { type SealedFile, SealedFolder, sealKeyPath } from '../../io/sealed.ts';
import { catalogerVersions } from '../../catalog/versions.ts';
import { giveBack } from '../../lib/bytes.ts';
import { type Digest, hexOf, sha256Hex } from '../../lib/digest.ts';
import { tool } from '../../lib/tool.ts';

/** Bytes that all records together come to at most, after each run that adds some. */
const BOUND = 2 ** 30;
/** Largest record that is kept, in bytes. */
const LARGEST = 256 << 20;

/** To be raised when the same facts are recorded, or put together, in another way. */
const FORMAT = 4;

/** Records under the user's seal; several processes may use the folder at once. */
export class AnalysisCache {
  readonly #folder: string;
  readonly #sealed: SealedFolder;
  readonly #key: string;
  #wrote = false;

  /** @param cache the user's cache folder */
  constructor(cache: string) {
    this.#folder = joinPath(cache, 'analyses');
    this.#sealed = new SealedFolder(this.#folder, sealKeyPath());
    this.#key = sha256Hex(JSON.stringify([tool.version, FORMAT, catalogerVersions])).slice(0, 16);
  }

  async read(kind: string, digest: Digest): Promise<Buffer | undefined> {
    const name = this.#name(kind, digest);
    const record = await this.#sealed.read(name, LARGEST);
    if (record !== undefined) markUsed(joinPath(this.#folder, name));
    return record;
  }

  /** Keeps a record; one that is too large is not kept. A full disk is no reason to fail. */
  async write(kind: string, digest: Digest, record: Iterable<Buffer>): Promise<void> {
    await using keeping = await this.keep(kind, digest);
    for (const part of record) await keeping.write(part);
    await keeping.commit();
  }

  /** Begins to keep a record whose parts come one after the other. */
  async keep(kind: string, digest: Digest): Promise<Keeping> {
    this.#wrote = true;
    return new Keeping(await this.#sealed.create(this.#name(kind, digest)).catch(() => undefined));
  }

  /** Removes what was used longest ago, if this run added anything. */
  async trim(): Promise<void> {
    if (this.#wrote) await trimFolder(this.#folder, BOUND);
    this.#wrote = false;
  }

  #name(kind: string, digest: Digest): string {
    return `${kind}-${this.#key}-${hexOf(digest)}`;
  }
}

/** A record on its way into the cache; once anything of it cannot be kept, nothing is. */
export class Keeping implements AsyncDisposable {
  #file: SealedFile | undefined;
  #size = 0;

  constructor(file: SealedFile | undefined) {
    this.#file = file;
  }

  /** @param part whose memory is given back */
  async write(part: Buffer): Promise<void> {
    this.#size += part.length;
    if (this.#size > LARGEST) await this[Symbol.asyncDispose]();
    try {
      this.#file?.write(part);
    } catch {
      await this[Symbol.asyncDispose]();
    }
    giveBack(part);
  }

  async commit(): Promise<void> {
    await this.#file?.commit().catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.[Symbol.asyncDispose]();
  }
}
