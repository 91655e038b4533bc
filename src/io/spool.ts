// A nameless temporary file for content that is too large for memory, written and read in place.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileFault } from './file-faults.ts';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from './node-fs.ts';

export class SpoolFile implements Disposable {
  #fd: number | undefined;
  #size = 0;

  /** Bytes that were written. */
  get size(): number {
    return this.#size;
  }

  /** Forgets what was written before. */
  reset(): void {
    this.#size = 0;
  }

  /** @throws Fault `file/…` when the disk is full */
  write(chunk: Uint8Array): void {
    try {
      this.#fd ??= open();
      let at = 0;
      while (at < chunk.length) at += writeSync(this.#fd, chunk, at, chunk.length - at, this.#size + at);
      this.#size += chunk.length;
    } catch (cause) {
      throw fileFault(cause, 'Writing a temporary file');
    }
  }

  /** `length` bytes from `offset`, fewer at the end of what was written. */
  read(offset: number, length: number): Buffer {
    const wanted = Math.max(0, Math.min(length, this.#size - offset));
    const out = Buffer.allocUnsafe(wanted);
    if (this.#fd === undefined || wanted === 0) return out.subarray(0, 0);
    try {
      let at = 0;
      while (at < wanted) {
        const got = readSync(this.#fd, out, at, wanted - at, offset + at);
        if (got === 0) break;
        at += got;
      }
      return out.subarray(0, at);
    } catch (cause) {
      throw fileFault(cause, 'Reading a temporary file');
    }
  }

  [Symbol.dispose](): void {
    if (this.#fd === undefined) return;
    ftruncateSync(this.#fd);
    closeSync(this.#fd);
    this.#fd = undefined;
  }
}

// The name is gone before anything is written: a killed process leaves nothing behind.
function open(): number {
  const folder = mkdtempSync(join(tmpdir(), 'temper-'));
  try {
    return openSync(join(folder, 'spool'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
