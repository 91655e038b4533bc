// Packages opened for a build. Decompressing xz is the dearest single step: what is used a second time is kept decompressed.
import type { BuildPackage } from '../../build/assemble.ts';
import { type OpenedDeb, openDeb } from '../../deb/deb-file.ts';
import type { BlobFolder } from '../../io/blobs.ts';
import { joinPath } from '../../io/files.ts';
import { SealedFolder, sealKeyPath } from '../../io/sealed.ts';
import { giveBack } from '../../lib/bytes.ts';
import { type Digest, hexOf } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { type Turn, Turns } from '../../lib/turns.ts';

/** What is asked for: a package of the lock, or of what will be one. */
export type WantedPackage = Pick<BuildPackage, 'name' | 'digest' | 'size'>;

/** A package's archives; `release` gives their memory back. */
export type OpenedPackage = OpenedDeb & { release(): void };

interface Opening {
  readonly turn: Turn;
  readonly opened: Promise<OpenedPackage>;
}

/** The length of control.tar, little-endian, before the two archives. */
const HEADER = 8;
/** Bytes of opened packages that wait for their turn to be written. */
const AHEAD = 128 << 20;
/** Packages that are decompressed at once: the thread pool has other work too, and a decoder holds what it grows out of. */
const DECODERS = 2;
/** How much larger a package is thought to be when opened, until one knows. */
const GROWTH = 5;

export class OpenedPackages {
  readonly #packages: BlobFolder;
  readonly #opened: SealedFolder;
  readonly #refetch: () => Promise<unknown>;
  readonly #signal: AbortSignal | undefined;
  readonly #turns = new Turns(AHEAD);
  readonly #decoders = new Turns(DECODERS);
  readonly #expected = new Map<Digest, Opening[]>();

  /**
   * @param packages the .debs by digest
   * @param refetch fetches what is not there: a stored package that was altered is removed when it is read
   * @param signal stops what was not begun yet
   */
  constructor(packages: BlobFolder, cache: string, refetch: () => Promise<unknown>, signal?: AbortSignal) {
    this.#packages = packages;
    this.#opened = new SealedFolder(joinPath(cache, 'opened'), sealKeyPath());
    this.#refetch = refetch;
    this.#signal = signal;
  }

  /**
   * Begins to open packages, in the order in which they will be asked for, as far as memory allows.
   * @param keep whether to keep what had to be decompressed
   */
  expect(packages: readonly WantedPackage[], keep: boolean): void {
    for (const p of packages) {
      const opening = this.#begin(p, keep);
      const others = this.#expected.get(p.digest);
      if (others === undefined) this.#expected.set(p.digest, [opening]);
      else others.push(opening);
    }
  }

  /** @throws Fault `store/altered` when the .deb is gone or another; `deb/…`, `ar/…`, `compression/…` */
  async open(p: WantedPackage): Promise<OpenedPackage> {
    const { turn, opened } = this.#expected.get(p.digest)?.shift() ?? this.#begin(p, false);
    turn.hurry();
    return await opened;
  }

  #begin(p: WantedPackage, keep: boolean): Opening {
    const turn = this.#turns.announce(p.size * GROWTH);
    const opened = this.#openInTurn(p, keep, turn);
    opened.catch(() => turn.end()); // Thrown where it is asked for.
    return { turn, opened };
  }

  async #openInTurn(p: WantedPackage, keep: boolean, turn: Turn): Promise<OpenedPackage> {
    await turn.begun;
    this.#signal?.throwIfAborted();
    const opened = await this.#open(p, keep);
    turn.takes(opened.control.length + opened.data.length);
    return {
      ...opened,
      release: () => {
        opened.release();
        turn.end();
      },
    };
  }

  async #open(p: WantedPackage, keep: boolean): Promise<OpenedPackage> {
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
    const { control, data } = await this.#decoders.run(1, async () => await this.#decoded(p));
    if (keep) {
      const header = Buffer.alloc(HEADER);
      header.writeBigUInt64LE(BigInt(control.length));
      await this.#opened.write(hexOf(p.digest), [header, control, data]);
    }
    return { control, data, release: () => giveBack(data) };
  }

  async #decoded(p: WantedPackage): Promise<OpenedDeb> {
    const bytes = (await this.#packages.read(p.digest, limits.deb)) ?? (await this.#again(p));
    const opened = await openDeb(bytes, p.name);
    // An archive that was not compressed is a part of the .deb.
    if (opened.control.buffer !== bytes.buffer && opened.data.buffer !== bytes.buffer) giveBack(bytes);
    return opened;
  }

  async #again(p: WantedPackage): Promise<Buffer> {
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
