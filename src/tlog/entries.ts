// Entry bundles (C2SP tlog-tiles, Log entries): entries one after the other, each behind its length.
import { Fault } from '../lib/faults.ts';

/** The longest entry, in bytes: its length is a uint16. */
export const ENTRY_LIMIT = 0xffff;
/** The largest bundle: 256 of these with their lengths. */
export const BUNDLE_LIMIT = 256 * (2 + ENTRY_LIMIT);

/** @throws Fault `tlog/entry-too-long` for an entry of more than {@link ENTRY_LIMIT} bytes */
export function checkLengths(entries: readonly Uint8Array[]): void {
  const long = entries.find(({ length }) => length > ENTRY_LIMIT);
  if (long !== undefined) throw tooLong(long.length);
}

/** The bytes of a bundle. @throws Fault `tlog/entry-too-long` */
export function encodeEntries(entries: readonly Uint8Array[]): Buffer {
  checkLengths(entries);
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, { length }) => sum + 2 + length, 0));
  let at = 0;
  for (const entry of entries) {
    at = bytes.writeUInt16BE(entry.length, at);
    bytes.set(entry, at);
    at += entry.length;
  }
  return bytes;
}

/**
 * The entries of a bundle, sharing its memory.
 * @param count how many there must be, and nothing after them
 * @throws Fault `tlog/malformed`
 */
export function decodeEntries(bytes: Buffer, count: number, what: string): Buffer[] {
  const entries: Buffer[] = [];
  let at = 0;
  while (entries.length < count && at + 2 <= bytes.length) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) break;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (entries.length === count && at === bytes.length) return entries;
  throw new Fault(
    'tlog/malformed',
    `${what} does not hold exactly ${count} ${count === 1 ? 'entry' : 'entries'}.`,
    'It is torn or was altered; fetch it again or restore it.',
  );
}

function tooLong(length: number): Fault {
  return new Fault(
    'tlog/entry-too-long',
    `An entry of ${length} bytes does not fit into a log: ${ENTRY_LIMIT} is the most.`,
    'Log a digest of it, not the content.',
  );
}
