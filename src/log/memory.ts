// A log in memory: for tests, and for what need not last.
import { Fault } from '../lib/faults.ts';
import { compareStrings } from '../lib/bytes.ts';
import { Turns } from '../lib/turns.ts';
import type { LogObject, LogStorage } from './storage.ts';

export class MemoryStorage implements LogStorage {
  readonly name: string = 'the log in memory';
  readonly #objects = new Map<string, Buffer>();
  readonly #turns = new Turns(1);

  async read(path: string, limit: number): Promise<Buffer | undefined> {
    const bytes = this.#objects.get(path);
    if (bytes !== undefined && bytes.length > limit) {
      throw new Fault('file/too-large', `${path} is larger than ${limit} bytes.`, 'Check that it is the right file.');
    }
    return bytes && Buffer.from(bytes);
  }

  async write(objects: readonly LogObject[]): Promise<void> {
    for (const { path, bytes } of objects) this.#objects.set(path, Buffer.from(bytes));
  }

  async create({ path, bytes }: LogObject): Promise<boolean> {
    if (this.#objects.has(path)) return false;
    this.#objects.set(path, Buffer.from(bytes));
    return true;
  }

  async replace({ path, bytes }: LogObject, before: Uint8Array): Promise<boolean> {
    if (this.#objects.get(path)?.equals(before) !== true) return false;
    this.#objects.set(path, Buffer.from(bytes));
    return true;
  }

  async list(folder: string): Promise<string[]> {
    const below = [...this.#objects.keys()].filter((path) => path.startsWith(`${folder}/`));
    return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))].sort(compareStrings);
  }

  async remove(paths: readonly string[]): Promise<void> {
    for (const gone of paths) {
      for (const path of this.#objects.keys()) {
        if (gone.endsWith('/') ? path.startsWith(gone) : path === gone) this.#objects.delete(path);
      }
    }
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    return await this.#turns.run(1, work);
  }
}
