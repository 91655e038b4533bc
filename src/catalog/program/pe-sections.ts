// Portable Executable: Microsoft's "PE Format".
import type { FileContent } from '../types.ts';
import type { Program } from './types.ts';
import { Words } from './words.ts';

/** The header may stand anywhere behind the DOS program; no linker puts it further. */
const HEADER_LIMIT = 1 << 20;
/** Sections that the format allows for images. */
const SECTIONS = 96;
const WRITABLE = 0x80000000;

/** @throws RangeError for an offset outside the file */
export function readPeSections(content: FileContent): Program | undefined {
  const dos = content.read(0, 64);
  if (dos.length < 64) return undefined;
  const at = dos.readUInt32LE(60);
  if (at > HEADER_LIMIT) return undefined;
  const header = new Words(content.read(at, 24 + 112), true, false);
  if (header.u32(0) !== 0x00004550) return undefined; // PE\0\0
  const count = header.u16(6);
  const optional = header.u16(20);
  if (count > SECTIONS || optional < 96) return undefined;
  const wide = header.u16(24) === 0x20b;
  const base = wide ? new Words(header.bytes, true, true).u64(48) : header.u32(52);
  const table = new Words(content.read(at + 24 + optional, count * 40), true, false);
  const sections = Array.from({ length: count }, (_, i) => ({
    name: table.name(i * 40, 8),
    address: base + table.u32(i * 40 + 12),
    offset: table.u32(i * 40 + 20),
    size: table.u32(i * 40 + 16),
    writable: table.u32(i * 40 + 36) >= WRITABLE,
  }));
  return { kind: 'pe', linked: true, bits: wide ? 64 : 32, littleEndian: true, sections, segments: sections };
}
