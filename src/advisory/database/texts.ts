// Long texts, apart from what matching reads: compressed in blocks, where they have much in common.
import { corruptDatabase, type DatabaseFile } from '../../io/database.ts';
import { messageOf } from '../../lib/faults.ts';
import { zlib } from '../../lib/zlib.ts';
import type { Presence } from './presence.ts';

/** Advisories whose texts stand in one block. */
const BLOCK = 64;
/** Of a block, in bytes: each text has at most 4,000 characters. */
const LARGEST = 4 << 20;
const LEVEL = 9;

/** The description of an advisory; empty where it has none. @throws Fault `db/corrupt` */
export function detailsOf(file: DatabaseFile, presence: Presence, ref: number): string {
  const block = Math.floor(ref / BLOCK);
  if (!presence.has('details', String(block))) return '';
  const texts = readBlock(file, block);
  if (texts.size === 0) throw corruptDatabase(file.path, 'texts are not where they were written');
  return texts.get(ref) ?? '';
}

/** Puts descriptions in, by advisory, in ascending order; an empty one takes it out. */
export function writeDetails(file: DatabaseFile, texts: Iterable<readonly [ref: number, text: string]>): void {
  let number = -1;
  let block = new Map<number, string>();
  const flush = (): void => {
    if (number >= 0) writeBlock(file, number, block);
  };
  for (const [ref, text] of texts) {
    const next = Math.floor(ref / BLOCK);
    if (next !== number) {
      flush();
      number = next;
      block = readBlock(file, number);
    }
    if (text === '') block.delete(ref);
    else block.set(ref, text);
  }
  flush();
}

function readBlock(file: DatabaseFile, number: number): Map<number, string> {
  const row = file.prepare('SELECT texts FROM details WHERE block = ?').get(number);
  if (row === undefined) return new Map();
  try {
    const bytes = zlib().zstdDecompressSync(row[0] as Uint8Array, { maxOutputLength: LARGEST });
    return new Map(JSON.parse(bytes.toString('utf8')) as [number, string][]);
  } catch (cause) {
    throw corruptDatabase(file.path, `its texts: ${messageOf(cause)}`, cause);
  }
}

/** Reads all of them. @throws Fault `db/corrupt` */
export function checkDetails(file: DatabaseFile): void {
  for (const [block] of file.prepare('SELECT block FROM details').all()) readBlock(file, Number(block));
}

function writeBlock(file: DatabaseFile, number: number, block: ReadonlyMap<number, string>): void {
  if (block.size === 0) {
    file.prepare('DELETE FROM details WHERE block = ?').run(number);
    return;
  }
  const text = JSON.stringify([...block].sort(([a], [b]) => a - b));
  const { constants, zstdCompressSync } = zlib();
  const params = { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 };
  const bytes = zstdCompressSync(Buffer.from(text, 'utf8'), { params });
  file.prepare('INSERT OR REPLACE INTO details VALUES (?, ?)').run(number, bytes);
}
