// A feed's file as it comes: unpacked, and JSON member by member. What is wrong with it is the feed's fault, by its name.
import { decompressStream } from '../lib/decompress.ts';
import { Fault } from '../lib/faults.ts';
import { type JsonElement, jsonElements } from '../lib/json-stream.ts';
import type { FeedFile } from './feed.ts';
import { malformedFile } from './file-faults.ts';

export interface ContentOptions {
  readonly base: string;
  readonly path: string;
  /** Most bytes, unpacked. */
  readonly limit: number;
}

/**
 * A plain, gzip or zstd file's content. A chunk is only valid until the next is asked for.
 * @throws Fault `feed/malformed` where it is damaged or larger than the limit; faults of the file pass through
 */
export async function* unpacked(file: FeedFile, { base, path, limit }: ContentOptions): AsyncGenerator<Buffer> {
  try {
    yield* decompressStream(file.chunks(), limit, path);
  } catch (error) {
    throw damaged(error, base, path);
  }
}

/** @param member most bytes of one member @throws Fault `feed/malformed` as {@link unpacked}, and where it is no such JSON */
export async function* jsonMembers(
  file: FeedFile,
  content: ContentOptions & { readonly within: string; readonly member: number },
): AsyncGenerator<JsonElement> {
  const { base, path, within, member } = content;
  try {
    yield* jsonElements(unpacked(file, content), { what: path, within, limit: member });
  } catch (error) {
    throw damaged(error, base, path);
  }
}

/** `feed/malformed` for what decompression, tar or JSON found wrong; anything else as it is. */
export function damaged(error: unknown, base: string, path: string): unknown {
  if (!(error instanceof Fault) || !/^(?:json|compression|tar)\//.test(error.code)) return error;
  return malformedFile(base, path, error.message.replace(/\.$/, ''), error);
}
