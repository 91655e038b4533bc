// Entries that wait to be appended, taken in batches: whoever comes while one is written shares the next.
import { COMMIT_BYTES, COMMIT_ENTRIES } from './commit.ts';

/** Entries that are appended one after the other, and who waits for them. */
export interface Waiting<T> {
  readonly entries: readonly Uint8Array[];
  readonly resolve: (done: T) => void;
  readonly reject: (fault: unknown) => void;
}

export class AppendQueue<T> {
  #waiting: Waiting<T>[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** @param entries what fits into one commit: {@link fits} */
  add(entries: readonly Uint8Array[]): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ entries, resolve, reject });
    return promise;
  }

  /** As many of those that came first as fit into one commit, at least one. */
  take(): Waiting<T>[] {
    let [entries, bytes] = [0, 0];
    const end = this.#waiting.findIndex((one, i) => {
      entries += one.entries.length;
      bytes += sizeOf(one.entries);
      return i > 0 && (entries > COMMIT_ENTRIES || bytes > COMMIT_BYTES);
    });
    const taken = end < 0 ? this.#waiting : this.#waiting.slice(0, end);
    this.#waiting = end < 0 ? [] : this.#waiting.slice(end);
    return taken;
  }
}

/** Whether entries fit into one commit. */
export function fits(entries: readonly Uint8Array[]): boolean {
  return entries.length <= COMMIT_ENTRIES && sizeOf(entries) <= COMMIT_BYTES;
}

function sizeOf(entries: readonly Uint8Array[]): number {
  return entries.reduce((sum, { length }) => sum + 2 + length, 0);
}
