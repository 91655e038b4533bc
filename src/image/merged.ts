// The merged file view of an image: its layers over each other, whiteouts obeyed (image-spec, layer.md).
import { baseOf, type BytePath, parentOf } from '../lib/bytes.ts';
import { type Digest, Digester } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import type { TarEntry } from '../lib/tar.ts';
import { TarReader } from '../lib/tar-read.ts';

export interface ViewedFile {
  readonly entry: TarEntry;
  /** Of a file's content, of a symlink's target bytes; of a hard link's linked file. Empty for directories. */
  readonly sha256: string;
  readonly size: number;
}

export interface ReadLayer {
  /** Of the tar. */
  readonly diffId: Digest;
  readonly size: number;
  /** In the order of the archive, whiteouts among them. */
  readonly entries: readonly ViewedFile[];
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** What the layers of one image may still come to, together: a manifest can name one small bomb ten thousand times. */
export class LayerBudget {
  #content: number = limits.imageContent;
  #entries: number = limits.imageEntries;
  #names: number = limits.imageNames;
  #facts: number = limits.imageFacts;
  #factBytes: number = limits.imageFactBytes;
  #linked: number = limits.imageLinked;

  /** @throws Fault `image/too-large` */
  content(bytes: number): void {
    this.#content -= bytes;
    if (this.#content < 0) throw tooLarge(`unpack to more than ${limits.imageContent} bytes`);
  }

  /** @throws Fault `image/too-large` */
  entry({ path, target, size = 0 }: Pick<TarEntry, 'path' | 'target'> & { readonly size?: number }): void {
    // Nobody waits for what cannot be there.
    if (size > limits.layerContent) throw tooLarge(`have a file of ${size} bytes`);
    this.#entries--;
    this.#names -= path.length + (target?.length ?? 0);
    if (this.#entries < 0) throw tooLarge(`have more than ${limits.imageEntries} entries`);
    if (this.#names < 0) throw tooLarge(`have more than ${limits.imageNames} bytes of names`);
  }

  /** What is held of a file's content. @throws Fault `image/too-large` */
  fact(bytes: number): void {
    this.#facts--;
    this.#factBytes -= bytes;
    if (this.#facts < 0) throw tooLarge(`say more than ${limits.imageFacts} things of packages`);
    if (this.#factBytes < 0) throw tooLarge(`say more than ${limits.imageFactBytes} bytes of packages`);
  }

  /** A file that is parsed once more, under another name. @throws Fault `image/too-large` */
  linked(bytes: number): void {
    this.#linked -= bytes;
    if (this.#linked < 0)
      throw tooLarge(`have links to more than ${limits.imageLinked} bytes of files that tell of packages`);
  }
}

/**
 * Reads one layer's tar as it arrives; layers may be read at the same time. Memory grows with the number of entries.
 * @throws Fault `tar/…`, `image/too-large`
 */
export async function readLayer(chunks: AsyncIterable<Buffer>, budget = new LayerBudget()): Promise<ReadLayer> {
  const whole = new Digester();
  const entries: ViewedFile[] = [];
  const reader = new TarReader(
    {
      entry(entry) {
        budget.entry(entry);
        if (entry.kind !== 'file') {
          const target = Buffer.from(entry.kind === 'symlink' ? (entry.target ?? '') : '', 'latin1');
          const sha256 = entry.kind === 'directory' ? '' : hexOfBytes(target);
          entries.push({ entry, sha256, size: target.length });
          return undefined;
        }
        const content = new Digester();
        return {
          write: (chunk) => void content.update(chunk),
          end: () => void entries.push({ entry, sha256: content.digest().slice('sha256:'.length), size: content.size }),
        };
      },
    },
    limits.layerEntries,
  );
  for await (const chunk of chunks) {
    budget.content(chunk.length);
    whole.update(chunk);
    reader.push(chunk);
  }
  reader.end();
  return { diffId: whole.digest(), size: whole.size, entries };
}

function hexOfBytes(bytes: Buffer): string {
  return new Digester().update(bytes).digest().slice('sha256:'.length);
}

/** The view over layers that are applied lowest first. */
export class MergedView {
  readonly files = new Map<BytePath, ViewedFile>();
  readonly #below = new Map<BytePath, Set<BytePath>>();
  /** Which layer brought it last. */
  readonly #origin = new Map<BytePath, number>();
  #layer = 0;

  /**
   * Where runtimes and this view could come to different files, the layer is refused.
   * @throws Fault `image/hardlink` for a link to what is not there or has another mode or owner; `image/parent` for an
   * entry below what is no directory, or in the place of the root; `image/too-large`; `image/whiteout` for a whiteout of what it cannot hide; `image/attributes` for extended attributes, such as
   * a program's capabilities
   */
  apply(layer: ReadLayer): void {
    this.#layer++;
    for (const file of layer.entries) {
      refuseAttributes(file.entry);
      if (file.entry.path === '' && file.entry.kind === 'directory') continue;
      this.#makeParents(file);
      if (baseOf(file.entry.path).startsWith(WHITEOUT)) this.#whiteout(file.entry.path);
      else this.#place(file);
    }
  }

  // Whiteouts hide what lower layers hold, never what their own layer does, wherever they stand in it.
  #whiteout(path: BytePath): void {
    const folder = parentOf(path);
    if (baseOf(path) === OPAQUE) {
      this.#hideBelow(folder, true);
      return;
    }
    const name = baseOf(path).slice(WHITEOUT.length);
    const hidden = folder === '' ? name : `${folder}/${name}`;
    // Runtimes join the name to its folder, and some hide what the layer itself brought before.
    if (['', '.', '..'].includes(name) || name.startsWith(WHITEOUT)) throw badWhiteout(path);
    if (!this.files.has(hidden)) return;
    if (!this.#isLower(hidden)) throw badWhiteout(path);
    this.#hideBelow(hidden, true);
    this.#remove(hidden);
  }

  #hideBelow(path: BytePath, onlyLower: boolean): void {
    const pending = [...(this.#below.get(path) ?? [])];
    for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
      for (const below of this.#below.get(each) ?? []) pending.push(below);
      if (!onlyLower || this.#isLower(each)) this.#remove(each);
    }
  }

  #place(file: ViewedFile): void {
    const { path, kind } = file.entry;
    // What replaces a directory takes all below it along.
    if (kind !== 'directory' && this.files.get(path)?.entry.kind === 'directory') this.#hideBelow(path, false);
    this.#put(path, kind === 'hardlink' ? this.#linked(file) : file);
  }

  #isLower(path: BytePath): boolean {
    return (this.#origin.get(path) ?? this.#layer) < this.#layer;
  }

  #put(path: BytePath, file: ViewedFile): void {
    this.files.set(path, file);
    this.#origin.set(path, this.#layer);
    if (this.files.size > limits.imageEntries) throw tooLarge(`have more than ${limits.imageEntries} entries`);
    const siblings = this.#below.get(parentOf(path));
    if (siblings === undefined) this.#below.set(parentOf(path), new Set([path]));
    else siblings.add(path);
  }

  #remove(path: BytePath): void {
    this.files.delete(path);
    this.#origin.delete(path);
    this.#below.get(parentOf(path))?.delete(path);
  }

  // Runtimes follow a link that stands where a folder should be and write elsewhere.
  #makeParents({ entry }: ViewedFile): void {
    if (entry.path === '') throw misplaced('the root of the image');
    for (let parent = parentOf(entry.path); parent !== ''; parent = parentOf(parent)) {
      const there = this.files.get(parent);
      if (there !== undefined && there.entry.kind !== 'directory') throw misplaced(parent);
      if (there !== undefined && !this.#isLower(parent)) return;
      if (there === undefined) this.#put(parent, impliedDirectory(parent));
      else this.#origin.set(parent, this.#layer); // It is this layer's, too.
    }
  }

  #linked({ entry }: ViewedFile): ViewedFile {
    const linked = this.files.get(entry.target ?? '');
    if (linked === undefined || linked.entry.kind === 'directory') {
      throw new Fault(
        'image/hardlink',
        `A layer has a hard link to "${entry.target ?? ''}", which is not there.`,
        'The layer is damaged or hostile.',
      );
    }
    const { mode, uid, gid } = linked.entry;
    // One inode has one mode and owner: a runtime sets those of the link on what it links to, too.
    if (linked.entry.kind !== 'symlink' && (entry.mode !== mode || entry.uid !== uid || entry.gid !== gid)) {
      throw new Fault(
        'image/hardlink',
        `A layer has a hard link "${entry.path}" with another mode or owner than "${entry.target ?? ''}".`,
        'The layer is damaged or hostile.',
      );
    }
    return { entry, sha256: linked.sha256, size: linked.size };
  }
}

function tooLarge(what: string): Fault {
  return new Fault(
    'image/too-large',
    `The layers of the image together ${what}.`,
    'Check that it is the right image; it may be made to exhaust memory.',
  );
}

function impliedDirectory(path: BytePath): ViewedFile {
  const entry: TarEntry = {
    path,
    kind: 'directory',
    mode: 0o755,
    uid: 0,
    gid: 0,
    mtime: 0,
    size: 0,
    target: undefined,
  };
  return { entry, sha256: '', size: 0 };
}

function misplaced(parent: string): Fault {
  return new Fault(
    'image/parent',
    `A layer has an entry in or below "${parent}", which is no directory.`,
    'The layer is damaged or hostile.',
  );
}

function badWhiteout(path: string): Fault {
  return new Fault(
    'image/whiteout',
    `A layer has the whiteout "${path}", which hides a folder itself or what the layer brings.`,
    'The layer is damaged or hostile.',
  );
}

function refuseAttributes({ path, attributes }: TarEntry): void {
  if (attributes !== true) return;
  throw new Fault(
    'image/attributes',
    `A layer gives "${path}" extended attributes, of which no SBOM says anything.`,
    'Make the image without capabilities, access control lists and other extended attributes.',
  );
}
