// One pass over one layer: its entries, the facts of the files that catalogers read, digests where they are asked for.
import type { BomNotRead } from '../bom/types.ts';
import type { BytePath } from '../lib/bytes.ts';
import { type Digest, Digester } from '../lib/digest.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import type { ContentSink, TarEntry } from '../lib/tar.ts';
import { TarReader, type TarVisitor } from '../lib/tar-read.ts';
import { LayerBudget } from '../image/merged.ts';
import { type FileDigests, FileDigester, fileDigests } from '../image/file-digests.ts';
import type { LayerEntry } from '../image/tree.ts';
import { type CatalogerIndex, isProgram } from './catalog.ts';
import { factSize } from './fact-size.ts';
import { Gatherer, inMemory, type Spool } from './content.ts';
import { FilePlaces } from './names.ts';
import type { LayerRecorder } from './record.ts';
import type { Cataloger, FileContent, Unread } from './types.ts';

/** What one layer says. It is JSON: kept in the cache by diffID. */
export interface LayerAnalysis {
  /** Of the tar that was read. */
  readonly diffId: Digest;
  /** Of the tar, bytes. */
  readonly size: number;
  /** In the order of the archive, whiteouts among them. */
  readonly entries: readonly LayerEntry[];
  readonly facts: readonly LayerFact[];
  readonly notRead: readonly LayerNotRead[];
}

export interface LayerNotRead extends BomNotRead {
  /** The file's place among the entries. */
  readonly at: number;
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
  /** Shared by the layers of one image. */
  readonly budget?: LayerBudget | undefined;
  /** Told of each entry and fact once, as soon as nothing more is known of it. */
  readonly recorder?: LayerRecorder | undefined;
}

/** Smallest file that can be a program: an ELF header. */
const SMALLEST_PROGRAM = 52;

/**
 * Reads a layer's tar as it arrives, and once more where a file is known to be wanted only by a hard link that comes
 * after it. Memory grows with the number of entries and of facts, not with their content.
 * @param open gives the tar from its beginning, each time
 * @throws Fault `tar/…`, `image/altered`, `image/too-large`; faults of the chunks
 */
export async function analyseLayer(open: () => AsyncIterable<Buffer>, options: LayerOptions): Promise<LayerAnalysis> {
  const pass = new LayerPass(options);
  const tar = open();
  const whole = new Digester();
  await readEntries(tar, pass, whole);
  const diffId = whole.digest();
  if (pass.wanted.size > 0) {
    const sameTar = open();
    const again = new Digester();
    await readEntries(sameTar, new LinkPass(pass, options.spool), again);
    if (again.digest() !== diffId) throw changed(diffId);
  }
  const analysis = { diffId, size: whole.size, ...pass.result() };
  options.recorder?.end(analysis);
  return analysis;
}

async function readEntries(chunks: AsyncIterable<Buffer>, visitor: TarVisitor, whole: Digester): Promise<void> {
  const reader = new TarReader(visitor, limits.layerEntries, { lenient: true });
  for await (const chunk of chunks) {
    whole.update(chunk);
    reader.push(chunk);
  }
  reader.end();
}

function changed(diffId: Digest): Fault {
  return new Fault(
    'image/altered',
    `The layer that unpacks to ${diffId} was another one when it was read again.`,
    'Something writes to it; try again when that is done.',
  );
}

/** An entry whose digests are still to come. */
type PassedEntry = { -readonly [Member in keyof LayerEntry]: LayerEntry[Member] };

/** Takes the entries of one layer, or of a folder, one after the other. */
export class LayerPass {
  readonly #options: LayerOptions;
  readonly #gatherer: Gatherer;
  readonly #readsPrograms: boolean;
  readonly #budget: LayerBudget;
  readonly #entries: PassedEntry[] = [];
  readonly #facts: LayerFact[] = [];
  readonly #notRead: LayerNotRead[] = [];
  #recorded = 0;
  readonly #places = new FilePlaces(this.#entries);
  readonly #factsAt = new Map<number, LayerFact[]>();
  /** Places of programs. */
  readonly #programs = new Set<number>();
  readonly #notReadAt = new Map<number, LayerNotRead[]>();
  /** By the place of a file, the links to it that ask for it to be read as what their names say. */
  readonly wanted = new Map<number, WantedLink[]>();

