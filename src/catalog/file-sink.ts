// One file's content as it arrives: digests, and what its catalogers make of it.
import { createHash, type Hash, hash } from 'node:crypto';
import type { BytePath } from '../lib/bytes.ts';
import type { ContentSink, TarEntry } from '../lib/tar.ts';
import { isProgram } from './catalog.ts';
import { type Gatherer, inMemory } from './content.ts';
import type { Cataloger, FileContent } from './types.ts';

/** The pass over a layer that files belong to; they are named by their place among its entries. */
export interface SinkPass {
  /** Those that read a file because it is a program. */
  program(at: number, path: BytePath): readonly Cataloger<unknown>[];
  parse(cataloger: Cataloger<unknown>, at: number, entry: TarEntry, content: FileContent): void;
  digested(at: number, sha256: string, sha1: string): void;
}

/** Takes one file's content: digests, and what its catalogers ask for. */
export class FileSink implements ContentSink {
  readonly #pass: SinkPass;
  readonly #at: number;
  readonly #entry: TarEntry;
  readonly #gatherer: Gatherer;
  readonly #digests: boolean;
  #readers: readonly Cataloger<unknown>[];
  readonly #maybeProgram: boolean;
  #begun = false;
  #gathers = false;
  #whole: Buffer | undefined;
  #sha256: Hash | undefined;
  #sha1: Hash | undefined;

  constructor(
    pass: SinkPass,
    at: number,
    entry: TarEntry,
    readers: readonly Cataloger<unknown>[],
    maybeProgram: boolean,
    digests: boolean,
    gatherer: Gatherer,
  ) {
    this.#pass = pass;
    this.#at = at;
    this.#entry = entry;
    this.#readers = readers;
    this.#maybeProgram = maybeProgram;
    this.#digests = digests;
    this.#gatherer = gatherer;
  }

  /** Whether what is still to come makes no difference. */
  get done(): boolean {
    return this.#begun && !this.#digests && this.#readers.length === 0;
  }

  write(chunk: Buffer): void {
    if (this.#begun) this.#more(chunk);
    else this.#begin(chunk);
  }

  #begin(chunk: Buffer): void {
    // A first chunk of less than four bytes is not met in practice: the file is then gathered whatever it is.
    if (this.#maybeProgram && (chunk.length < 4 || isProgram(chunk))) {
      this.#readers = [...new Set([...this.#readers, ...this.#pass.program(this.#at, this.#entry.path)])];
    }
    this.#begun = true;
    if (chunk.length === this.#entry.size) {
      this.#whole = chunk;
      return;
    }
    this.#gathers = this.#readers.some((cataloger) => this.#entry.size <= cataloger.limit);
    if (this.#gathers) this.#gatherer.begin(this.#entry.size);
    if (this.#digests) {
      this.#sha256 = createHash('sha256');
      this.#sha1 = createHash('sha1');
    }
    this.#more(chunk);
  }

  #more(chunk: Buffer): void {
    if (this.#gathers) this.#gatherer.write(chunk);
    this.#sha256?.update(chunk);
    this.#sha1?.update(chunk);
  }

  end(): void {
    const whole = this.#entry.size === 0 ? EMPTY : this.#whole;
    if (this.#digests) {
      const sha256 = whole === undefined ? this.#sha256?.digest('hex') : hash('sha256', whole, 'hex');
      const sha1 = whole === undefined ? this.#sha1?.digest('hex') : hash('sha1', whole, 'hex');
      this.#pass.digested(this.#at, sha256 ?? '', sha1 ?? '');
    }
    if (this.#readers.length === 0) return;
    const content =
      whole !== undefined
        ? inMemory(whole)
        : this.#gathers
          ? this.#gatherer.content()
          : this.#begun
            ? tooLarge(this.#entry.size)
            : inMemory(EMPTY);
    for (const cataloger of this.#readers) this.#pass.parse(cataloger, this.#at, this.#entry, content);
  }
}

const EMPTY = Buffer.alloc(0);

// Content that nobody reads: every cataloger's bound is below its size.
function tooLarge(size: number): FileContent {
  return { size, read: () => EMPTY, all: () => EMPTY };
}
