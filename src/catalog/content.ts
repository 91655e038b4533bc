// The content of files while they pass: handed on in place where it arrives whole, gathered in memory, or kept aside.
import type { FileContent } from './types.ts';

/** Somewhere outside memory for large files, one at a time. */
export interface Spool {
  /** Forgets what was written before. */
  reset(): void;
  write(chunk: Uint8Array): void;
  read(offset: number, length: number): Buffer;
}

/** Files up to this size are gathered in memory, in bytes. */
const IN_MEMORY = 4 << 20;

/** Gathers one file after the other; what it gives is valid until the next one begins. */
export class Gatherer {
  readonly #spool: Spool;
  #memory: Buffer = Buffer.alloc(0);
  #size = 0;
  #fill = 0;
  #kept = false;

  constructor(spool: Spool) {
    this.#spool = spool;
  }

  begin(size: number): void {
    this.#size = size;
    this.#fill = 0;
    this.#kept = size > IN_MEMORY;
    if (this.#kept) this.#spool.reset();
    else if (this.#memory.length < size) this.#memory = Buffer.allocUnsafeSlow(roomFor(size));
  }

  write(chunk: Buffer): void {
    if (this.#kept) this.#spool.write(chunk);
    else chunk.copy(this.#memory, this.#fill);
    this.#fill += chunk.length;
  }

  content(): FileContent {
    if (!this.#kept) return inMemory(this.#memory.subarray(0, Math.min(this.#fill, this.#size)));
    const size = this.#fill;
    const read = (offset: number, length: number): Buffer => {
      if (offset >= size || length <= 0) return NOTHING;
      return this.#spool.read(offset, Math.min(length, size - offset));
    };
    return { size, read, all: () => read(0, size) };
  }
}

const NOTHING = Buffer.alloc(0);

// Powers of two, so that files of growing sizes do not each ask for new memory.
function roomFor(size: number): number {
  return Math.min(IN_MEMORY, 2 ** Math.ceil(Math.log2(Math.max(size, 1 << 16))));
}

/** Content that lies in memory; it is not copied. */
export function inMemory(bytes: Buffer): FileContent {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, Math.min(offset + length, bytes.length)),
    all: () => bytes,
  };
}
