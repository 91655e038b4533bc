// What a log shows to everybody (C2SP tlog-tiles, APIs): its checkpoint, and the tiles and entries of that tree.
import { NOTE_LIMIT } from '../tlog/note.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { BUNDLE_LIMIT } from '../tlog/entries.ts';
import { parseTilePath, tileAt } from '../tlog/tiles.ts';
import type { LogSource } from './storage.ts';

export interface Served {
  readonly bytes: Buffer;
  readonly type: 'text/plain; charset=utf-8' | 'application/octet-stream';
  /** Of the Cache-Control header. */
  readonly caching: string;
}

/**
 * What stands at a path without its leading slash; `undefined` for whatever is not published: what belongs to the writer, and
 * tiles beyond the checkpoint, which may be of a commit that is not carried out.
 */
export async function publicObject(source: LogSource, path: string): Promise<Served | undefined> {
  const tile = parseTilePath(path);
  if (tile === undefined && path !== 'checkpoint') return undefined;
  const checkpoint = await source.read('checkpoint', NOTE_LIMIT);
  if (checkpoint === undefined) return undefined;
  if (tile === undefined) return { bytes: checkpoint, type: 'text/plain; charset=utf-8', caching: 'no-cache' };
  const there = tileAt(tile.level, tile.index, parseCheckpoint(checkpoint).size);
  if (there === undefined || there.width < tile.width) return undefined;
  const bytes = await source.read(path, BUNDLE_LIMIT);
  return bytes && { bytes, type: 'application/octet-stream', caching: 'public, max-age=31536000, immutable' };
}
