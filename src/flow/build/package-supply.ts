// The packages of a build: fetched, and opened in the order in which they are needed, the first ones before the lock is
// complete.
import { openingOrder } from '../../build/assemble.ts';
import type { Definition } from '../../build/definition.ts';
import type { BlobFolder } from '../../io/blobs.ts';
import { fetchEarly, fetchPackages, type LockedBuild, type LockingOptions } from './build-lock.ts';
import type { PackageToFetch } from './lock.ts';
import { type OpenedPackage, OpenedPackages, type WantedPackage } from './opened-packages.ts';

export class PackageSupply implements AsyncDisposable {
  readonly #blobs: BlobFolder;
  readonly #cache: string;
  readonly #options: LockingOptions;
  readonly #stop = new AbortController();
  #opened: OpenedPackages | undefined;
  #early: { readonly platform: string; readonly fetched: Promise<number> } | undefined;

  constructor(blobs: BlobFolder, options: LockingOptions & { readonly cache: string }) {
    this.#blobs = blobs;
    this.#cache = options.cache;
    this.#options = { ...options, signal: AbortSignal.any([options.signal, this.#stop.signal]) };
  }

  /** Begins with a platform whose packages are known although its lock is not written yet. Failures show in {@link ready}. */
  begin(platform: string, definition: Definition, packages: readonly PackageToFetch[]): void {
    const fetched = this.#begin(definition, packages);
    fetched.catch(() => undefined);
    this.#early ??= { platform, fetched };
  }

  /** Fetches what is not there, and begins to open it. @returns the number of bytes fetched */
  async ready(locked: LockedBuild, definition: Definition): Promise<number> {
    const early = await this.#early?.fetched.catch(() => undefined);
    const refetch = async () => await fetchPackages(locked, this.#blobs, this.#options);
    const fetched = (early ?? 0) + (await refetch());
    this.#opened ??= this.#opening(refetch);
    for (const [platform, packages] of locked.packages) {
      if (early !== undefined && platform === this.#early?.platform) continue;
      this.#opened.expect(openingOrder(packages, definition), fetched === 0);
    }
    return fetched;
  }

  /** @throws what `OpenedPackages.open` throws */
  async open(p: WantedPackage): Promise<OpenedPackage> {
    if (this.#opened === undefined) throw new Error('packages are opened when they are there');
    return await this.#opened.open(p);
  }

  async #begin(definition: Definition, packages: readonly PackageToFetch[]): Promise<number> {
    const refetch = async () => await fetchEarly(packages, this.#blobs, this.#options);
    const fetched = await refetch();
    this.#opened = this.#opening(refetch);
    this.#opened.expect(openingOrder(packages, definition), fetched === 0);
    return fetched;
  }

  #opening(refetch: () => Promise<number>): OpenedPackages {
    return new OpenedPackages(this.#blobs, this.#cache, refetch, this.#options.signal);
  }

  /** Stops what is still under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#early?.fetched.catch(() => undefined);
  }
}
