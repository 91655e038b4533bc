// Writes one layer: tar, digests of the whole and of every file, compression.
import type { BomFile } from '../bom/types.ts';
import { type BytePath, pathText } from '../lib/bytes.ts';
import { type CompressionChoice, Compressor } from '../lib/compress.ts';
import { type Digest, Digester, sha1Hex, sha256Hex } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { TAR_END, tarHeader, tarPadding } from '../lib/tar-write.ts';
import type { Item } from './item.ts';

export interface WrittenLayer {
  readonly name: string;
  readonly diffId: Digest;
  readonly digest: Digest;
  /** Compressed bytes. */
  readonly size: number;
  /** Bytes of the tar. */
  readonly contentSize: number;
  /** All but directories, in the order of the archive. */
  readonly files: readonly BomFile[];
}

type FileFacts = Omit<BomFile, 'layer'>;

export class LayerWriter {
  readonly #compressor: Compressor;
  readonly #content = new Digester();
  readonly #compressed = new Digester();
  readonly #files = new Map<BytePath, FileFacts>();
  readonly name: string;

  /** @param sink receives the compressed bytes in order */
  constructor(name: string, compression: CompressionChoice, sink: (chunk: Uint8Array) => Promise<void>) {
    this.name = name;
    this.#compressor = new Compressor(
      compression,
      async (chunk) => {
        this.#compressed.update(chunk);
        await sink(chunk);
      },
      (block) => void this.#content.update(block),
    );
  }

  /** Adds an item; its content is not referred to any more when the promise resolves. */
  async add(item: Item): Promise<void> {
    const { entry, content } = item;
    if (entry.kind !== 'directory') this.#files.set(entry.path, this.#facts(item));
    await this.#compressor.write(tarHeader(entry));
    if (content.length > 0) {
      await this.#compressor.write(content);
      await this.#compressor.write(tarPadding(content.length));
    }
  }

  async end(): Promise<WrittenLayer> {
    await this.#compressor.write(TAR_END);
    await this.#compressor.end();
    const diffId = this.#content.digest();
    return {
      name: this.name,
      diffId,
      digest: this.#compressed.digest(),
      size: this.#compressed.size,
      contentSize: this.#content.size,
      files: [...this.#files.values()].map((file) => ({ ...file, layer: diffId })),
    };
  }

  #facts({ entry, content, owner }: Item): FileFacts {
    const { path, kind, mode, uid, gid, target } = entry;
    const common = { path, mode, uid, gid, target, owner };
    if (kind === 'hardlink') {
      const linked = this.#files.get(target ?? '');
      if (linked === undefined) {
        throw new Fault(
          'build/hardlink',
          `/${pathText(path)} is a hard link to /${pathText(target ?? '')}, which is not before it in its layer.`,
          'Exclude the package, or delete both under paths.',
        );
      }
      return { ...common, kind, sha256: linked.sha256, sha1: linked.sha1, size: linked.size };
    }
    if (kind === 'file' || kind === 'symlink') {
      const bytes = kind === 'file' ? content : Buffer.from(target ?? '', 'latin1');
      return { ...common, kind, sha256: sha256Hex(bytes), sha1: sha1Hex(bytes), size: bytes.length };
    }
    return { ...common, kind: kind === 'fifo' ? 'fifo' : 'device', sha256: sha256Hex(''), sha1: sha1Hex(''), size: 0 };
  }
}
