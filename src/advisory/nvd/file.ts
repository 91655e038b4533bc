// One of NVD's files, item by item, held against what its `.meta` says.
import { Digester, hexOf } from '../../lib/digest.ts';
import { damaged, unpacked } from '../content.ts';
import { jsonElements } from '../../lib/json-stream.ts';
import type { FeedFile, FeedFiles, FeedRecord } from '../feed.ts';
import { malformedFile } from '../file-faults.ts';
import { nvdRecord } from './item.ts';
import { type NvdMeta, readMeta } from './meta.ts';

/** A year, packed; the largest had 25 MB in 2026. */
export const NVD_FILE = 1 << 30;
/** A year, unpacked; the largest had 300 MB. */
const CONTENT = 8 * 2 ** 30;
/** One vulnerability; the largest, with its products, had 4 MB. */
const ITEM = 64 << 20;

export interface NvdFile {
  readonly file: FeedFile;
  /** `nvdcve-2.0-2024.json.gz` */
  readonly path: string;
  readonly metaPath: string;
}

/** @throws Fault `feed/malformed` where it is damaged, no such JSON, or not what `meta` says */
export async function* fileRecords(
  files: FeedFiles,
  { file, path, metaPath }: NvdFile,
  meta: NvdMeta | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<FeedRecord> {
  const digester = new Digester();
  const content = measured(unpacked(file, { base: files.base, path, limit: CONTENT }), meta && digester);
  let index = 0;
  try {
    for await (const { inside, value } of jsonElements(content, {
      what: path,
      within: 'vulnerabilities',
      limit: ITEM,
    })) {
      signal?.throwIfAborted();
      if (!inside) continue;
      yield nvdRecord(value) ?? noItem(path, index);
      index++;
    }
  } catch (error) {
    throw damaged(error, files.base, path);
  }
  if (index === 0 && !path.includes('-modified')) throw malformedFile(files.base, path, 'it has no vulnerability');
  const found = meta && hexOf(digester.digest());
  if (found === meta?.sha256) return;
  // Both may have been renewed since the `.meta` was read.
  const renewed = await readMeta(files, metaPath);
  if (renewed === undefined || found !== renewed.sha256)
    throw malformedFile(files.base, path, 'its content is not the one that its .meta file tells of');
}

async function* measured(chunks: AsyncIterable<Buffer>, digester: Digester | undefined): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    digester?.update(chunk);
    yield chunk;
  }
}

function noItem(path: string, index: number): FeedRecord {
  const reason = 'It is no vulnerability with the id of a CVE.';
  return { kind: 'skipped', record: `${path}#${index}`, code: 'feed/malformed-record', reason };
}
