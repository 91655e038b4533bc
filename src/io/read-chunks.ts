// Reads open files in large pieces: what the operating system must do anyway, and little else.
import { readFile } from './descriptors.ts';

/** Bytes of one piece. */
export const CHUNK = 1 << 20;

export interface ChunkOptions {
  /** Where reading begins; the file's own position unless given, as pipes want it. */
  readonly from?: number;
  /** Bytes at most; all there are unless given. */
  readonly length?: number;
  /** Bytes of the largest piece, where the file is known to be small; {@link CHUNK} unless given. */
  readonly piece?: number;
  /**
   * Pieces lie in two buffers in turn, and the next is read while one is looked at: each piece is valid until the one after
   * it is asked for. Costs half of what buffers of their own cost.
   */
  readonly reuse?: boolean | undefined;
}

type Ask = (into: Buffer) => Promise<Buffer | undefined>;

/** The bytes of an open file, in pieces of at most {@link CHUNK}; throws system errors. The file stays open. */
export async function* readChunks(file: number, options: ChunkOptions = {}): AsyncGenerator<Buffer> {
  const { from, length = Number.POSITIVE_INFINITY, piece = CHUNK, reuse = false } = options;
  const size = Math.min(length, piece, CHUNK);
  let asked = 0;
  const ask: Ask = async (into) => {
    if (asked >= length) return undefined;
    const position = from === undefined ? null : from + asked;
    const bytesRead = await readFile(file, into, 0, Math.min(size, length - asked), position);
    asked += bytesRead;
    return bytesRead === 0 ? undefined : into.subarray(0, bytesRead);
  };
  if (reuse) yield* alternating(ask, Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size));
  else {
    for (;;) {
      const chunk = await ask(Buffer.allocUnsafeSlow(size));
      if (chunk === undefined) return;
      yield chunk;
    }
  }
}

async function* alternating(ask: Ask, first: Buffer, second: Buffer): AsyncGenerator<Buffer> {
  let [next, other] = [second, first];
  let coming = ask(first);
  try {
    for (;;) {
      const chunk = await coming;
      if (chunk === undefined) return;
      coming = ask(next);
      // What fails while a piece is looked at is told when the next is asked for.
      coming.catch(() => undefined);
      [next, other] = [other, next];
      yield chunk;
    }
  } finally {
    // The file may be closed after this: nothing reads from it any more.
    await coming.catch(() => undefined);
  }
}
