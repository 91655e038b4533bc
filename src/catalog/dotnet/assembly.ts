// What a managed assembly says of itself in its version resource
// (Microsoft's PE format; VS_VERSIONINFO and StringFileInfo of the Win32 API; ECMA-335, II.25).
import type { FileContent } from '../types.ts';

export interface Assembly {
  /** The assembly's name, without `.dll`. */
  readonly name: string;
  readonly version: string;
  readonly company?: string | undefined;
}

/** Largest resource section, most sections and entries of a resource folder that are read. */
const RESOURCES = 16 << 20;
const SECTIONS = 96;
const ENTRIES = 4096;
const VERSION_TYPE = 16;
/** Data directories: the resources, the CLI header that only managed code has. */
const RESOURCE_DIRECTORY = 2;
const CLI_DIRECTORY = 14;

/** `undefined` for all other files, and for assemblies without a name or version. */
export function readAssembly(content: FileContent): Assembly | undefined {
  const start = content.read(0, 4096);
  const header = start.length >= 64 && start.toString('latin1', 0, 2) === 'MZ' ? start.readUInt32LE(60) : 0;
  if (header === 0 || header > 1 << 20) return undefined;
  const pe = content.read(header, 24 + 240 + SECTIONS * 40);
  if (pe.length < 24 + 240 || pe.toString('latin1', 0, 4) !== 'PE\0\0') return undefined;
  const directories = 24 + (pe.readUInt16LE(24) === 0x20b ? 112 : 96);
  if (pe.readUInt32LE(directories + CLI_DIRECTORY * 8) === 0) return undefined;
  const resources = sectionOf(content, pe, pe.readUInt32LE(directories + RESOURCE_DIRECTORY * 8));
  if (resources === undefined) return undefined;
  return ofStrings(stringsOf(resources));
}

interface Resources {
  readonly bytes: Buffer;
  /** Where the bytes' start is when the file is loaded. */
  readonly address: number;
}

function sectionOf(content: FileContent, pe: Buffer, address: number): Resources | undefined {
  const first = 24 + pe.readUInt16LE(20);
  for (let i = 0; i < Math.min(pe.readUInt16LE(6), SECTIONS); i++) {
    const at = first + i * 40;
    if (at + 40 > pe.length) return undefined;
    const [start, size, offset] = [pe.readUInt32LE(at + 12), pe.readUInt32LE(at + 16), pe.readUInt32LE(at + 20)];
    if (address === 0 || address < start || address >= start + size) continue;
    return { bytes: content.read(offset + address - start, Math.min(size - (address - start), RESOURCES)), address };
  }
  return undefined;
}

/** The strings of the first version resource: type, name and language are folders in each other. */
function stringsOf({ bytes, address }: Resources): ReadonlyMap<string, string> {
  const names = child(bytes, 0, VERSION_TYPE);
  const languages = names === undefined ? undefined : child(bytes, names, undefined);
  const leaf = languages === undefined ? undefined : child(bytes, languages, undefined);
  if (leaf === undefined || leaf + 8 > bytes.length) return new Map();
  const start = bytes.readUInt32LE(leaf) - address;
  return start < 0 ? new Map() : readVersionInfo(bytes.subarray(start, start + bytes.readUInt32LE(leaf + 4)));
}

/** Where the entry with an id, or the first one, of a resource folder leads. */
function child(bytes: Buffer, folder: number, id: number | undefined): number | undefined {
  if (folder + 16 > bytes.length) return undefined;
  const count = Math.min(bytes.readUInt16LE(folder + 12) + bytes.readUInt16LE(folder + 14), ENTRIES);
  for (let i = 0; i < count; i++) {
    const at = folder + 16 + i * 8;
    if (at + 8 > bytes.length) return undefined;
    if (id === undefined || bytes.readUInt32LE(at) === id) return bytes.readUInt32LE(at + 4) & 0x7fffffff;
  }
  return undefined;
}

/** Blocks in each other, each with its length, its value's length, its type and its key; only texts are kept. */
function readVersionInfo(info: Buffer): ReadonlyMap<string, string> {
  const strings = new Map<string, string>();
  const ends = [info.length];
  for (let at = 0; at + 6 <= info.length && ends.length < 10; ) {
    while (at >= (ends.at(-1) ?? 0) && ends.length > 1) ends.pop();
    const [length, valueLength, type] = [info.readUInt16LE(at), info.readUInt16LE(at + 2), info.readUInt16LE(at + 4)];
    const key = textAt(info, at + 6, info.length);
    const value = aligned(at + 6 + key.length * 2 + 2);
    if (length < 6) return strings;
    const holds =
      type === 1 &&
      valueLength === 0 &&
      (key === 'StringFileInfo' || key === 'VarFileInfo' || /^[0-9A-Fa-f]{8}$/.test(key));
    if (key === 'VS_VERSION_INFO') at = aligned(value + valueLength);
    else if (holds) {
      ends.push(at + length);
      at = value;
    } else {
      if (type === 1) strings.set(key, textAt(info, value, at + length).trim());
      at = aligned(at + length);
    }
  }
  return strings;
}

function aligned(at: number): number {
  return (at + 3) & ~3;
}

function textAt(info: Buffer, start: number, end: number): string {
  let stop = start;
  while (stop + 2 <= Math.min(end, info.length) && info.readUInt16LE(stop) !== 0) stop += 2;
  return info.toString('utf16le', start, stop);
}

function ofStrings(strings: ReadonlyMap<string, string>): Assembly | undefined {
  const name = (strings.get('InternalName') || strings.get('OriginalFilename') || '').replace(/\.(?:dll|exe)$/i, '');
  const version = versionOf(strings);
  if (version === undefined || !/^[A-Za-z0-9_.-]{1,200}$/.test(name)) return undefined;
  return { name, version, company: strings.get('CompanyName') || undefined };
}

/** The product's version is the package's, with what it was built from after a `+`; the file's has the build in it. */
function versionOf(strings: ReadonlyMap<string, string>): string | undefined {
  for (const name of ['ProductVersion', 'FileVersion']) {
    const match = /^[0-9]{1,9}(?:\.[0-9]{1,9}){1,3}(?:-[0-9A-Za-z.-]{1,100})?(?=$|\+|\s)/.exec(strings.get(name) ?? '');
    if (match !== null) return match[0];
  }
  return undefined;
}
