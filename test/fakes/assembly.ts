// A managed assembly (PE32+) with nothing but a CLI header's place and a version resource.

function utf16(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le');
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** VS_VERSIONINFO's blocks: length, value's length, type, key, value, children. */
function block(key: string, type: 0 | 1, value: Buffer, ...children: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(6);
  const named = padded(Buffer.concat([head, utf16(key)]));
  const body = Buffer.concat([padded(Buffer.concat([named, value])), ...children.map(padded)]);
  const length = children.length === 0 ? named.length + value.length : body.length;
  body.writeUInt16LE(length, 0);
  body.writeUInt16LE(type === 1 ? value.length / 2 : value.length, 2);
  body.writeUInt16LE(type, 4);
  return body.subarray(0, length);
}

function resourceFolder(id: number, to: number, folder: boolean): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt16LE(1, 14);
  bytes.writeUInt32LE(id, 16);
  bytes.writeUInt32LE(folder ? (to | 0x80000000) >>> 0 : to, 20);
  return bytes;
}

const ADDRESS = 0x2000;
const OFFSET = 0x400;

/** @param strings of the version resource, such as `InternalName` and `ProductVersion` */
export function fakeAssembly(strings: Readonly<Record<string, string>>, managed = true): Buffer {
  const texts = Object.entries(strings).map(([key, value]) => block(key, 1, utf16(value)));
  const table = block('StringFileInfo', 1, Buffer.alloc(0), block('000004b0', 1, Buffer.alloc(0), ...texts));
  const info = block('VS_VERSION_INFO', 0, Buffer.alloc(52), table);
  const entry = Buffer.alloc(16);
  entry.writeUInt32LE(ADDRESS + 88, 0);
  entry.writeUInt32LE(info.length, 4);
  const folders = [resourceFolder(16, 24, true), resourceFolder(1, 48, true), resourceFolder(0, 72, false)];
  const resources = Buffer.concat([...folders, entry, info]);
  const header = Buffer.alloc(OFFSET);
  header.write('MZ', 0, 'latin1');
  header.writeUInt32LE(0x80, 60);
  header.write('PE\0\0', 0x80, 'latin1');
  header.writeUInt16LE(1, 0x80 + 6);
  header.writeUInt16LE(240, 0x80 + 20);
  header.writeUInt16LE(0x20b, 0x80 + 24);
  header.writeUInt32LE(ADDRESS, 0x80 + 24 + 112 + 2 * 8);
  if (managed) header.writeUInt32LE(0x3000, 0x80 + 24 + 112 + 14 * 8);
  const section = 0x80 + 24 + 240;
  header.write('.rsrc', section, 'latin1');
  header.writeUInt32LE(resources.length, section + 8);
  header.writeUInt32LE(ADDRESS, section + 12);
  header.writeUInt32LE(resources.length, section + 16);
  header.writeUInt32LE(OFFSET, section + 20);
  return Buffer.concat([header, resources]);
}
