// An entry from its header and from the extended headers before it.
import { Fault } from './faults.ts';
import type { EntryKind, TarEntry } from './tar.ts';
import { malformedTar, numberField, textField } from './tar-fields.ts';
import { bounded, lenientPath, strictPath } from './tar-names.ts';
import type { PaxRecords } from './tar-pax.ts';

/** Kinds by their type flag (pax, ustar Interchange Format). */
const kinds: (EntryKind | undefined)[] = Array.from({ length: 256 });
kinds[0] = 'file';
for (const [i, kind] of (
  ['file', 'hardlink', 'symlink', 'character-device', 'block-device', 'directory', 'fifo', 'file'] as const
).entries()) {
  kinds[0x30 + i] = kind;
}

/** GNU's names of the next entry: they count before a pax header's. */
export interface LongNames {
  path: string;
  linkpath: string;
}

/**
 * What the header at `at` gives. Its size is that of the content that follows.
 * @throws Fault `tar/malformed`, `tar/unsupported`, `tar/unsafe-path`, `tar/name-too-long`
 */
export function strictEntry(bytes: Buffer, at: number, pax?: PaxRecords, gnu?: LongNames): TarEntry {
  const flag = bytes[at + 156] as number;
  if (flag === 0x53 || pax?.sparse !== undefined) {
    throw new Fault(
      'tar/unsupported',
      'The tar archive holds a sparse file.',
      'Make the archive without sparse files.',
    );
  }
  const name = gnu?.path || pax?.path || headerName(bytes, at, false);
  const plain = kinds[flag];
  if (plain === undefined) {
    throw new Fault(
      'tar/unsupported',
      `The tar archive holds an entry of the unknown type ${JSON.stringify(String.fromCharCode(flag))}.`,
      'Make the archive with GNU tar or in pax format.',
    );
  }
  const kind = plain === 'file' && flag !== 0x37 && name.endsWith('/') ? 'directory' : plain;
  const link = kind === 'symlink' || kind === 'hardlink';
  const target = link ? gnu?.linkpath || pax?.linkpath || textField(bytes, at + 157, 100) : undefined;
  return withAttributes(
    {
      path: strictPath(name),
      kind,
      mode: exact(numberField(bytes, at + 100, 8)) & 0o7777,
      uid: exact(pax?.uid ?? numberField(bytes, at + 108, 8)),
      gid: exact(pax?.gid ?? numberField(bytes, at + 116, 8)),
      mtime: exact(pax?.mtime ?? numberField(bytes, at + 136, 12)),
      size: kind === 'file' ? exact(pax?.size ?? numberField(bytes, at + 124, 12)) : 0,
      target: target === undefined ? undefined : kind === 'hardlink' ? strictPath(target) : bounded(target),
    },
    pax,
  );
}

/**
 * {@link strictEntry} as Go's reader, which container runtimes use, takes it: any path is inside the root, a type that
 * nobody knows is a file, numbers that nobody can mean are cut to what a double holds exactly.
 * @throws Fault `tar/malformed`, `tar/name-too-long`
 */
export function lenientEntry(bytes: Buffer, at: number, pax?: PaxRecords, gnu?: LongNames): TarEntry {
  const flag = bytes[at + 156] as number;
  const name = gnu?.path || pax?.path || headerName(bytes, at, true);
  const kind = flag === 0 && name.endsWith('/') ? 'directory' : (kinds[flag] ?? 'file');
  const size = kind === 'file' ? (pax?.size ?? numberField(bytes, at + 124, 12)) : 0;
  if (size < 0 || size > Number.MAX_SAFE_INTEGER) throw malformedTar('the size of a file is impossible');
  const link = kind === 'symlink' || kind === 'hardlink';
  const target = link ? gnu?.linkpath || pax?.linkpath || textField(bytes, at + 157, 100) : undefined;
  return withAttributes(
    {
      path: lenientPath(name),
      kind,
      mode: numberField(bytes, at + 100, 8) & 0o7777,
      uid: cut(pax?.uid ?? numberField(bytes, at + 108, 8)),
      gid: cut(pax?.gid ?? numberField(bytes, at + 116, 8)),
      mtime: cut(pax?.mtime ?? numberField(bytes, at + 136, 12)),
      size,
      target: target === undefined ? undefined : kind === 'hardlink' ? lenientPath(target) : bounded(target),
    },
    pax,
  );
}

