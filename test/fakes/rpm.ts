// RPM headers, and the three kinds of databases that hold them, as rpm writes them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { tags } from '../../src/rpm/tags.ts';

/** A string is of type STRING, a list of strings STRING_ARRAY, a list of numbers INT32. */
export type TagValue = string | readonly string[] | readonly number[];

/** A header with an immutable region around its entries. @param values by tag number */
export function rpmHeader(values: ReadonlyMap<number, TagValue>): Buffer {
  const entries: number[][] = [];
  const parts: Buffer[] = [];
  let offset = 0;
  const put = (bytes: Buffer) => {
    parts.push(bytes);
    offset += bytes.length;
  };
  for (const [tag, value] of [...values].sort(([a], [b]) => a - b)) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'number') put(Buffer.alloc((4 - (offset % 4)) % 4));
    const list = typeof value === 'string' ? [value] : value;
    entries.push([tag, typeof value === 'string' ? 6 : typeof first === 'number' ? 4 : 8, offset, list.length]);
    for (const one of list) put(typeof one === 'number' ? be32(one) : Buffer.from(`${one}\0`));
  }
  const region = [63, 7, offset, 16];
  put(Buffer.concat([63, 7, -16 * (entries.length + 1), 16].map(be32)));
  const index = [region, ...entries].flat().map(be32);
  return Buffer.concat([be32(entries.length + 1), be32(offset), ...index, ...parts]);
}

export interface RpmFields {
  readonly name: string;
  readonly version?: string;
  readonly release?: string;
  readonly requires?: readonly (readonly [name: string, flags: number, version: string])[];
  readonly provides?: readonly (readonly [name: string, flags: number, version: string])[];
  /** Absolute paths. */
  readonly files?: readonly string[];
  readonly more?: Partial<Record<keyof typeof tags, TagValue>>;
}

/** A header of a package; version 1, release 1 and x86_64 unless said. */
export function rpmPackage({
  name,
  version = '1',
  release = '1',
  requires = [],
  provides = [],
  files = [],
  more = {},
}: RpmFields): Buffer {
  const folders = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('/') + 1)))];
  const column = (rows: readonly (readonly [string, number, string])[], i: 0 | 2) => rows.map((row) => row[i]);
  const values: [number, TagValue][] = [
    [tags.name, name],
    [tags.version, version],
    [tags.release, release],
    [tags.architecture, 'x86_64'],
    [tags.requireName, column(requires, 0)],
    [tags.requireFlags, requires.map((row) => row[1])],
    [tags.requireVersion, column(requires, 2)],
    [tags.provideName, column(provides, 0)],
    [tags.provideFlags, provides.map((row) => row[1])],
    [tags.provideVersion, column(provides, 2)],
    [tags.baseNames, files.map((file) => file.slice(file.lastIndexOf('/') + 1))],
    [tags.directoryNames, folders],
    [tags.directoryIndexes, files.map((file) => folders.indexOf(file.slice(0, file.lastIndexOf('/') + 1)))],
    ...Object.entries(more).map(([tag, value]): [number, TagValue] => [tags[tag as keyof typeof tags], value]),
  ];
  return rpmHeader(new Map(values.filter(([, value]) => value.length > 0)));
}

/** What SQLite itself writes. */
export function sqliteFile(fill: (database: DatabaseSync) => void): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'temper-sqlite-'));
  try {
    const path = join(folder, 'file');
    const database = new DatabaseSync(path);
    database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY');
    fill(database);
    database.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function sqliteRpmDatabase(headers: readonly Buffer[]): Buffer {
  return sqliteFile((database) => {
    database.exec("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)");
    const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
    for (const header of headers) insert.run(header);
  });
}

export function ndbRpmDatabase(headers: readonly Buffer[]): Buffer {
  const slots = Buffer.alloc(4096);
  for (let at = 32; at < slots.length; at += 16) slots.write('Slot', at);
  slots.write('RpmP');
  slots.writeUInt32LE(1, 12);
  const blobs: Buffer[] = [];
  let block = 4096 / 16;
  for (const [i, header] of headers.entries()) {
    const size = Math.ceil((16 + header.length + 12) / 16) * 16;
    const blob = Buffer.alloc(size);
    blob.write('BlbS');
    blob.writeUInt32LE(i + 1, 4);
    blob.writeUInt32LE(header.length, 12);
    header.copy(blob, 16);
    blob.write('BlbE', size - 4);
    slots.writeUInt32LE(i + 1, 32 + 16 * i + 4);
    slots.writeUInt32LE(block, 32 + 16 * i + 8);
    slots.writeUInt32LE(size / 16, 32 + 16 * i + 12);
    blobs.push(blob);
    block += size / 16;
  }
  return Buffer.concat([slots, ...blobs]);
}

/** One page of pairs: the counter of numbers, then headers; short ones inside it, longer ones on pages of their own. */
export function hashRpmDatabase(headers: readonly Buffer[], little = true, pageSize = 4096): Buffer {
  const w32 = (page: Buffer, value: number, at: number) =>
    little ? page.writeUInt32LE(value, at) : page.writeUInt32BE(value, at);
  const w16 = (page: Buffer, value: number, at: number) =>
    little ? page.writeUInt16LE(value, at) : page.writeUInt16BE(value, at);
  const number = (value: number) => {
    const bytes = Buffer.alloc(5, 1);
    w32(bytes, value, 1);
    return bytes;
  };
  const hash = Buffer.alloc(pageSize);
  hash[25] = 13;
  const pages = [Buffer.alloc(pageSize), hash];
  const items: Buffer[] = [number(0), number(headers.length + 1)];
  for (const [i, header] of headers.entries()) {
    items.push(number(i + 1));
    if (header.length <= pageSize / 16) {
      items.push(Buffer.concat([Buffer.from([1]), header]));
      continue;
    }
    const item = Buffer.alloc(12);
    item[0] = 3;
    w32(item, pages.length, 4);
    w32(item, header.length, 8);
    items.push(item);
    for (let at = 0; at < header.length; at += pageSize - 26) {
      const page = Buffer.alloc(pageSize);
      const part = header.subarray(at, at + pageSize - 26);
      page[25] = 7;
      w32(page, at + part.length < header.length ? pages.length + 1 : 0, 16);
      w16(page, part.length, 22);
      part.copy(page, 26);
      pages.push(page);
    }
  }
  let end = pageSize;
  w16(hash, items.length, 20);
  for (const [i, item] of items.entries()) {
    end -= item.length;
    item.copy(hash, end);
    w16(hash, end, 26 + 2 * i);
  }
  const meta = pages[0] as Buffer;
  w32(meta, 0x061561, 12);
  w32(meta, pageSize, 20);
  meta[25] = 8;
  w32(meta, pages.length - 1, 32);
  return Buffer.concat(pages);
}

function be32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
