// Derived content that is dear to compute, kept between runs and believed only if this user's own runs wrote it.
import type { Hmac } from 'node:crypto';
import { joinPath, readFile, readFileIfThere } from './files.ts';
import { createFile, PendingFile } from './pending-file.ts';
import { userFolders } from './user-folders.ts';
import { crypto } from '../lib/crypto.ts';

const MAC_SIZE = 32;
const KEY_SIZE = 32;

/** The user's key for seals: in the state folder, which no cache is restored over. */
export function sealKeyPath(): string {
  return joinPath(userFolders.state(), 'cache.key');
}

/**
 * A folder of files under an HMAC-SHA256 whose key lies elsewhere, in the user's state folder. A cache may be shared,
 * restored from somewhere or written by others; what does not carry this user's seal, for this very name, is not there.
 */
export class SealedFolder {
  readonly #folder: string;
  readonly #keyPath: string;
  #key: Promise<Buffer> | undefined;

  /** @param keyPath the key's file; made with mode 0600 when it is not there */
  constructor(folder: string, keyPath: string) {
    this.#folder = folder;
    this.#keyPath = keyPath;
  }

  /**
   * The content that was kept under a name, in a buffer of its own.
   * @param name letters, digits, `.`, `-` and `_`
   * @returns `undefined` when nothing is there, it is larger than `limit`, or its seal is another
   */
  async read(name: string, limit: number): Promise<Buffer | undefined> {
    const bytes = await readFileIfThere(this.#path(name), limit + MAC_SIZE).catch(() => undefined);
    if (bytes === undefined || bytes.length < MAC_SIZE) return undefined;
    const content = bytes.subarray(0, bytes.length - MAC_SIZE);
    const seal = bytes.subarray(bytes.length - MAC_SIZE);
    return crypto().timingSafeEqual(seal, (await this.#hmac(name)).update(content).digest()) ? content : undefined;
  }

  /** Keeps content, given in parts. */
  async write(name: string, parts: readonly Buffer[]): Promise<void> {
    await using file = await this.create(name);
    for (const part of parts) file.write(part);
    await file.commit();
  }

  /** Begins to keep content that comes bit by bit. */
  async create(name: string): Promise<SealedFile> {
    const hmac = await this.#hmac(name);
    return new SealedFile(await PendingFile.open(this.#path(name), 0o600), hmac);
  }

  #path(name: string): string {
    return joinPath(this.#folder, name);
  }

  async #hmac(name: string): Promise<Hmac> {
    this.#key ??= this.#loadKey();
    return crypto()
      .createHmac('sha256', await this.#key)
      .update(`${name}\0`);
  }

  async #loadKey(): Promise<Buffer> {
    await createFile(this.#keyPath, crypto().randomBytes(KEY_SIZE), 0o600);
    const key = await readFile(this.#keyPath, KEY_SIZE);
    // A key file that was cut short would seal with a key that others can guess.
    return key.length === KEY_SIZE ? key : crypto().randomBytes(KEY_SIZE);
  }
}

/** Content on its way into a {@link SealedFolder}; what is not committed leaves nothing behind. */
export class SealedFile implements AsyncDisposable {
  readonly #file: PendingFile;
  readonly #hmac: Hmac;

  constructor(file: PendingFile, hmac: Hmac) {
    this.#file = file;
    this.#hmac = hmac;
  }

  /** Returns when it is written: for small parts, of which each turn to another thread would take longer. */
  write(part: Buffer): void {
    this.#hmac.update(part);
    this.#file.writeNow(part);
  }

  async commit(): Promise<void> {
    this.#file.writeNow(this.#hmac.digest());
    await this.#file.commit({ flush: false });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }
}
