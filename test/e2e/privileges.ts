// What only root can arrange in a test: small disks, read-only ones, other users.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const isRoot = process.getuid?.() === 0;

/** Starts a program as somebody who owns nothing. */
export const asNobody: readonly string[] = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/** A file system of its own in memory, at a folder that is made for it. */
export class SmallDisk implements Disposable {
  readonly folder: string;

  /** @param size as `mount` takes it: `200k` */
  constructor(folder: string, size: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'pipe' });
  }

  /** Mounts it anew with other options: `size=10m`, `ro`. */
  remount(options: string): void {
    execFileSync('mount', ['-o', `remount,${options}`, this.folder], { stdio: 'pipe' });
  }

  [Symbol.dispose](): void {
    execFileSync('umount', [this.folder], { stdio: 'pipe' });
  }
}

/** Whether this process may mount a file system; root in a container often may not. */
export const canMount = isRoot && triesToMount();

function triesToMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'temper-mount-'));
  try {
    new SmallDisk(folder, '16k')[Symbol.dispose]();
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
