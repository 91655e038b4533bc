// One pass over a folder's files, as over a layer.
import type { BytePath } from '../lib/bytes.ts';
import { digestOf } from '../lib/digest.ts';
import { type LayerAnalysis, type LayerOptions, LayerPass } from './layer.ts';

/** An entry of a folder: what a source tells of it. */
export interface FolderEntry {
  readonly path: BytePath;
  readonly kind: 'file' | 'directory' | 'symlink' | 'device' | 'fifo';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly target: string | undefined;
  stream(): AsyncIterable<Uint8Array>;
}

/**
 * Reads a folder: only files that somebody asks for are opened, and those no further than needed.
 * @throws faults of the entries
 */
export async function analyseTree(entries: AsyncIterable<FolderEntry>, options: LayerOptions): Promise<LayerAnalysis> {
  const pass = new LayerPass(options);
  for await (const entry of entries) {
    const { path, mode, uid, gid, size, target } = entry;
    const kind = entry.kind === 'device' ? 'character-device' : entry.kind;
    const sink = pass.entry({ path, kind, mode, uid, gid, size, target, mtime: 0 });
    if (sink === undefined) continue;
    if (size > 0) {
      for await (const chunk of entry.stream()) {
        sink.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
        if (sink.done) break;
      }
    }
    sink.end();
  }
  // A folder has no digest of its own.
  return { diffId: digestOf(''), size: 0, ...pass.result() };
}
