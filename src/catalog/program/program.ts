// The sections of programs and libraries: what lies where in the file and in memory.
import type { FileContent } from '../types.ts';
import { readElfSections } from './elf-sections.ts';
import { readMachSections } from './mach-sections.ts';
import { readPeSections } from './pe-sections.ts';
import type { Program } from './types.ts';

const known = new WeakMap<FileContent, { readonly program: Program | undefined }>();

/**
 * A program by its headers alone, in a few reads; the same content is looked at once.
 * @returns `undefined` for what is none, or has damaged headers
 */
export function programOf(content: FileContent): Program | undefined {
  let found = known.get(content);
  if (found === undefined) {
    found = { program: read(content) };
    known.set(content, found);
  }
  return found.program;
}

function read(content: FileContent): Program | undefined {
  try {
    const start = content.read(0, 4);
    if (start.length < 4) return undefined;
    if (start.readUInt32BE(0) === 0x7f454c46) return readElfSections(content);
    if (start.readUInt16BE(0) === 0x4d5a) return readPeSections(content);
    return readMachSections(content);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // an offset outside the file
    throw error;
  }
}

/** What lies at an address in memory, at most `length` bytes; empty where nothing of the file does. */
export function readAddress(content: FileContent, { segments }: Program, address: number, length: number): Buffer {
  const home = segments.find((one) => address >= one.address && address < one.address + one.size);
  if (home === undefined) return Buffer.alloc(0);
  const into = address - home.address;
  return content.read(home.offset + into, Math.min(length, home.size - into));
}
