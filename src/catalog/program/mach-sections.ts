// Mach-O: mach-o/loader.h and mach-o/fat.h. Of a file for several architectures the first one is read.
import type { FileContent } from '../types.ts';
import { type Program, type Section, SECTIONS_LIMIT } from './types.ts';
import { Words } from './words.ts';

const FAT = 0xcafebabe;
/** Java classes start alike: there the number is the class file's version, 45 or more. */
const ARCHITECTURES = 44;
/** Load commands of one file, in bytes. */
const COMMANDS_LIMIT = 1 << 20;
const SEGMENT = 1;
const SEGMENT_64 = 0x19;
const WRITABLE = 2;

/** @throws RangeError for an offset outside the file */
export function readMachSections(content: FileContent): Program | undefined {
  const start = content.read(0, 8);
  if (start.length < 8) return undefined;
  if (start.readUInt32BE(0) !== FAT) return readAt(content, 0);
  const count = start.readUInt32BE(4);
  return count === 0 || count > ARCHITECTURES ? undefined : readAt(content, content.read(8, 20).readUInt32BE(8));
}

function readAt(content: FileContent, base: number): Program | undefined {
  const head = content.read(base, 32);
  const magic = head.readUInt32BE(0);
  const little = magic === 0xcefaedfe || magic === 0xcffaedfe;
  const wide = magic === 0xfeedfacf || magic === 0xcffaedfe;
  if (!little && magic !== 0xfeedface && magic !== 0xfeedfacf) return undefined;
  const header = new Words(head, little, wide);
  const size = header.u32(20);
  if (size > COMMANDS_LIMIT) return undefined;
  const commands = new Words(content.read(base + (wide ? 32 : 28), size), little, wide);
  const segments: Program['segments'][number][] = [];
  const sections: Section[] = [];
  for (let at = 0, i = header.u32(16); i > 0 && at + 8 <= size && segments.length < SECTIONS_LIMIT; i--) {
    const length = commands.u32(at + 4);
    if (length < 8) return undefined;
    const command = commands.u32(at);
    if (command === (wide ? SEGMENT_64 : SEGMENT)) {
      segments.push(segmentAt(commands, at, base));
      sections.push(...sectionsAt(commands, at, base, SECTIONS_LIMIT - sections.length));
    }
    at += length;
  }
  return {
    kind: 'mach',
    linked: header.u32(12) !== 1,
    bits: wide ? 64 : 32,
    littleEndian: little,
    sections,
    segments,
  };
}

function segmentAt(commands: Words, at: number, base: number): Program['segments'][number] {
  const step = commands.wide ? 8 : 4;
  return {
    address: commands.word(at + 24),
    offset: base + commands.word(at + 24 + 2 * step),
    size: commands.word(at + 24 + 3 * step),
    writable: (commands.u32(at + 24 + 4 * step + 4) & WRITABLE) !== 0,
  };
}

function sectionsAt(commands: Words, at: number, base: number, most: number): Section[] {
  const { wide } = commands;
  const count = Math.min(commands.u32(at + (wide ? 64 : 48)), most);
  return Array.from({ length: count }, (_, i) => {
    const section = at + (wide ? 72 + i * 80 : 56 + i * 68);
    return {
      name: commands.name(section, 16),
      address: commands.word(section + 32),
      offset: base + commands.u32(section + (wide ? 48 : 40)),
      size: commands.word(section + (wide ? 40 : 36)),
    };
  });
}