function withAttributes(
  entry: TarEntry & { attributes?: true; capabilities?: true },
  pax: PaxRecords | undefined,
): TarEntry {
  if (pax === undefined) return entry;
  if (pax.attributes) entry.attributes = true;
  if (pax.capabilities) entry.capabilities = true;
  return entry;
}

function exact(value: number): number {
  if (value < 0) throw malformedTar('a number is negative');
  if (value > Number.MAX_SAFE_INTEGER) throw malformedTar('a number is too large');
  return value;
}

function cut(value: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value));
}

const PREFIX = 345;

function headerName(bytes: Buffer, at: number, lenient: boolean): string {
  const short = textField(bytes, at, 100);
  if (bytes[at + PREFIX] === 0 || !isUstar(bytes, at)) return short;
  // In GNU's own format ("ustar  ") the field holds other things; another end of the magic word is no format's.
  const prefix =
    bytes[at + 262] === 0
      ? textField(bytes, at + PREFIX, lenient && isStar(bytes, at) ? 131 : 155)
      : lenient && isGnu(bytes, at)
        ? oldPrefix(bytes, at + PREFIX)
        : '';
  return prefix === '' ? short : `${prefix}/${short}`;
}

// Go's writer before 1.8 put a name where GNU's format has times: ASCII that is no time.
function oldPrefix(bytes: Buffer, at: number): string {
  if (isTime(bytes, at) && isTime(bytes, at + 12)) return '';
  const prefix = textField(bytes, at, 155);
  for (let i = 0; i < prefix.length; i++) if (prefix.charCodeAt(i) >= 0x80) return '';
  return prefix;
}

function isUstar(bytes: Buffer, at: number): boolean {
  return (
    bytes[at + 257] === 0x75 &&
    bytes[at + 258] === 0x73 &&
    bytes[at + 259] === 0x74 &&
    bytes[at + 260] === 0x61 &&
    bytes[at + 261] === 0x72
  );
}

/** star's header: its prefix is shorter, times follow it, and it says so at its end. */
function isStar(bytes: Buffer, at: number): boolean {
  return bytes[at + 508] === 0x74 && bytes[at + 509] === 0x61 && bytes[at + 510] === 0x72 && bytes[at + 511] === 0;
}

/** Whether a header is in GNU's own format. */
export function isGnu(bytes: Buffer, at: number): boolean {
  return isUstar(bytes, at) && bytes[at + 262] === 0x20 && bytes[at + 263] === 0x20 && bytes[at + 264] === 0;
}

// What Go's parseNumeric takes: a field that begins with a zero byte, octal, or base-256 of 63 bits at most.
function isTime(bytes: Buffer, at: number): boolean {
  const first = bytes[at] as number;
  if (first === 0) return true;
  if (first >= 0x80) return isNarrow(bytes, at);
  const stop = at + TIME;
  let i = at;
  while (i < stop && isBlank(bytes[i])) i++;
  while (i < stop && (bytes[i] as number) >= 0x30 && (bytes[i] as number) <= 0x37) i++;
  if (bytes[i] === 0) return true;
  while (i < stop && isBlank(bytes[i])) i++;
  return i === stop;
}

const TIME = 12;

function isBlank(byte: number | undefined): boolean {
  return byte === 0 || byte === 0x20;
}

// The first bit says that it is base-256, the next is the sign, as are all those that do not fit.
function isNarrow(bytes: Buffer, at: number): boolean {
  const flip = ((bytes[at] as number) & 0x40) === 0 ? 0 : 0xff;
  const of = (i: number) => (bytes[at + i] as number) ^ flip;
  return ((of(0) & 0x7f) | of(1) | of(2) | of(3) | (of(4) & 0x80)) === 0;
}
