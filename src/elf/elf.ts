// Reads what the dynamic loader reads of an ELF file: System V ABI, chapters 4 and 5.

export interface ElfFile {
  /** `e_machine` with the class: objects of another machine cannot be loaded together. */
  readonly machine: string;
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  /** DT_RUNPATH, else DT_RPATH, split at `:`; may hold `$ORIGIN`. */
  readonly runpath: readonly string[];
  readonly interpreter: string | undefined;
}

/** Most DT_NEEDED entries that are read. */
const NEEDED_LIMIT = 4096;

export function isElf(bytes: Uint8Array): boolean {
  return bytes.length >= 52 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/**
 * @param bytes the whole file
 * @returns `undefined` for what is no executable or shared object (relocatable and core files), or is damaged so
 * that no loader would take it.
 */
export function readElf(bytes: Buffer): ElfFile | undefined {
  if (!isElf(bytes)) return undefined;
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // an offset outside the file
    throw error;
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

function parse(bytes: Buffer): ElfFile | undefined {
  const wide = bytes[4] === 2;
  const little = bytes[5] === 1;
  const u16 = (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const word = (at: number) =>
    wide ? Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)) : u32(at);
  const type = u16(16);
  if (type !== 2 && type !== 3) return undefined;

  const segments: Segment[] = [];
  const table = word(wide ? 32 : 28);
  const entrySize = u16(wide ? 54 : 42);
  const count = u16(wide ? 56 : 44);
  for (let i = 0; i < count; i++) {
    const at = table + i * entrySize;
    segments.push(
      wide
        ? { type: u32(at), offset: word(at + 8), address: word(at + 16), size: word(at + 32) }
        : { type: u32(at), offset: u32(at + 4), address: u32(at + 8), size: u32(at + 16) },
    );
  }

  const cString = (at: number): string => {
    if (at < 0 || at >= bytes.length) throw new RangeError('outside the file');
    const end = bytes.indexOf(0, at);
    return bytes.toString('latin1', at, end < 0 ? bytes.length : end);
  };
  const interpreterSegment = segments.find((s) => s.type === 3);
  const dynamic = segments.find((s) => s.type === 2);
  const tags: [number, number][] = [];
  if (dynamic !== undefined) {
    const step = wide ? 16 : 8;
    for (let at = dynamic.offset; at + step <= Math.min(dynamic.offset + dynamic.size, bytes.length); at += step) {
      const tag = word(at);
      if (tag === 0 || tags.length > 2 * NEEDED_LIMIT) break;
      tags.push([tag, word(at + step / 2)]);
    }
  }
  const value = (tag: number) => tags.find(([t]) => t === tag)?.[1];
  const stringsAddress = value(5) ?? 0;
  const home = segments.find((s) => s.type === 1 && stringsAddress >= s.address && stringsAddress < s.address + s.size);
  const strings = stringsAddress - (home?.address ?? 0) + (home?.offset ?? 0);
  const text = (tag: number) => {
    const offset = value(tag);
    return offset === undefined ? undefined : cString(strings + offset);
  };
  const path = text(29) ?? text(15);
  return {
    machine: `${u16(18)}/${wide ? 64 : 32}`,
    needed: tags.filter(([tag]) => tag === 1).map(([, offset]) => cString(strings + offset)),
    soname: text(14),
    runpath: path === undefined ? [] : path.split(':').filter((part) => part !== ''),
    interpreter: interpreterSegment === undefined ? undefined : cString(interpreterSegment.offset),
  };
}
