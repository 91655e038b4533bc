// A folder's files.
import { fileExists, resolvePath } from '../io/files.ts';
import { streamRegularFile } from '../io/regular-file.ts';
import { onDisk, walkFolder } from '../io/walk.ts';
import type { SourceTree, TreeEntry, Unread } from './types.ts';

/** What tells the root of a system (os-release(5)). */
const MARKS: readonly string[] = ['etc/os-release', 'usr/lib/os-release'];
/** Folders of version control: what is in them is no part of the tree. */
const VERSION_CONTROL: ReadonlySet<string> = new Set(['.git', '.hg', '.svn']);

/** Whether a folder is the root of a system. */
export async function isRoot(folder: string): Promise<boolean> {
  for (const mark of MARKS) if (await fileExists(`${folder}/${mark}`)) return true;
  return false;
}

/** The files below a folder; it is walked when it is asked for its entries. */
export class Tree implements SourceTree {
  readonly kind = 'tree';
  readonly name: string;
  readonly is: 'rootfs' | 'dir';
  readonly #folder: string;
  #unread: Unread[] = [];

  constructor(folder: string, is: 'rootfs' | 'dir') {
    this.#folder = resolvePath(folder);
    this.is = is;
    this.name = `${is}:${this.#folder}`;
  }

  get unread(): readonly Unread[] {
    return this.#unread;
  }

  async *entries(): AsyncGenerator<TreeEntry> {
    const unread: Unread[] = [];
    this.#unread = unread;
    const onUnread = (path: string, reason: string): void => void unread.push({ path, reason });
    const skipped = this.is === 'dir' ? VERSION_CONTROL : new Set<string>();
    const base = `${Buffer.from(this.#folder).toString('latin1')}/`;
    for (const entry of walkFolder(this.#folder, { onUnread, skipped })) {
      yield { ...entry, stream: (options = {}) => streamRegularFile(onDisk(base + entry.path), options) };
    }
  }
}
