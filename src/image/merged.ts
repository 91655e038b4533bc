// The merged file view of an image: its layers over each other, whiteouts obeyed (image-spec, layer.md).
import { baseOf, type BytePath, parentOf } from '../lib/bytes.ts';
import { type Digest, Digester } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import type { TarEntry } from '../lib/tar.ts';
import { TarReader } from '../lib/tar-read.ts';

export interface ViewedFile {
  readonly entry: TarEntry;
  /** Of a file's content, of a link's target bytes; of a hard link's linked file. Empty for directories. */
  readonly sha256: string;
  readonly size: number;
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Builds the view layer by layer, lowest first. Memory grows with the number of files, not with their size. */
export class MergedView {
  readonly files = new Map<BytePath, ViewedFile>();

  /**
   * Reads one layer's tar as it arrives.
   * @returns the digest of the tar: the layer's diffID
   * @throws Fault `tar/…`; `image/hardlink` for a link to what is not there
   */
  async layer(chunks: AsyncIterable<Buffer>): Promise<{ diffId: Digest; size: number }> {
    const whole = new Digester();
    // Whiteouts hide what lower layers hold, never what their own layer does, wherever they stand in it.
    const lower = new Set(this.files.keys());
    const reader = new TarReader(
      {
        entry: (entry) => {
          if (entry.path === '') return undefined;
          if (baseOf(entry.path).startsWith(WHITEOUT)) {
            this.#whiteout(entry.path, lower);
            return undefined;
          }
          return this.#place(entry, lower);
        },
      },
      limits.layerEntries,
    );
    for await (const chunk of chunks) {
      whole.update(chunk);
      reader.push(chunk);
    }
    reader.end();
    return { diffId: whole.digest(), size: whole.size };
  }

  #whiteout(path: BytePath, lower: Set<BytePath>): void {
    const folder = parentOf(path);
    if (baseOf(path) === OPAQUE) this.#hide(folder, lower, false);
    else
      this.#hide(
        folder === '' ? baseOf(path).slice(WHITEOUT.length) : `${folder}/${baseOf(path).slice(WHITEOUT.length)}`,
        lower,
        true,
      );
  }

  #hide(path: BytePath, lower: Set<BytePath>, self: boolean): void {
    const below = path === '' ? '' : `${path}/`;
    for (const candidate of lower) {
      if ((self && candidate === path) || candidate.startsWith(below)) {
        this.files.delete(candidate);
        lower.delete(candidate);
      }
    }
  }

  #place(entry: TarEntry, lower: Set<BytePath>): { write(chunk: Buffer): void; end(): void } | undefined {
    const { path, kind } = entry;
    const there = this.files.get(path);
    // What replaces a directory takes all below it along.
    if (there?.entry.kind === 'directory' && kind !== 'directory') {
      for (const candidate of this.files.keys()) if (candidate.startsWith(`${path}/`)) this.files.delete(candidate);
    }
    lower.delete(path);
    if (kind === 'file') {
      const content = new Digester();
      return {
        write: (chunk) => void content.update(chunk),
        end: () =>
          void this.files.set(path, { entry, sha256: content.digest().slice('sha256:'.length), size: content.size }),
      };
    }
    if (kind === 'hardlink') {
      const linked = this.files.get(entry.target ?? '');
      if (linked === undefined || linked.entry.kind === 'directory') {
        throw new Fault(
          'image/hardlink',
          `A layer has a hard link to "${entry.target ?? ''}", which is not there.`,
          'The layer is damaged or hostile.',
        );
      }
      this.files.set(path, { entry, sha256: linked.sha256, size: linked.size });
      return undefined;
    }
    const target = Buffer.from(kind === 'symlink' ? (entry.target ?? '') : '', 'latin1');
    const digest = kind === 'directory' ? '' : new Digester().update(target).digest().slice('sha256:'.length);
    this.files.set(path, { entry, sha256: digest, size: target.length });
    return undefined;
  }
}
