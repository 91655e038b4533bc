// A second pass over a layer, for hard links whose file nobody asked for under its first name: a package manager's store.
import type { TarEntry } from '../lib/tar.ts';
import { Gatherer, type Spool } from './content.ts';
import { FileSink, type SinkPass } from './file-sink.ts';
import type { Cataloger, FileContent } from './types.ts';

export interface UnreadLink {
  /** The link's place among the layer's entries. */
  readonly at: number;
  /** The file's place. */
  readonly file: number;
  /** The link's. */
  readonly entry: TarEntry;
  /** Who asks for the content under the link's name. */
  readonly readers: readonly Cataloger<unknown>[];
}

/** Takes the same entries in the same order as the first pass, and hands the files' content to it under the links' names. */
export class LinkedPass implements SinkPass {
  readonly #links: ReadonlyMap<number, readonly UnreadLink[]>;
  readonly #first: Pick<SinkPass, 'parse'>;
  readonly #gatherer: Gatherer;
  #at = 0;

  constructor(links: readonly UnreadLink[], first: Pick<SinkPass, 'parse'>, spool: Spool) {
    this.#links = Map.groupBy(links, ({ file }) => file);
    this.#first = first;
    this.#gatherer = new Gatherer(spool);
  }

  entry(entry: TarEntry): FileSink | undefined {
    const at = this.#at++;
    const links = this.#links.get(at);
    if (links === undefined || entry.kind !== 'file') return undefined;
    const readers = [...new Set(links.flatMap((link) => link.readers))];
    return new FileSink(this, at, entry, readers, false, false, this.#gatherer);
  }

  parse(cataloger: Cataloger<unknown>, at: number, _entry: TarEntry, content: FileContent): void {
    for (const link of this.#links.get(at) ?? []) {
      if (link.readers.includes(cataloger)) this.#first.parse(cataloger, link.at, link.entry, content);
    }
  }

  program(): readonly Cataloger<unknown>[] {
    return [];
  }

  digested(): void {
    // The first pass knows them.
  }
}
