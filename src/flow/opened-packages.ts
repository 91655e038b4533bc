// Packages opened for a build. Decompressing xz is the dearest single step: what is used a second time is kept decompressed.
import type { BuildPackage } from '../build/assemble.ts';
import { type OpenedDeb, openDeb } from '../deb/deb-file.ts';
import type { BlobFolder } from '../io/blobs.ts';
import { joinPath } from '../io/files.ts';
import { SealedFolder, sealKeyPath } from '../io/sealed.ts';
import { giveBack } from '../lib/bytes.ts';
import { hexOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';

/** The length of control.tar, little-endian, before the two archives. */
const HEADER = 8;

export class OpenedPackages {
  readonly #packages: BlobFolder;
  readonly #opened: SealedFolder;
  readonly #keep: boolean;
  readonly #refetch: () => Promise<unknown>;

  /**
   * @param packages the .debs by digest
   * @param keep whether to keep what had to be decompressed
   * @param refetch fetches what is not there: a stored package that was altered is removed when it is read
   */
  constructor(packages: BlobFolder, cache: string, keep: boolean, refetch: () => Promise<unknown>) {
    this.#packages = packages;
    this.#opened = new SealedFolder(joinPath(cache, 'opened'), sealKeyPath());
    this.#keep = keep;
    this.#refetch = refetch;
  }

  /** @throws Fault `store/altered` when the .deb is gone or another; `deb/…`, `ar/…`, `compression/…` */
  async open(p: BuildPackage): Promise<OpenedDeb & { release(): void }> {
    const kept = await this.#opened.read(hexOf(p.digest), limits.debContent);
    if (kept !== undefined && kept.length >= HEADER) {
      const end = HEADER + Number(kept.readBigUInt64LE(0));
      // The data is most of the buffer: both go back together, once the package was written.
      return {
        control: Buffer.from(kept.subarray(HEADER, end)),
        data: kept.subarray(end),
        release: () => giveBack(kept),
      };
    }
    const bytes = (await this.#packages.read(p.digest, limits.deb)) ?? (await this.#again(p));
    const { control, data } = await openDeb(bytes, p.name);
    if (this.#keep) {
      const header = Buffer.alloc(HEADER);
      header.writeBigUInt64LE(BigInt(control.length));
      await this.#opened.write(hexOf(p.digest), [header, control, data]);
    }
    return { control, data, release: () => giveBack(data) };
  }

  async #again(p: BuildPackage): Promise<Buffer> {
    await this.#refetch();
    const bytes = await this.#packages.read(p.digest, limits.deb);
    if (bytes !== undefined) return bytes;
    throw new Fault(
      'store/altered',
      `The stored package ${p.name} is gone or was altered as soon as it was fetched.`,
      'Something else writes to the cache; choose another folder with --cache.',
    );
  }
}
