// Tars of the sorts that no shared archive is of: sparse files, GNU's and star's headers, long names.
import { BLOCK, headerSum, type TarEntry } from '../../src/lib/tar.ts';
import { TAR_END, tarHeader, tarPadding } from '../../src/lib/tar-write.ts';

type Changes = readonly (readonly [at: number, bytes: string])[];

function part(content: string, entry: Partial<TarEntry> = {}, changes: Changes = []): Buffer {
  const plain = { path: 'a', kind: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, target: undefined } as const;
  const header = tarHeader({ ...plain, size: content.length, ...entry });
  for (const [at, bytes] of changes) header.write(bytes, at, 'latin1');
  header.write(`${headerSum(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, Buffer.from(content, 'latin1'), tarPadding(content.length)]);
}

function pax(records: Readonly<Record<string, string>>, flag = 'x'): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    return `${rest.length + (rest.length < 98 ? 2 : 3)}${rest}`;
  });
  return part(lines.join(''), {}, [[156, flag]]);
}

const octal = (value: number) => `${value.toString(8).padStart(11, '0')}\0`;
const data = 'x'.repeat(BLOCK) + 'y'.repeat(100);
const map = `2\n0\n${BLOCK}\n4096\n100\n`.padEnd(BLOCK, '\0');

/** Old GNU sparse: two parts in the header, and the last of them in a header that follows where `more`. */
function oldSparse(more: boolean): Buffer {
  const last = octal(4096) + octal(100);
  const parts = octal(0) + octal(BLOCK) + (more ? '' : last);
  const header = part('', { size: data.length }, [
    [156, 'S'],
    [257, 'ustar  \0'],
    [386, parts],
    [482, more ? '\x01' : '\0'],
    [483, octal(5000)],
  ]);
  const next = more ? [Buffer.from(last.padEnd(BLOCK, '\0'), 'latin1')] : [];
  return Buffer.concat([header, ...next, Buffer.from(data), tarPadding(data.length)]);
}

export const rareTars: readonly Buffer[] = [
  [oldSparse(false), part('after')],
  [oldSparse(true), part('after')],
  [
    pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'real', 'GNU.sparse.realsize': '5000' }),
    part(map + data),
  ],
  [
    pax({ 'GNU.sparse.size': '5000', 'GNU.sparse.numblocks': '2', 'GNU.sparse.map': `0,${BLOCK},4096,100` }),
    part(data),
  ],
  [
    part(`${'long/'.repeat(60)}name\0`, {}, [[156, 'L']]),
    part('x'),
    part('target\0', {}, [[156, 'K']]),
    part('', { kind: 'symlink', target: 'x' }),
  ],
  [
    part('', {}, [
      [345, 'star'],
      [508, 'tar\0'],
    ]),
    part('', {}, [
      [257, 'ustar  \0'],
      [345, 'folder'],
    ]),
    part('', {}, [[257, '\0'.repeat(8)]]),
  ],
  [
    pax({ path: 'p', mtime: '-1.5', 'SCHILY.xattr.security.capability': 'x' }),
    part('x'),
    pax({ path: 'q' }, 'g'),
    part('', { kind: 'hardlink', target: 'p' }),
  ],
].map((parts) => Buffer.concat([...parts, TAR_END]));