  constructor(options: LayerOptions) {
    this.#options = options;
    this.#gatherer = new Gatherer(options.spool);
    this.#budget = options.budget ?? new LayerBudget();
    this.#readsPrograms = options.index.catalogers.some((c) => c.reads.some((pattern) => pattern.program === true));
  }

  result(): Pick<LayerAnalysis, 'entries' | 'facts' | 'notRead'> {
    this.#record();
    return { entries: this.#entries, facts: this.#facts, notRead: this.#notRead };
  }

  /**
   * @returns where the content goes; `undefined` when nobody asks for it
   * @throws Fault `image/too-large`
   */
  entry(entry: TarEntry): FileSink | undefined {
    this.#budget.entry(entry);
    this.#record();
    const at = this.#entries.length;
    const { path, kind, mode, uid, gid, size, target, capabilities } = entry;
    this.#entries.push({ path, kind, mode, uid, gid, size, target, digests: undefined, capabilities });
    const place = this.#places.next(entry, at);
    if (kind === 'hardlink') this.#link(entry, place, at);
    if (kind !== 'file') return undefined;
    const readers = this.#options.index.byPath(path);
    const maybeProgram = this.#readsPrograms && size >= SMALLEST_PROGRAM;
    if (readers.length === 0 && !maybeProgram && !this.#options.digests) return undefined;
    return new FileSink(this, at, entry, readers, maybeProgram, this.#options.digests, this.#gatherer);
  }

  // Another name of a file that was read before: catalogers that read both read the same content.
  #link(entry: TarEntry, place: number | undefined, at: number): void {
    const { index } = this.#options;
    const programs = place !== undefined && this.#programs.has(place) ? index.ofPrograms(entry.path) : [];
    const readers = [...index.byPath(entry.path), ...programs];
    if (readers.length === 0) return;
    if (place === undefined) {
      const reason = 'It is a hard link to what its layer does not hold before it.';
      for (const { id } of readers)
        this.#missed({ path: entry.path, cataloger: id, code: 'catalog/linked', reason, at });
      return;
    }
    const linked = this.#entries[place]?.path ?? '';
    const read = index.ofPrograms(linked);
    const missed = [
      ...new Set([...index.missed(entry.path, linked), ...programs.filter((one) => !read.includes(one))]),
    ];
    for (const fact of this.#factsAt.get(place) ?? []) {
      if (takes(readers, missed, fact.cataloger)) this.#hold({ ...fact, at });
    }
    for (const one of this.#notReadAt.get(place) ?? []) {
      if (takes(readers, missed, one.cataloger)) this.#missed({ ...one, path: entry.path, at });
    }
    if (missed.length === 0) return;
    append(this.wanted, place, { entry, at, readers: missed });
  }

  /** The catalogers of a file that turned out to be a program. */
  program(at: number, path: BytePath): readonly Cataloger<unknown>[] {
    this.#programs.add(at);
    return this.#options.index.ofPrograms(path);
  }

  /** @throws Fault `image/too-large` for what many links lead to */
  parseLinked(cataloger: Cataloger<unknown>, at: number, entry: TarEntry, content: FileContent): void {
    this.#budget.linked(content.size);
    this.parse(cataloger, at, entry, content);
  }

  /** @throws Fault `image/too-large` for more facts than are held */
  parse(cataloger: Cataloger<unknown>, at: number, entry: TarEntry, content: FileContent): void {
    const { path, mode } = entry;
    if (content.size > cataloger.limit) {
      const reason = `It is larger than ${cataloger.limit} bytes.`;
      this.#missed({ path, cataloger: cataloger.id, code: 'catalog/too-large', reason, at });
      return;
    }
    let fact: unknown;
    let unread: Unread | undefined;
    try {
      fact = cataloger.parse({ path, mode, content });
      unread = fact === undefined ? undefined : cataloger.unread?.(fact);
    } catch (error) {
      const code = error instanceof Fault ? error.code : 'catalog/defect';
      unread = { code, reason: messageOf(error) };
    }
    if (fact !== undefined) this.#keep({ cataloger: cataloger.id, at, fact });
    if (unread !== undefined) this.#missed({ path, cataloger: cataloger.id, ...unread, at });
  }

  #missed(one: LayerNotRead): void {
    this.#budget.fact(factSize(one));
    this.#notRead.push(one);
    append(this.#notReadAt, one.at, one);
  }

  #keep(fact: LayerFact): void {
    this.#hold(fact);
    append(this.#factsAt, fact.at, fact);
  }

  #hold(fact: LayerFact): void {
    this.#budget.fact(factSize(fact));
    this.#facts.push(fact);
    this.#options.recorder?.fact(fact);
  }

  // An entry is told when the next one comes: its digests are known by then.
  #record(): void {
    const { recorder } = this.#options;
    if (recorder === undefined) return;
    for (; this.#recorded < this.#entries.length; this.#recorded++)
      recorder.entry(this.#entries[this.#recorded] as LayerEntry);
  }

  digested(at: number, digests: FileDigests): void {
    const entry = this.#entries[at];
    if (entry !== undefined) entry.digests = digests;
  }
}

interface WantedLink {
  readonly entry: TarEntry;
  readonly at: number;
  readonly readers: readonly Cataloger<unknown>[];
}

function takes(
  readers: readonly Cataloger<unknown>[],
  missed: readonly Cataloger<unknown>[],
  cataloger: string,
): boolean {
  return readers.some(({ id }) => id === cataloger) && !missed.some(({ id }) => id === cataloger);
}

function append<T>(lists: Map<number, T[]>, at: number, one: T): void {
  const list = lists.get(at);
  if (list === undefined) lists.set(at, [one]);
  else list.push(one);
}

/** Goes over a layer again, for the files that were wanted only by links that came after them. */
class LinkPass implements TarVisitor {
  readonly #pass: LayerPass;
  readonly #gatherer: Gatherer;
  #at = -1;

  constructor(pass: LayerPass, spool: Spool) {
    this.#pass = pass;
    this.#gatherer = new Gatherer(spool);
  }

  entry({ size }: TarEntry): ContentSink | undefined {
    const links = this.#pass.wanted.get(++this.#at);
    return links === undefined ? undefined : new LinkSink(this.#pass, links, size, this.#gatherer);
  }
}

/** Takes the content of a file once, for all links to it. */
class LinkSink implements ContentSink {
  readonly #pass: LayerPass;
  readonly #links: readonly WantedLink[];
  readonly #gatherer: Gatherer;
  readonly #size: number;
  readonly #reads: boolean;

  constructor(pass: LayerPass, links: readonly WantedLink[], size: number, gatherer: Gatherer) {
    this.#pass = pass;
    this.#links = links;
    this.#size = size;
    this.#gatherer = gatherer;
    this.#reads = links.some(({ readers }) => readers.some(({ limit }) => size <= limit));
    if (this.#reads) gatherer.begin(size);
  }

  write(chunk: Buffer): void {
    if (this.#reads) this.#gatherer.write(chunk);
  }

  end(): void {
    const content = this.#reads ? this.#gatherer.content() : tooLarge(this.#size);
    for (const { entry, at, readers } of this.#links)
      for (const cataloger of readers) this.#pass.parseLinked(cataloger, at, entry, content);
  }
}

/** Takes one file's content: digests, and what its catalogers ask for. */
export class FileSink implements ContentSink {
  readonly #pass: LayerPass;
  readonly #at: number;
  readonly #entry: TarEntry;
  readonly #gatherer: Gatherer;
  readonly #digests: boolean;
  #readers: readonly Cataloger<unknown>[];
  readonly #maybeProgram: boolean;
  #begun = false;
  #gathers = false;
  #whole: Buffer | undefined;
  #digester: FileDigester | undefined;

  constructor(
    pass: LayerPass,
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
    if (this.#digests) this.#digester = new FileDigester();
    this.#more(chunk);
  }

  #more(chunk: Buffer): void {
    if (this.#gathers) this.#gatherer.write(chunk);
    this.#digester?.update(chunk);
  }

  end(): void {
    const whole = this.#entry.size === 0 ? EMPTY : this.#whole;
    if (this.#digests)
      this.#pass.digested(this.#at, whole === undefined ? (this.#digester?.digests() ?? '') : fileDigests(whole));
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
