// Go's build information inside a program: debug/buildinfo of Go's standard library, its package comment and format notes.
import type { FileContent } from '../types.ts';
import { programOf, readAddress } from '../program/program.ts';
import type { Program, Range } from '../program/types.ts';

/** Longest version of the toolchain and longest list of modules, in bytes. */
const VERSION_LIMIT = 1 << 10;
const MODULES_LIMIT = 16 << 20;
/** How far into the data of a program without a section of its own it is searched for. */
const SEARCH_LIMIT = 16 << 20;
const CHUNK = 1 << 20;

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const ALIGN = 16;
const HEADER = 32;

export interface BuildInfoText {
  /** `go1.26.8`, as it stands. */
  readonly go: string;
  /** Lines of `path`, `mod`, `dep`, `=>` and `build`; empty of programs built without modules. */
  readonly modules: string;
}

/** `undefined` for what Go did not link. */
export function buildInfoText(content: FileContent): BuildInfoText | undefined {
  const program = programOf(content);
  if (program === undefined) return undefined;
  for (const range of candidates(program)) {
    const at = headerIn(content, range);
    if (at === undefined) continue;
    const found = textsAt(content, program, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where it may be: its own section; without sections, and in PE files, the program's data. */
function candidates({ kind, sections, segments }: Program): readonly Range[] {
  const own = sections.filter(({ name }) => name === '.go.buildinfo' || name === '__go_buildinfo');
  if (own.length > 0 || (kind !== 'pe' && sections.length > 0)) return own;
  return segments.filter(({ writable }) => writable);
}

function headerIn(content: FileContent, { offset, size }: Range): number | undefined {
  const end = offset + Math.min(size, SEARCH_LIMIT);
  for (let at = offset; at < end; at += CHUNK) {
    // One header more, so that none lies between two chunks.
    const chunk = content.read(at, Math.min(CHUNK + HEADER, end - at));
    for (let i = chunk.indexOf(MAGIC); i >= 0; i = chunk.indexOf(MAGIC, i + 1)) {
      if (i % ALIGN === 0) return at + i;
    }
  }
  return undefined;
}

function textsAt(content: FileContent, program: Program, at: number): BuildInfoText | undefined {
  const header = content.read(at, HEADER);
  if (header.length < HEADER) return undefined;
  const [wordSize = 0, flags = 0] = header.subarray(14, 16);
  const [go, modules] =
    (flags & 2) === 0 ? pointed(content, program, header, wordSize, flags) : inline(content, at + HEADER);
  if (!/^(?:go\d|devel)/.test(go.toString('latin1'))) return undefined;
  return { go: go.toString('utf8'), modules: framed(modules) };
}

/** Go 1.18 and later: two strings with their lengths follow. */
function inline(content: FileContent, at: number): readonly [Buffer, Buffer] {
  const go = stringAt(content, at, VERSION_LIMIT);
  return [go.text, stringAt(content, go.end, MODULES_LIMIT).text];
}

function stringAt(content: FileContent, at: number, limit: number): { readonly text: Buffer; readonly end: number } {
  const start = content.read(at, 10);
  let length = 0;
  for (const [i, byte] of start.entries()) {
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte >= 0x80) continue;
    const text = length > limit ? Buffer.alloc(0) : content.read(at + i + 1, length);
    return { text, end: at + i + 1 + length };
  }
  return { text: Buffer.alloc(0), end: at };
}

/** Before Go 1.18: two pointers to Go's strings, which are a pointer and a length. */
function pointed(
  content: FileContent,
  program: Program,
  header: Buffer,
  wordSize: number,
  flags: number,
): readonly [Buffer, Buffer] {
  const none = [Buffer.alloc(0), Buffer.alloc(0)] as const;
  if (wordSize !== 4 && wordSize !== 8) return none;
  const word = (bytes: Buffer, at: number): number => {
    if (bytes.length < at + wordSize) return 0;
    if (wordSize === 4) return (flags & 1) === 0 ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    return Number((flags & 1) === 0 ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  };
  const text = (pointer: number, limit: number): Buffer => {
    const string = readAddress(content, program, pointer, 2 * wordSize);
    const length = word(string, wordSize);
    return length > limit ? Buffer.alloc(0) : readAddress(content, program, word(string, 0), length);
  };
  return [text(word(header, 16), VERSION_LIMIT), text(word(header, 16 + wordSize), MODULES_LIMIT)];
}

/** The list stands between two marks of 16 bytes. */
function framed(modules: Buffer): string {
  return modules.length >= 33 && modules[modules.length - 17] === 0x0a
    ? modules.toString('utf8', 16, modules.length - 16)
    : '';
}
