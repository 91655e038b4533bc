// The `.meta` file beside each of NVD's: when the content was changed, its size and its SHA-256, before it is packed.
import type { FeedFiles } from '../feed.ts';

const LIMIT = 64 << 10;

export interface NvdMeta {
  /** Seconds since 1970. */
  readonly modified: number;
  /** Bytes, unpacked. */
  readonly size: number | undefined;
  /** Lower-case hex, of the unpacked content. */
  readonly sha256: string;
}

/** `undefined` where there is none, or none that says when and what. */
export async function readMeta(files: FeedFiles, path: string): Promise<NvdMeta | undefined> {
  await using file = await files.open(path, LIMIT);
  if (file === undefined) return undefined;
  const lines = (await file.all()).toString('latin1').split(/\r?\n/);
  const values = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
  const modified = Date.parse(values.get('lastModifiedDate') ?? '');
  const sha256 = (values.get('sha256') ?? '').trim().toLowerCase();
  const size = Number(values.get('size') ?? Number.NaN);
  if (Number.isNaN(modified) || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  return { modified: Math.floor(modified / 1000), size: Number.isSafeInteger(size) ? size : undefined, sha256 };
}
