// Writes tar archives whose bytes depend on nothing but the entries: ustar, with a pax header where ustar cannot say it.
import { BLOCK, headerSum, type TarEntry, typeFlags } from './tar.ts';

/** The end of an archive: two zero blocks. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** Zeroes that bring content of `size` bytes to a whole block. */
export function tarPadding(size: number): Buffer {
  return TAR_END.subarray(0, (BLOCK - (size % BLOCK)) % BLOCK);
}

/** The header of one entry, a pax header before it where needed; the content and {@link tarPadding} follow. */
export function tarHeader(entry: TarEntry): Buffer {
  const name = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const records: [string, string][] = [];
  if (name.length > 100 || needsPax(name)) records.push(['path', name]);
  const target = entry.target ?? '';
  if (target.length > 100 || needsPax(target)) records.push(['linkpath', target]);
  if (entry.size > 0o77777777777) records.push(['size', String(entry.size)]);
  if (entry.uid > 0o7777777) records.push(['uid', String(entry.uid)]);
  if (entry.gid > 0o7777777) records.push(['gid', String(entry.gid)]);
  const main = block(entry, name.slice(0, 100), target.slice(0, 100), typeFlags[entry.kind], entry.size);
  if (records.length === 0) return main;
  if (records.some(([, value]) => !isUtf8(value))) records.unshift(['hdrcharset', 'BINARY']);
  const body = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
  const pax = block(
    { ...entry, mode: 0o644 },
    `PaxHeaders/${entry.path.slice(entry.path.lastIndexOf('/') + 1)}`.slice(0, 100),
    '',
    'x',
    body.length,
  );
  return Buffer.concat([pax, body, tarPadding(body.length), main]);
}

// ustar is for ASCII; a name that is no UTF-8 either is read as bytes by every tar when it stands in the header.
function needsPax(name: string): boolean {
  return /[^\x20-\x7e]/.test(name) && isUtf8(name);
}

function isUtf8(bytes: string): boolean {
  const buffer = Buffer.from(bytes, 'latin1');
  return Buffer.from(buffer.toString('utf8'), 'utf8').equals(buffer);
}

// `LENGTH KEY=VALUE\n`, where LENGTH counts itself.
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.from(`${length}${rest}`, 'latin1');
}

function block(entry: TarEntry, name: string, target: string, flag: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number) =>
    header.write(value.toString(8).padStart(digits, '0').slice(-digits), at, 'latin1');
  header.write(name, 0, 'latin1');
  octal(entry.mode, 100, 7);
  octal(entry.uid > 0o7777777 ? 0 : entry.uid, 108, 7);
  octal(entry.gid > 0o7777777 ? 0 : entry.gid, 116, 7);
  octal(size > 0o77777777777 ? 0 : size, 124, 11);
  octal(entry.mtime, 136, 11);
  header.write(flag, 156, 'latin1');
  header.write(target, 157, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  octal(headerSum(header), 148, 6);
  header[154] = 0;
  header[155] = 0x20;
  return header;
}
