// What goes into a layer: an entry, its content and who answers for it.
import type { Owner } from '../bom/types.ts';
import type { BytePath } from '../lib/bytes.ts';
import type { EntryKind, TarEntry } from '../lib/tar.ts';

export interface Item {
  readonly entry: TarEntry;
  /** Empty unless a file; exactly `entry.size` bytes. */
  readonly content: Buffer;
  readonly owner: Owner;
}

const EMPTY = Buffer.alloc(0);

export interface ItemOptions {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

export function fileItem(path: BytePath, content: Buffer, owner: Owner, options: ItemOptions): Item {
  return { entry: entry(path, 'file', 0o644, options, content.length, undefined), content, owner };
}

export function directoryItem(path: BytePath, owner: Owner, options: ItemOptions): Item {
  return { entry: entry(path, 'directory', 0o755, options, 0, undefined), content: EMPTY, owner };
}

export function symlinkItem(path: BytePath, target: string, owner: Owner, options: ItemOptions): Item {
  return { entry: entry(path, 'symlink', 0o777, { ...options, mode: 0o777 }, 0, target), content: EMPTY, owner };
}

function entry(
  path: BytePath,
  kind: EntryKind,
  mode: number,
  options: ItemOptions,
  size: number,
  target: string | undefined,
): TarEntry {
  return {
    path,
    kind,
    mode: options.mode ?? mode,
    uid: options.uid ?? 0,
    gid: options.gid ?? 0,
    mtime: options.mtime,
    size,
    target,
  };
}
