import { hash } from 'node:crypto';
import { type Digest, Digester, hexOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { fileSize, joinPath, readFileIfThere, remove, streamFile } from './files.ts';
import { PendingFile } from './pending-file.ts';

/**
 * A content-addressed folder: `sha256/<2 digits>/<64 digits>`. Safe for several processes at once, since a blob
 * appears whole, by rename, and only if its bytes have its digest.
 */
export class BlobFolder {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  path(digest: Digest): string {
    const hex = hexOf(digest);
    return joinPath(this.folder, 'sha256', hex.slice(0, 2), hex);
  }

  async has(digest: Digest, size: number): Promise<boolean> {
    return (await fileSize(this.path(digest))) === size;
  }

  /** The verified bytes; `undefined` when the blob is not there. A blob that was altered is removed and counts as not there. */
  async read(digest: Digest, limit: number): Promise<Buffer | undefined> {
    const bytes = await readFileIfThere(this.path(digest), limit);
    if (bytes === undefined) return undefined;
    if (`sha256:${hash('sha256', bytes, 'hex')}` === digest) return bytes;
    await remove(this.path(digest));
    return undefined;
  }

  /** Streams the bytes as they stand; the caller verifies them. */
  stream(digest: Digest): AsyncIterable<Buffer> {
    return streamFile(this.path(digest));
  }

  /**
   * Keeps a stream under its digest.
   * @throws Fault `blob/altered` when the bytes or their number are others; nothing is kept then.
   */
  async write(digest: Digest, size: number, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    await using file = await PendingFile.open(this.path(digest));
    const digester = new Digester();
    for await (const chunk of chunks) {
      digester.update(chunk);
      if (digester.size > size) break;
      await file.write(chunk);
    }
    const found = digester.digest();
    if (found !== digest || digester.size !== size) {
      throw new Fault(
        'blob/altered',
        `The content of ${digest} is not what its digest says: ${digester.size} bytes of ${size}, ${found}.`,
        'Fetch it again; if that does not help, the source serves altered or truncated content.',
      );
    }
    await file.commit({ flush: false });
  }
}
