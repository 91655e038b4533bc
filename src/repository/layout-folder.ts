// The files of a layout beside its blobs: `oci-layout`, `index.json` and the lock of those who write.
import {
  fileExists,
  folderEntry,
  type FolderEntry,
  joinPath,
  listFolder,
  makeFolder,
  readFileIfThere,
} from '../io/files.ts';
import { removePartials, writeFile } from '../io/pending-file.ts';
import { withLock } from '../io/locks.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import { documentBytes, parseIndex } from '../oci/documents.ts';
import type { Index } from '../oci/types.ts';
import { emptyIndex } from './layout-index.ts';

const LAYOUT_FILE = 'oci-layout';
const INDEX_FILE = 'index.json';
const LOCK_FILE = '.temper.lock';
const VERSION = '1.0.0';
/** How often the index is computed anew because somebody who knows no lock changed it. */
const MOST_TRIES = 10;
/** Milliseconds after which a file that is half-written belongs to nobody any more. */
const ABANDONED = 3_600_000;

export interface IndexChange {
  readonly index: Index;
  /** Done once the index is in its place. */
  readonly after: () => Promise<void>;
}

export class LayoutFolder {
  readonly path: string;
  /** What was read last: the same bytes say the same. */
  #known: { readonly bytes: Buffer; readonly index: Index } | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** @throws Fault `layout/missing`, `layout/not-a-layout`, `layout/broken`. */
  async index(): Promise<Index> {
    await this.#mustBeLayout();
    const bytes = await this.#read(INDEX_FILE);
    if (bytes === undefined) throw this.broken(`${INDEX_FILE}, which is not there`);
    if (this.#known?.bytes.equals(bytes) !== true) {
      this.#known = { bytes, index: this.#guarded(INDEX_FILE, () => parseIndex(bytes)) };
    }
    return this.#known.index;
  }

  async #mustBeLayout(): Promise<void> {
    const layout = await this.#marker();
    if (layout === undefined) throw await this.#noLayout();
    const version = this.#guarded(LAYOUT_FILE, () => parseJson(layout, LAYOUT_FILE)) as {
      imageLayoutVersion?: unknown;
    };
    if (version?.imageLayoutVersion !== VERSION) throw this.broken(`${LAYOUT_FILE}, which names another version`);
  }

  async #marker(): Promise<Buffer | undefined> {
    try {
      return await this.#read(LAYOUT_FILE);
    } catch (fault) {
      const isFile =
        fault instanceof Fault && fault.code === 'file/kind' && (await folderEntry(this.path))?.kind === 'file';
      if (!isFile) throw fault;
      const sentence = `${this.path} is a file, and a layout is a folder.`;
      const hint = `Of an archive write oci-archive:${this.path} or docker-archive:${this.path}.`;
      throw new Fault('layout/not-a-layout', sentence, hint, { cause: fault });
    }
  }

  /**
   * Makes the folder a layout before the first blob comes, so that an interrupted first run leaves an empty one.
   * @throws Fault `layout/not-a-layout` when something else is in it.
   */
  async prepare(): Promise<void> {
    if ((await this.#read(LAYOUT_FILE)) !== undefined) return;
    const foreign = (await listFolder(this.path)).filter(({ name }) => !isLeftOver(name));
    if (foreign.length > 0 && (await this.#read(LAYOUT_FILE)) === undefined) {
      const sentence = `The folder ${this.path} is not empty and is no OCI layout.`;
      throw new Fault('layout/not-a-layout', sentence, 'Choose an empty or a new folder.');
    }
    await makeFolder(joinPath(this.path, 'blobs', 'sha256'));
    await this.locked(async () => {
      await writeFile(this.#file(LAYOUT_FILE), documentBytes({ imageLayoutVersion: VERSION }));
      if ((await this.#read(INDEX_FILE)) === undefined)
        await writeFile(this.#file(INDEX_FILE), documentBytes(emptyIndex));
    });
  }

  /** Does `work` while no other writer does; then sweeps up after those that were killed. @throws Fault `lock/busy`. */
  async locked(work: () => Promise<void>): Promise<void> {
    await withLock(this.#file(LOCK_FILE), async () => {
      await work();
      for (const folder of [this.path, joinPath(this.path, 'blobs', 'sha256')]) await removePartials(folder, ABANDONED);
    });
  }

  /**
   * Replaces the index as a whole; the lock is held. Begins anew when a program that knows no lock changed it meanwhile.
   * An index that stays the same is not written.
   */
  async change(compute: (index: Index) => Promise<IndexChange>): Promise<void> {
    for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
      const before = await this.#read(INDEX_FILE);
      const { index, after } = await compute(
        before === undefined ? emptyIndex : this.#guarded(INDEX_FILE, () => parseIndex(before)),
      );
      const bytes = documentBytes(index);
      const meanwhile = await this.#read(INDEX_FILE);
      if (meanwhile?.toString('latin1') !== before?.toString('latin1')) continue;
      if (before?.equals(bytes) !== true) await writeFile(this.#file(INDEX_FILE), bytes);
      await after();
      return;
    }
    throw this.broken(`${INDEX_FILE}, which another program changes all the time`);
  }

  broken(what: string, cause?: unknown): Fault {
    return new Fault(
      'layout/broken',
      `The layout ${this.path} is broken, by ${what.replace(/\.$/, '')}.`,
      'Restore it from a copy, or build into a new folder.',
      { cause },
    );
  }

  async #noLayout(): Promise<Fault> {
    const entries = await listFolder(this.path);
    const empty = entries.length === 0;
    const [code, what] = empty
      ? ['layout/missing', 'There is no']
      : ['layout/not-a-layout', 'There is something, but no'];
    const below = await this.#layoutsBelow(entries);
    const hint =
      below.length === 0
        ? 'Check the path; a layout has a file "oci-layout".'
        : `There ${below.length === 1 ? 'is one' : 'are some'} below it: ${below.map((path) => `oci:${path}`).join(', ')}.`;
    return new Fault(code, `${what} OCI layout at ${this.path}.`, hint);
  }

  /** The first few. */
  async #layoutsBelow(entries: readonly FolderEntry[]): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { name, kind } of entries.slice(0, 100)) {
      const path = joinPath(this.path, Buffer.from(name, 'latin1').toString());
      if (found.length < 3 && kind === 'folder' && (await fileExists(joinPath(path, LAYOUT_FILE)))) found.push(path);
    }
    return found;
  }

  #guarded<T>(what: string, parse: () => T): T {
    try {
      return parse();
    } catch (error) {
      throw this.broken(`${what}: ${messageOf(error)}`, error);
    }
  }

  async #read(name: string): Promise<Buffer | undefined> {
    return await readFileIfThere(this.#file(name), limits.document);
  }

  #file(name: string): string {
    return joinPath(this.path, name);
  }
}

/** What a killed first run can leave in the folder. */
function isLeftOver(name: string): boolean {
  return name === 'blobs' || name.startsWith(LOCK_FILE) || /^\..*\.partial$/.test(name);
}
