// The records of an `all.zip`, one after the other.
import { crc32 } from 'node:zlib';
import { breathe } from '../../io/clock.ts';
import { Fault } from '../../lib/faults.ts';
import type { RandomAccess } from '../../lib/random-access.ts';
import { readZipEntry, walkZip, type ZipEntry } from '../../lib/zip.ts';
import { isOsvId, type OsvRecord, parseOsv } from '../../osv/schema.ts';
import { malformedFile } from '../file-faults.ts';
import { osvLimits } from './limits.ts';

/** A record, or the fault for which it is passed over; by the name of its entry. */
export type ArchivedRecord = { readonly name: string } & ({ readonly record: OsvRecord } | { readonly fault: Fault });

/** Records after which others get their turn. */
const TURN = 200;
const WINDOW = 1 << 20;

/**
 * Every record of an archive. What cannot be a record is given with its fault: `osv/name` for entries that are no
 * `ID.json`, `osv/too-large`, `osv/malformed`, `json/malformed`.
 * @param of names the archive in faults; `isMeant` says which entries are read, all unless given
 * @throws Fault `feed/malformed` when the archive is damaged, `feed/too-large`
 */
export async function* archivedRecords(
  content: RandomAccess,
  of: { readonly base: string; readonly path: string; readonly isMeant?: (name: string) => boolean },
): AsyncGenerator<ArchivedRecord> {
  const isMeant = of.isMeant ?? ((name) => !name.endsWith('/'));
  const ahead = new ReadAhead(content);
  const bounds = new Bounds(content.size);
  let count = 0;
  try {
    for (const entry of walkZip(content, isMeant)) {
      if (++count % TURN === 0) await breathe();
      bounds.add(entry);
      yield archived(ahead, entry);
    }
  } catch (error) {
    throw asFeedFault(error, of);
  }
}

/** What all entries come to: an archive may name the same bytes many times. */
class Bounds {
  readonly #size: number;
  readonly #most: number;
  #stored = 0;
  #content = 0;

  constructor(size: number) {
    this.#size = size;
    this.#most = Math.min(osvLimits.content, osvLimits.record + size * osvLimits.ratio);
  }

  /** @throws Fault `zip/malformed`, `zip/too-large` */
  add({ size, compressedSize }: ZipEntry): void {
    this.#stored += compressedSize;
    if (this.#stored > this.#size) throw new Fault('zip/malformed', 'Its entries overlap.', '');
    if (size <= osvLimits.record) this.#content += size;
    if (this.#content > this.#most) throw new Fault('zip/too-large', `Its records exceed ${this.#most} bytes.`, '');
  }
}

function archived(content: RandomAccess, entry: ZipEntry): ArchivedRecord {
  const { name } = entry;
  const id = name.endsWith('.json') ? name.slice(0, -5) : '';
  if (!isOsvId(id)) return { name, fault: passedOver('osv/name', 'its name is no ID with .json behind it') };
  if (entry.size > osvLimits.record) {
    return {
      name,
      fault: passedOver('osv/too-large', `it has ${entry.size} bytes, more than the ${osvLimits.record} that are read`),
    };
  }
  const bytes = readZipEntry(content, entry, osvLimits.record);
  if (crc32(bytes) !== entry.crc) throw new Fault('zip/malformed', `Its entry ${name} is damaged.`, '');
  return { name, ...recordOf(bytes, id) };
}

/** The record that a file of this id holds. */
export function recordOf(bytes: Buffer, id: string): { readonly record: OsvRecord } | { readonly fault: Fault } {
  try {
    const record = parseOsv(bytes);
    return record.id === id ? { record } : { fault: passedOver('osv/name', `it calls itself ${record.id}`) };
  } catch (error) {
    if (error instanceof Fault) return { fault: error };
    throw error;
  }
}

function passedOver(code: string, why: string): Fault {
  return new Fault(code, `The record is passed over: ${why}.`, 'Tell those who publish it.');
}

function asFeedFault(error: unknown, { base, path }: { readonly base: string; readonly path: string }): unknown {
  if (!(error instanceof Fault) || !error.code.startsWith('zip/')) return error;
  const why = error.message.replace(/^The archive is no valid ZIP file: /, '').replace(/\.$/, '');
  if (error.code !== 'zip/too-large') return malformedFile(base, path, why, error);
  const hint = `It may be made to exhaust memory; check that ${base} is the right place.`;
  return new Fault('feed/too-large', `${path} of ${base} is too large: ${why}.`, hint, { cause: error });
}

/** Reads a window at once: the entries of an archive mostly stand in the directory's order. */
class ReadAhead implements RandomAccess {
  readonly size: number;
  readonly #content: RandomAccess;
  #start = 0;
  #window: Buffer = Buffer.alloc(0);

  constructor(content: RandomAccess) {
    this.#content = content;
    this.size = content.size;
  }

  read(offset: number, length: number): Buffer {
    if (length > WINDOW / 2) return this.#content.read(offset, length);
    const at = offset - this.#start;
    if (at >= 0 && at + length <= this.#window.length) return this.#window.subarray(at, at + length);
    this.#window = this.#content.read(offset, WINDOW);
    this.#start = offset;
    return this.#window.subarray(0, length);
  }
}
