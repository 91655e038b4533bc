// One pass over one layer: its entries, the facts of the files that catalogers read, digests where they are asked for.
import type { BomNotRead } from '../bom/types.ts';
import type { BytePath } from '../lib/bytes.ts';
import { type Digest, Digester } from '../lib/digest.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import type { TarEntry } from '../lib/tar.ts';
import { TarReader } from '../lib/tar-read.ts';
import type { LayerEntry } from '../image/tree.ts';
import type { CatalogerIndex } from './catalog.ts';
import { Gatherer, type Spool } from './content.ts';
import { FileSink, type SinkPass } from './file-sink.ts';
import { LinkedPass, type UnreadLink } from './linked-pass.ts';
import type { Cataloger, FileContent } from './types.ts';

/** What one layer says. It is JSON: kept in the cache by diffID. */
export interface LayerAnalysis {
  /** Of the tar that was read. */
  readonly diffId: Digest;
  /** Of the tar, bytes. */
  readonly size: number;
  /** In the order of the archive, whiteouts among them. */
  readonly entries: readonly LayerEntry[];
  readonly facts: readonly LayerFact[];
  readonly notRead: readonly BomNotRead[];
}

export interface LayerFact {
  readonly cataloger: string;
  /** The file's place among the entries. */
  readonly at: number;
  readonly fact: unknown;
}

export interface LayerOptions {
  readonly index: CatalogerIndex;
  /** Whether each file's SHA-256 and SHA-1 are computed. */
  readonly digests: boolean;
  readonly spool: Spool;
}

/** Smallest file that can be a program: an ELF header. */
const SMALLEST_PROGRAM = 52;

/**
 * Reads a layer's tar as it arrives. Memory grows with the number of entries and of facts, not with their content.
 * Where catalogers ask for a hard link and did not ask for the file under its first name, the layer is read again.
 * @param open gives the tar's chunks, each time from its start
 * @throws Fault `tar/…`; faults of the chunks
 */
export async function analyseLayer(open: () => AsyncIterable<Buffer>, options: LayerOptions): Promise<LayerAnalysis> {
  const pass = new LayerPass(options);
  const { diffId, size } = await readTar(open(), pass);
  const links = pass.unreadLinks();
  if (links.length === 0) return { diffId, size, ...pass.result() };
  const again = await readTar(open(), new LinkedPass(links, pass, options.spool));
  return { ...again, ...pass.result() };
}

async function readTar(
  chunks: AsyncIterable<Buffer>,
  pass: LayerPass | LinkedPass,
): Promise<Pick<LayerAnalysis, 'diffId' | 'size'>> {
  const whole = new Digester();
  const reader = new TarReader(pass, limits.layerEntries, { lenient: true });
  for await (const chunk of chunks) {
    whole.update(chunk);
    reader.push(chunk);
  }
  reader.end();
  return { diffId: whole.digest(), size: whole.size };
}

/** Takes the entries of one layer, or of a folder, one after the other. */
export class LayerPass implements SinkPass {
  readonly #options: LayerOptions;
  readonly #gatherer: Gatherer;
  readonly #readsPrograms: boolean;
  readonly #entries: LayerEntry[] = [];
  readonly #facts: LayerFact[] = [];
  readonly #notRead: BomNotRead[] = [];
  readonly #places = new Map<BytePath, number>();
  readonly #factsAt = new Map<number, LayerFact[]>();
  readonly #programs = new Set<number>();
  readonly #links: UnreadLink[] = [];

  constructor(options: LayerOptions) {
    this.#options = options;
    this.#gatherer = new Gatherer(options.spool);
    this.#readsPrograms = options.index.catalogers.some((c) => c.reads.some((pattern) => pattern.program === true));
  }

  result(): Pick<LayerAnalysis, 'entries' | 'facts' | 'notRead'> {
    return { entries: this.#entries, facts: this.#facts, notRead: this.#notRead };
  }

  /** Hard links that catalogers ask for who did not read the file. */
  unreadLinks(): readonly UnreadLink[] {
    return this.#links;
  }

  /** @returns where the content goes; `undefined` when nobody asks for it */
  entry(entry: TarEntry): FileSink | undefined {
    const at = this.#entries.length;
    const { path, kind, mode, uid, gid, size, target } = entry;
    this.#entries.push(
      target === undefined ? { path, kind, mode, uid, gid, size } : { path, kind, mode, uid, gid, size, target },
    );
    if (kind === 'hardlink') this.#link(entry, target ?? '', at);
    if (kind !== 'file') return undefined;
    this.#places.set(path, at);
    const readers = this.#options.index.byPath(path);
    const maybeProgram = this.#readsPrograms && size >= SMALLEST_PROGRAM;
    if (readers.length === 0 && !maybeProgram && !this.#options.digests) return undefined;
    return new FileSink(this, at, entry, readers, maybeProgram, this.#options.digests, this.#gatherer);
  }

  // Another name of a file that was met before: catalogers that read both read the same content.
  #link(entry: TarEntry, target: BytePath, at: number): void {
    const file = this.#places.get(target);
    if (file === undefined) return;
    this.#places.set(entry.path, file);
    const readers = this.#readersOf(file, entry.path);
    if (readers.length === 0) return;
    for (const fact of this.#factsAt.get(file) ?? []) {
      if (readers.some(({ id }) => id === fact.cataloger)) this.#facts.push({ ...fact, at });
    }
    const read = this.#readersOf(file, this.#entries[file]?.path ?? target);
    const others = readers.filter((one) => !read.includes(one));
    if (others.length > 0) this.#links.push({ at, file, entry, readers: others });
  }

  /** The catalogers that ask for a file under a name. */
  #readersOf(file: number, path: BytePath): readonly Cataloger<unknown>[] {
    const { index } = this.#options;
    return this.#programs.has(file) ? [...index.byPath(path), ...index.ofPrograms(path)] : index.byPath(path);
  }

  program(at: number, path: BytePath): readonly Cataloger<unknown>[] {
    this.#programs.add(at);
    return this.#options.index.ofPrograms(path);
  }

  parse(cataloger: Cataloger<unknown>, at: number, entry: TarEntry, content: FileContent): void {
    const { path, mode } = entry;
    if (content.size > cataloger.limit) {
      const reason = `It is larger than ${cataloger.limit} bytes.`;
      this.#notRead.push({ path, cataloger: cataloger.id, code: 'catalog/too-large', reason });
      return;
    }
    try {
      const fact = cataloger.parse({ path, mode, content });
      if (fact !== undefined) this.#keep({ cataloger: cataloger.id, at, fact });
    } catch (error) {
      const code = error instanceof Fault ? error.code : 'catalog/defect';
      this.#notRead.push({ path, cataloger: cataloger.id, code, reason: messageOf(error) });
    }
  }

  #keep(fact: LayerFact): void {
    this.#facts.push(fact);
    const others = this.#factsAt.get(fact.at);
    if (others === undefined) this.#factsAt.set(fact.at, [fact]);
    else others.push(fact);
  }

  digested(at: number, sha256: string, sha1: string): void {
    this.#entries[at] = { ...(this.#entries[at] as LayerEntry), sha256, sha1 };
  }
}
