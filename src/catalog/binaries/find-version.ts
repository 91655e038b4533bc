// Finds a version's string in a program, without holding the program.
import { programOf } from '../program/program.ts';
import type { Range } from '../program/types.ts';
import type { FileContent } from '../types.ts';
import type { NamedFile } from './file-names.ts';
import type { Mark } from './mark.ts';

/** How much is read at once, and how much of that again with the next part. */
const CHUNK = 1 << 20;
const OVERLAP = 256;
const BEFORE = 64;
const AFTER = 192;
/** Most of a file that is searched for one mark, in bytes. */
const SEARCH_LIMIT = 512 << 20;
/** Most places where a mark's literal stands that are looked at in one file. */
const PLACES = 20_000;

export interface FoundProgram {
  readonly name: string;
  readonly version: string;
}

/** The first of the programs that one of its marks tells; its constants are searched before the rest of the file. */
export function findVersion(content: FileContent, { programs, minor }: NamedFile): FoundProgram | undefined {
  const ranges = rangesOf(content);
  const budget = { places: PLACES };
  for (const { name, marks } of programs) {
    for (const mark of marks.map((one) => withMinor(one, minor)).filter((one) => one !== undefined)) {
      for (const range of ranges) {
        const version = search(content, range, mark, budget);
        if (version !== undefined) return { name, version };
      }
    }
  }
  return undefined;
}

const CONSTANTS: ReadonlySet<string> = new Set(['.rodata', '__cstring', '__const', '.rdata']);

/** Constants; then what is before and after them. */
function rangesOf(content: FileContent): Range[] {
  const sections = programOf(content)?.sections ?? [];
  const constants = sections.filter(({ name, size }) => CONSTANTS.has(name) && size > 0);
  const whole = { address: 0, offset: 0, size: content.size };
  const [only] = constants;
  if (only === undefined || constants.length > 1) return [...constants, whole];
  const end = only.offset + only.size;
  return [
    only,
    { address: 0, offset: end - Math.min(OVERLAP, only.size), size: Math.max(0, content.size - end + OVERLAP) },
    { address: 0, offset: 0, size: Math.min(only.offset + OVERLAP, content.size) },
  ];
}

function withMinor({ literal, pattern }: Mark, minor: string): Mark | undefined {
  if (!literal.includes('MINOR')) return { literal, pattern };
  if (!minor.includes('.')) return undefined;
  return {
    literal: literal.replace('MINOR', minor),
    pattern: new RegExp(pattern.source.replace('MINOR', minor.replaceAll('.', String.raw`\.`))),
  };
}

function search(
  content: FileContent,
  { offset, size }: Range,
  { literal, pattern }: Mark,
  budget: { places: number },
): string | undefined {
  const bytes = Buffer.from(literal, 'latin1');
  const end = Math.min(offset + Math.min(size, SEARCH_LIMIT), content.size);
  for (let at = offset; at < end; at += CHUNK - OVERLAP) {
    const chunk = content.read(at, Math.min(CHUNK, end - at));
    for (let i = chunk.indexOf(bytes); i >= 0; i = chunk.indexOf(bytes, i + 1)) {
      if (budget.places-- <= 0) return undefined;
      const found = pattern.exec(chunk.toString('latin1', Math.max(0, i - BEFORE), i + AFTER))?.[1];
      if (found !== undefined) return found;
    }
    if (at + chunk.length >= end) break;
  }
  return undefined;
}
