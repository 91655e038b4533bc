// What a tar entry is, for reading and for writing (POSIX.1-2017 pax, GNU tar's additions).
import type { BytePath } from './bytes.ts';

export type EntryKind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo';

export interface TarEntry {
  readonly path: BytePath;
  readonly kind: EntryKind;
  /** Permission bits with setuid, setgid and sticky: 0–0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970; read leniently it may be negative. */
  readonly mtime: number;
  /** Bytes of content; 0 unless a file. */
  readonly size: number;
  /** A symlink's target as it stands, bytes as `latin1`; a hard link's is a {@link BytePath}. */
  readonly target: string | undefined;
  /** Present when it has extended attributes or an access control list, which are not read. Never written. */
  readonly attributes?: true;
  /** Present when these set a program's capabilities. */
  readonly capabilities?: true;
}

/** Receives the content of one file. The chunks are only valid during the call. */
export interface ContentSink {
  write(chunk: Buffer): void;
  end(): void;
}

/** The type flag of each kind (pax, ustar Interchange Format). */
export const typeFlags: Readonly<Record<EntryKind, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
};

export const BLOCK = 512;

/** The sum of a header's bytes, its checksum field counted as spaces. */
export function headerSum(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < 148; i++) sum += block[i] ?? 0;
  for (let i = 156; i < BLOCK; i++) sum += block[i] ?? 0;
  return sum;
}
