// ELF: System V ABI, chapters 4 and 5.
import type { FileContent } from '../types.ts';
import { type Program, SECTIONS_LIMIT } from './types.ts';
import { Words } from './words.ts';

const NO_BITS = 8;
const LOAD = 1;
const WRITABLE = 2;
const NAMES_LIMIT = 1 << 20;

/** @throws RangeError for an offset outside the file */
export function readElfSections(content: FileContent): Program | undefined {
  const head = content.read(0, 64);
  const wide = head[4] === 2;
  const header = new Words(head, head[5] !== 2, wide);
  const type = header.u16(16);
  return {
    kind: 'elf',
    linked: type === 2 || type === 3,
    bits: wide ? 64 : 32,
    littleEndian: header.little,
    sections: sectionsOf(content, header),
    segments: segmentsOf(content, header),
  };
}

function sectionsOf(content: FileContent, header: Words): Program['sections'] {
  const { wide } = header;
  const table = header.word(wide ? 40 : 32);
  const [step, count, namesIndex] = [58, 60, 62].map((at) => header.u16(wide ? at : at - 12)) as [
    number,
    number,
    number,
  ];
  if (table === 0 || count === 0 || count > SECTIONS_LIMIT || step < (wide ? 64 : 40)) return [];
  const all = new Words(content.read(table, count * step), header.little, wide);
  const field = (i: number, narrowAt: number, wideAt: number) => all.word(i * step + (wide ? wideAt : narrowAt));
  const names =
    namesIndex < count
      ? content.read(field(namesIndex, 16, 24), Math.min(field(namesIndex, 20, 32), NAMES_LIMIT))
      : Buffer.alloc(0);
  return Array.from({ length: count }, (_, i) => ({
    name: nameAt(names, all.u32(i * step)),
    address: field(i, 12, 16),
    offset: field(i, 16, 24),
    size: all.u32(i * step + 4) === NO_BITS ? 0 : field(i, 20, 32),
  }));
}

function segmentsOf(content: FileContent, header: Words): Program['segments'] {
  const { wide } = header;
  const table = header.word(wide ? 32 : 28);
  const step = header.u16(wide ? 54 : 42);
  const count = header.u16(wide ? 56 : 44);
  if (table === 0 || count > SECTIONS_LIMIT || step < (wide ? 56 : 32)) return [];
  const all = new Words(content.read(table, count * step), header.little, wide);
  const segments = [];
  for (let at = 0; at < count * step; at += step) {
    if (all.u32(at) !== LOAD) continue;
    segments.push({
      address: all.word(at + (wide ? 16 : 8)),
      offset: all.word(at + (wide ? 8 : 4)),
      size: all.word(at + (wide ? 32 : 16)),
      writable: (all.u32(at + (wide ? 4 : 24)) & WRITABLE) !== 0,
    });
  }
  return segments;
}

/** Longest name that is read, in bytes. */
const NAME = 100;

function nameAt(names: Buffer, at: number): string {
  if (at >= names.length) return '';
  const end = names.indexOf(0, at);
  return names.toString('latin1', at, Math.min(end < 0 ? names.length : end, at + NAME));
}
