// The documents of `csaf_vex_DATE.tar.zst`, as the archive comes.
import type { ContentSink, TarEntry } from '../../lib/tar.ts';
import { TarReader, type TarVisitor } from '../../lib/tar-read.ts';
import { damaged, unpacked } from '../content.ts';
import type { FeedFile } from '../feed.ts';
import { malformedFile } from '../file-faults.ts';
import { isDocumentPath } from './lists.ts';

/** The archive, unpacked; it had 12 GB in 2025. */
const CONTENT = 256 * 2 ** 30;
/** One document; the largest, the kernel's, have 40 MB. */
export const DOCUMENT = 256 << 20;
const ENTRIES = 2_000_000;

export interface Archived {
  /** `2024/cve-2024-3094.json` */
  readonly path: string;
  /** `undefined`: it is larger than any is read. */
  readonly bytes: Buffer | undefined;
}

/**
 * @param skips documents that are passed over
 * @throws Fault `feed/malformed` where it is damaged or has no document
 */
export async function* archivedDocuments(
  file: FeedFile,
  { base, path }: { readonly base: string; readonly path: string },
  skips: (document: string) => boolean,
): AsyncGenerator<Archived> {
  const collector = new Collector(skips);
  const reader = new TarReader(collector, ENTRIES, { lenient: true });
  try {
    for await (const chunk of unpacked(file, { base, path, limit: CONTENT })) {
      reader.push(chunk);
      yield* collector.ready.splice(0);
    }
    reader.end();
    yield* collector.ready.splice(0);
  } catch (error) {
    throw damaged(error, base, path);
  }
  if (!collector.seen) throw malformedFile(base, path, 'it has no document');
}

class Collector implements TarVisitor {
  readonly ready: Archived[] = [];
  seen = false;
  readonly #skips: (document: string) => boolean;

  constructor(skips: (document: string) => boolean) {
    this.#skips = skips;
  }

  entry({ path, kind, size }: TarEntry): ContentSink | undefined {
    if (kind !== 'file' || !isDocumentPath(path)) return undefined;
    this.seen = true;
    if (this.#skips(path)) return undefined;
    const { ready } = this;
    if (size > DOCUMENT) {
      ready.push({ path, bytes: undefined });
      return undefined;
    }
    const parts: Buffer[] = [];
    return {
      write: (chunk) => void parts.push(Buffer.from(chunk)),
      end: () => void ready.push({ path, bytes: Buffer.concat(parts) }),
    };
  }
}
