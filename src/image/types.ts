import type { BytePath } from '../lib/bytes.ts';

/** One entry of a tar archive or of an image's merged file view. */
export interface Entry {
  readonly path: BytePath;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly size: number;
  /** A link's target as it stands, bytes as `latin1`; a hard link's is a {@link BytePath}. */
  readonly target: string | undefined;
}
