// A feed's files in memory.
import type { Feed, FeedFile, FeedFiles, FeedRecord, FeedRequest } from '../../src/advisory/feed.ts';
import { Fault } from '../../src/lib/faults.ts';

export interface FakeFeedFile {
  /** A function gives chunks that need not be in memory together; its size is then unknown. */
  readonly content: string | Uint8Array | (() => Iterable<Uint8Array>);
  /** Seconds since 1970. */
  readonly modified?: number;
}

export interface FakeFeedFiles extends FeedFiles {
  /** Paths that were asked for, in order. */
  readonly opened: string[];
  /** How many were opened and not let go. */
  held(): number;
}

/**
 * @param files by path
 * @param piece bytes of a chunk; all at once unless given
 */
export function fakeFeedFiles(
  files: Readonly<Record<string, FakeFeedFile | string | Uint8Array>>,
  piece = Number.POSITIVE_INFINITY,
): FakeFeedFiles {
  const byPath = new Map(Object.entries(files));
  const opened: string[] = [];
  let held = 0;
  return {
    base: 'fake:feed',
    opened,
    held: () => held,
    async open(path, limit) {
      opened.push(path);
      const found = byPath.get(path);
      if (found === undefined) return undefined;
      const file = typeof found === 'string' || found instanceof Uint8Array ? { content: found } : found;
      held++;
      return fakeFile(file, { path, limit, piece, letGo: () => void held-- });
    },
  };
}

interface Opening {
  readonly path: string;
  readonly limit: number;
  readonly piece: number;
  readonly letGo: () => void;
}

function fakeFile({ content, modified }: FakeFeedFile, { path, limit, piece, letGo }: Opening): FeedFile {
  const whole = typeof content === 'function' ? undefined : Buffer.from(content as string);
  if (whole !== undefined && whole.length > limit) throw tooLarge(path, limit);
  async function* chunks(): AsyncGenerator<Buffer> {
    let size = 0;
    for (const part of typeof content === 'function' ? content() : pieces(whole ?? Buffer.alloc(0), piece)) {
      size += part.length;
      if (size > limit) throw tooLarge(path, limit);
      yield Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    }
  }
  const all = async () => whole ?? Buffer.concat(await collect(chunks()));
  return {
    size: whole?.length,
    modified,
    chunks,
    all,
    async random() {
      const bytes = await all();
      return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
    },
    async [Symbol.asyncDispose]() {
      letGo();
    },
  };
}

function* pieces(bytes: Buffer, piece: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
}

function tooLarge(path: string, limit: number): Fault {
  return new Fault('feed/too-large', `${path} is larger than ${limit} bytes.`, 'Check that it is the right file.');
}

/** Everything that a feed gives. */
export async function readFeed(
  feed: Feed,
  files: FeedFiles,
  request: Partial<FeedRequest> = {},
): Promise<FeedRecord[]> {
  return await collect(feed.read(files, { ecosystems: undefined, since: undefined, now: 0, ...request }));
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
