// ELF objects that the dynamic loader would take and that do nothing (System V ABI, chapters 4 and 5).

export interface FakeObject {
  readonly machine: 'amd64' | 'arm64';
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly runpath?: string;
  /** A path; makes it a program. */
  readonly interpreter?: string;
}

const MACHINES = { amd64: 62, arm64: 183 } as const;
const TAGS = { NULL: 0, NEEDED: 1, STRTAB: 5, STRSZ: 10, SONAME: 14, RUNPATH: 29 } as const;
const PT = { LOAD: 1, DYNAMIC: 2, INTERP: 3 } as const;
const HEADER = 64;
const PROGRAM_HEADER = 56;
/** Where the file is mapped: other than its offset, so that readers must translate addresses. */
const BASE = 0x40_0000;

/** A 64-bit little-endian shared object: header, program headers, dynamic section, strings. */
export function makeElf(object: FakeObject): Buffer {
  const strings = new Strings();
  const tags: [number, number][] = [
    ...(object.needed ?? []).map((name): [number, number] => [TAGS.NEEDED, strings.add(name)]),
    ...(object.soname === undefined ? [] : [[TAGS.SONAME, strings.add(object.soname)] as [number, number]]),
    ...(object.runpath === undefined ? [] : [[TAGS.RUNPATH, strings.add(object.runpath)] as [number, number]]),
  ];
  const interpreter = object.interpreter === undefined ? undefined : strings.add(object.interpreter);
  const segments = interpreter === undefined ? 2 : 3;
  const dynamicAt = HEADER + segments * PROGRAM_HEADER;
  const dynamicSize = (tags.length + 3) * 16;
  const stringsAt = dynamicAt + dynamicSize;
  const table = strings.bytes();
  tags.push([TAGS.STRTAB, BASE + stringsAt], [TAGS.STRSZ, table.length], [TAGS.NULL, 0]);
  const size = stringsAt + table.length;
  const parts = [
    header(MACHINES[object.machine], segments),
    segment(PT.LOAD, 0, size),
    segment(PT.DYNAMIC, dynamicAt, dynamicSize),
    ...(interpreter === undefined
      ? []
      : [segment(PT.INTERP, stringsAt + interpreter, (object.interpreter ?? '').length + 1)]),
    ...tags.map(([tag, value]) => words(tag, value)),
    table,
  ];
  return Buffer.concat(parts);
}

class Strings {
  #text = '\0';

  /** @returns the offset */
  add(text: string): number {
    const at = this.#text.length;
    this.#text += `${text}\0`;
    return at;
  }

  bytes(): Buffer {
    return Buffer.from(this.#text, 'latin1');
  }
}

function header(machine: number, segments: number): Buffer {
  const bytes = Buffer.alloc(HEADER);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(BigInt(HEADER), 32);
  bytes.writeUInt16LE(HEADER, 52);
  bytes.writeUInt16LE(PROGRAM_HEADER, 54);
  bytes.writeUInt16LE(segments, 56);
  return bytes;
}

function segment(type: number, offset: number, size: number): Buffer {
  const bytes = Buffer.alloc(PROGRAM_HEADER);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(4, 4);
  bytes.writeBigUInt64LE(BigInt(offset), 8);
  bytes.writeBigUInt64LE(BigInt(BASE + offset), 16);
  bytes.writeBigUInt64LE(BigInt(BASE + offset), 24);
  bytes.writeBigUInt64LE(BigInt(size), 32);
  bytes.writeBigUInt64LE(BigInt(size), 40);
  return bytes;
}

function words(tag: number, value: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(tag), 0);
  bytes.writeBigUInt64LE(BigInt(value), 8);
  return bytes;
}
