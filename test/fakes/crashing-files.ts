// A file system in memory that stops at one step, as when the process is killed or the power fails, and comes up again with
// what a real one may have kept.
import type { FileSteps } from '../../src/io/file-steps.ts';

/** What is there after a crash: all that was done; only what was flushed; or the names, and only the flushed contents. */
export type Crash = 'killed' | 'power cut' | 'power cut, names kept';
export const crashes: readonly Crash[] = ['killed', 'power cut', 'power cut, names kept'];

export class Crashed extends Error {}

interface Content {
  bytes: Buffer;
  flushed: Buffer | undefined;
}
type Names = Map<string, Content | 'folder'>;

export class CrashingFiles implements FileSteps {
  /** Steps that were done, in words. */
  readonly steps: string[] = [];
  /** What was ever to be read under a name that was renamed to: `path` → contents, in their order. */
  readonly published = new Map<string, string[]>();
  readonly #stopAt: number;
  readonly #now: Names;
  readonly #flushed: Names;

  /** @param stopAt the step that is not done any more, counted from 0 */
  constructor(stopAt = Number.POSITIVE_INFINITY, names: Names = new Map([['/log', 'folder']])) {
    this.#stopAt = stopAt;
    this.#now = new Map(names);
    this.#flushed = new Map(names);
  }

  /** The file system after the crash. */
  restarted(crash: Crash, stopAt?: number): CrashingFiles {
    const source = crash === 'power cut' ? this.#flushed : this.#now;
    const names: Names = new Map([['/log', 'folder']]);
    for (const [path, there] of [...source].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (names.get(parent(path)) !== 'folder') continue;
      if (there === 'folder') names.set(path, there);
      else {
        const bytes =
          crash === 'killed' ? there.bytes : (there.flushed ?? there.bytes.subarray(0, there.bytes.length / 2));
        names.set(path, { bytes, flushed: bytes });
      }
    }
    return new CrashingFiles(stopAt, names);
  }

  async makeFolder(path: string): Promise<void> {
    if (this.#now.has(path)) return;
    if (parent(path) !== '') await this.makeFolder(parent(path));
    this.#step(`folder ${path}`);
    this.#now.set(path, 'folder');
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const content: Content = { bytes: Buffer.from(bytes.subarray(0, bytes.length / 2)), flushed: undefined };
    if (this.#now.get(parent(path)) !== 'folder' || this.#now.has(path)) throw new Error(`cannot write ${path}`);
    this.#step(`begin ${path}`);
    this.#now.set(path, content);
    this.#step(`write ${path}`);
    content.bytes = Buffer.from(bytes);
  }

  async flush(path: string): Promise<void> {
    const there = this.#now.get(path);
    this.#step(`flush ${path}`);
    if (path === '/') return;
    if (there === undefined) throw new Error(`cannot flush ${path}`);
    if (there !== 'folder') there.flushed = there.bytes;
    else {
      for (const name of this.#flushed.keys()) if (parent(name) === path) this.#flushed.delete(name);
      for (const [name, content] of this.#now) if (parent(name) === path) this.#flushed.set(name, content);
    }
  }

  async rename(from: string, to: string): Promise<void> {
    const there = this.#now.get(from);
    this.#step(`rename ${to}`);
    if (there === undefined || there === 'folder') throw new Error(`cannot rename ${from}`);
    this.#now.delete(from);
    this.#now.set(to, there);
    this.published.set(to, [...(this.published.get(to) ?? []), there.bytes.toString('utf8')]);
  }

  async link(from: string, to: string): Promise<boolean> {
    const there = this.#now.get(from);
    this.#step(`link ${to}`);
    if (there === undefined || there === 'folder') throw new Error(`cannot link ${from}`);
    if (this.#now.has(to)) return false;
    this.#now.set(to, there);
    return true;
  }

  async remove(path: string): Promise<void> {
    this.#step(`remove ${path}`);
    for (const name of this.#now.keys()) if (name === path || name.startsWith(`${path}/`)) this.#now.delete(name);
  }

  async read(path: string): Promise<Buffer | undefined> {
    if (this.steps.length > this.#stopAt) throw new Crashed();
    const there = this.#now.get(path);
    return there === undefined || there === 'folder' ? undefined : Buffer.from(there.bytes);
  }

  async list(path: string): Promise<string[]> {
    return [...this.#now.keys()]
      .filter((name) => parent(name) === path)
      .map((name) => name.slice(path.length + 1))
      .sort();
  }

  #step(words: string): void {
    if (this.steps.length >= this.#stopAt) throw new Crashed();
    this.steps.push(words);
  }
}

function parent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
