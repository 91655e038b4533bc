// Walks a folder without following links, opening nothing but folders.
import type { Stats } from 'node:fs';
import { compareStrings } from '../lib/bytes.ts';
import type { BytePath } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { fileFault } from './file-faults.ts';
import { lstatSync, readdirSync, readlinkSync, statfsSync } from './node-fs.ts';

export interface WalkedEntry {
  readonly path: BytePath;
  readonly kind: 'file' | 'directory' | 'symlink' | 'device' | 'fifo';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** 0 unless a file. */
  readonly size: number;
  /** A symlink's, bytes as `latin1`. */
  readonly target: string | undefined;
}

export interface WalkOptions {
  /** Told of what is there and is not read, with the reason. */
  readonly onUnread: (path: BytePath, reason: string) => void;
  /** Names of folders that are passed over. */
  readonly skipped: ReadonlySet<string>;
}

/** Folders in folders that are walked. */
const MOST_LEVELS = 256;
/** Magic numbers of file systems on disks (statfs(2)): ext2 to 4, xfs, btrfs, f2fs, jfs, zfs, bcachefs. The walk goes on in these. */
const DISKS: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x3153464a, 0x2fc12fc1, 0xca451a4e,
]);

/**
 * Every entry below a folder: parents before children, siblings by the bytes of their names. Sockets are left out. Other
 * file systems are walked only where they are on disks: not `/proc`, not a network's.
 * @throws Fault `file/…` when the folder itself cannot be read, `tree/too-many-entries`
 */
export function* walkFolder(root: string, options: WalkOptions): Generator<WalkedEntry> {
  const base = root.endsWith('/') ? Buffer.from(root).toString('latin1') : `${Buffer.from(root).toString('latin1')}/`;
  const start = attempt(() => [lstatSync(onDisk(base)), listed(base, '')] as const);
  if (start instanceof Error) throw fileFault(start, `Reading the folder ${root}`);
  const [{ dev: device }, names] = start;
  // What is left to do, the next on top; a stack, since folders may be deep.
  const stack: { path: BytePath; level: number; device: number }[] = [];
  const add = (entries: readonly string[], folder: BytePath, level: number, on: number): void => {
    for (let i = entries.length - 1; i >= 0; i--) {
      stack.push({ path: folder === '' ? (entries[i] ?? '') : `${folder}/${entries[i]}`, level, device: on });
    }
  };
  add(names, '', 1, device);
  for (let count = 0; ; count++) {
    const next = stack.pop();
    if (next === undefined) return;
    if (count + stack.length > limits.imageEntries) throw tooMany(root);
    const { path, level } = next;
    const stat = attempt(() => lstatSync(onDisk(base + path)));
    if (stat instanceof Error) {
      options.onUnread(path, reasonOf(stat));
      continue;
    }
    const entry = entryOf(base, path, stat);
    if (entry === undefined) continue;
    if (entry instanceof Error) {
      options.onUnread(path, reasonOf(entry));
      continue;
    }
    if (entry.kind === 'directory' && options.skipped.has(path.slice(path.lastIndexOf('/') + 1))) continue;
    yield entry;
    if (entry.kind !== 'directory') continue;
    const inside = below(base, path, stat, next);
    if (typeof inside === 'string') options.onUnread(path, inside);
    else add(inside, path, level + 1, stat.dev);
  }
}

/** The names in a folder, or why it is not walked. */
function below(
  base: string,
  path: BytePath,
  stat: Stats,
  at: { level: number; device: number },
): readonly string[] | string {
  if (at.level >= MOST_LEVELS) return `more than ${MOST_LEVELS} folders deep`;
  const names = attempt(() => {
    if (stat.dev !== at.device && !DISKS.has(statfsSync(onDisk(base + path)).type)) return undefined;
    return listed(base, path);
  });
  if (names === undefined) return 'another file system, which is on no disk of this machine';
  return names instanceof Error ? reasonOf(names) : names;
}

function listed(base: string, path: BytePath): string[] {
  return readdirSync(onDisk(base + path), { encoding: 'latin1' }).sort(compareStrings);
}

function entryOf(base: string, path: BytePath, stat: Stats): WalkedEntry | Error | undefined {
  const { uid, gid } = stat;
  const kind = kindOf(stat);
  if (kind === undefined) return undefined;
  const target = kind === 'symlink' ? attempt(() => readlinkSync(onDisk(base + path), 'latin1')) : undefined;
  if (target instanceof Error) return target;
  return { path, kind, mode: stat.mode & 0o7777, uid, gid, size: kind === 'file' ? stat.size : 0, target };
}

function kindOf(stat: Stats): WalkedEntry['kind'] | undefined {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isFIFO()) return 'fifo';
  return stat.isSocket() ? undefined : 'device';
}

/** A path as system calls take it: bytes that are no ASCII must not be taken for characters. */
export function onDisk(path: BytePath): string | Buffer {
  for (let i = 0; i < path.length; i++) if (path.charCodeAt(i) > 0x7f) return Buffer.from(path, 'latin1');
  return path;
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function reasonOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'ENOENT') return 'it went away';
  return code === 'ENAMETOOLONG' ? 'its path is too long' : code || error.message;
}

function tooMany(root: string): Fault {
  return new Fault(
    'tree/too-many-entries',
    `${root} has more than ${limits.imageEntries} entries.`,
    'Name a folder below it.',
  );
}
