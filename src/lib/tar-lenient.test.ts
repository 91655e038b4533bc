// The lenient reading: what runtimes take, taken as they take it.
import { cpuTime } from '../../test/fakes/cpu-time.ts';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, truncateSync, writeSync, readFileSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, Digester } from './digest.ts';
import { limits } from './limits.ts';
import { headerSum, type TarEntry } from './tar.ts';
import { TarReader } from './tar-read.ts';
import { TAR_END, tarHeader, tarPadding } from './tar-write.ts';

interface Seen {
  readonly entry: TarEntry;
  readonly size: number;
  readonly digest: string;
}

function seen(archive: Buffer, { cut = archive.length, maxEntries = 1000 } = {}): Seen[] {
  const out: Seen[] = [];
  const reader = new TarReader(
    {
      entry(entry) {
        const content = new Digester();
        return {
          write: (chunk) => void content.update(chunk),
          end: () => void out.push({ entry, size: content.size, digest: content.digest() }),
        };
      },
    },
    maxEntries,
    { lenient: true },
  );
  for (let at = 0; at < archive.length; at += cut) reader.push(archive.subarray(at, at + cut));
  reader.end();
  return out;
}

type Bytes = readonly (readonly [at: number, bytes: string])[];

/** A header, changed at places, its checksum right again. */
function header(entry: Partial<TarEntry>, changes: Bytes = []): Buffer {
  const block = tarHeader({
    path: 'a',
    kind: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 0,
    size: 0,
    target: undefined,
    ...entry,
  });
  for (const [at, bytes] of changes) block.write(bytes, at, 'latin1');
  block.write(`${headerSum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function file(content: string, entry: Partial<TarEntry> = {}, changes: Bytes = []): Buffer {
  return Buffer.concat([
    header({ size: content.length, ...entry }, changes),
    Buffer.from(content, 'latin1'),
    tarPadding(content.length),
  ]);
}

function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = [1, 2, 3, 4, 5, 6].map((n) => n + rest.length).find((n) => n === String(n).length + rest.length);
  return `${length}${rest}`;
}

function pax(records: readonly (readonly [string, string])[], flag = 'x'): Buffer {
  return file(records.map(([key, value]) => record(key, value)).join(''), {}, [[156, flag]]);
}

const paths = (...parts: Buffer[]) => seen(Buffer.concat(parts)).map(({ entry }) => entry.path);

test.each([
  ['/etc/passwd', 'etc/passwd'],
  ['../../etc/passwd', 'etc/passwd'],
  ['a/../../b', 'b'],
  ['./a//b/./c', 'a/b/c'],
  ['a/..', ''],
  ['./', ''],
  ['..', ''],
  ['...', '...'],
  ['a/..b', 'a/..b'],
  ['.wh.x', '.wh.x'],
])('takes the path %s as %j, inside the root', (name, path) => {
  expect(paths(header({}, [[0, `${name}\0`]]))).toEqual([path]);
});

test('keeps the target of a hard link inside the root, whether it is there or not', () => {
  const [one] = seen(header({ kind: 'hardlink', target: '../../x' }));
  expect(one?.entry).toMatchObject({ kind: 'hardlink', target: 'x' });
});

test('obeys the last pax header, and an empty record not at all', () => {
  expect(paths(pax([['path', 'one']]), pax([['uid', '7']]), header({}))).toEqual(['a']);
  expect(
    paths(
      pax([
        ['path', 'x'],
        ['path', ''],
      ]),
      header({}),
    ),
  ).toEqual(['a']);
  expect(seen(Buffer.concat([pax([['mtime', '-1.5']]), header({})]))[0]?.entry.mtime).toBe(-2);
});

test('passes over global records, and forgets what stood before them', () => {
  expect(paths(pax([['path', 'one']], 'g'), header({}), header({}))).toEqual(['a', 'a']);
  expect(paths(pax([['path', 'one']]), pax([['comment', 'x']], 'g'), header({}))).toEqual(['a']);
});

test("reads GNU's long names up to their zero byte, before a pax header's", () => {
  const long = 'n'.repeat(200);
  expect(paths(pax([['path', 'no']]), file(`${long}\0rest`, {}, [[156, 'L']]), header({}))).toEqual([long]);
  const [link] = seen(Buffer.concat([file('to\0', {}, [[156, 'K']]), header({ kind: 'symlink', target: 'no' })]));
  expect(link?.entry.target).toBe('to');
});

test('reads a negative time and a size in base-256', () => {
  const [one] = seen(
    file('xyz', {}, [
      [136, '\xff'.repeat(12)],
      [124, `\x80${'\0'.repeat(10)}\x03`],
    ]),
  );
  expect(one?.entry).toMatchObject({ mtime: -1, size: 3 });
});

test("reads star's shorter prefix, and the prefix that Go once wrote into GNU headers", () => {
  expect(
    paths(
      header({}, [
        [345, `p${'\0'.repeat(130)}00000000000`],
        [508, 'tar\0'],
      ]),
    ),
  ).toEqual(['p/a']);
  expect(
    paths(
      header({}, [
        [257, 'ustar  \0'],
        [345, 'some/folder'],
      ]),
    ),
  ).toEqual(['some/folder/a']);
  expect(
    paths(
      header({}, [
        [257, 'ustar  \0'],
        [345, '12345670123\0'],
      ]),
    ),
  ).toEqual(['a']);
});

test('takes no prefix from where Go takes none, and any that Go takes', () => {
  const gnu = (field: string) =>
    paths(
      header({}, [
        [257, 'ustar  \0'],
        [345, field],
      ]),
    );
  expect(
    paths(
      header({}, [
        [257, 'ustarX00'],
        [345, 'some/folder'],
      ]),
    ),
  ).toEqual(['a']);
  expect(gnu(`00000000000\0\0junk`)).toEqual(['a']);
  expect(gnu('0 0 0 0 0 0 00000000000 /../b')).toEqual(['b/a']);
  expect(gnu(`00000000000\0\x80\x01`)).toEqual(['00000000000/a']);
  expect(gnu(`00000000000\0\x80\0\0\0\x7f`)).toEqual(['a']);
  expect(gnu(` 1234567012 \xff\xff\xff\xff\x80`)).toEqual(['a']);
});

test('takes an unknown type for a file, and passes over what only dumps and volumes have', () => {
  const volumes = ['M', 'V', 'D', 'N'].map((flag) => file('dump', { path: flag }, [[156, flag]]));
  expect(paths(...volumes, file('x', { path: 'solaris' }, [[156, 'E']]), header({}))).toEqual(['solaris', 'a']);
});

test('takes an old name with a slash at its end for a directory', () => {
  const changes: Bytes = [
    [0, 'dir/'],
    [156, '\0'],
    [257, '\0'.repeat(8)],
  ];
  expect(seen(header({}, changes))[0]?.entry).toMatchObject({ path: 'dir', kind: 'directory' });
});

test('takes a checksum of signed bytes', () => {
  const block = header({ path: 'caf\xe9' });
  const signed = headerSum(block) - 256;
  block.write(`${signed.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  expect(paths(block)).toEqual(['caf\xe9']);
});

test('goes on after a lone zero block, ends at two, and does without any', () => {
  const zero = TAR_END.subarray(512);
  expect(paths(header({}), zero, header({}))).toEqual(['a', 'a']);
  expect(paths(header({}), TAR_END, Buffer.from('whatever follows'), header({}))).toEqual(['a']);
  expect(paths(header({}))).toEqual(['a']);
  expect(paths(header({}), Buffer.alloc(100))).toEqual(['a']);
});

test.each([
  ['a header cut off', header({}).subarray(0, 100), 'in the middle of an entry'],
  ['content cut off', file('xyz').subarray(0, 514), 'in the middle of an entry'],
  ['a pax header cut off', pax([['path', 'x']]).subarray(0, 515), 'in the middle of an entry'],
  ['a wrong checksum', Buffer.concat([Buffer.from('b'), header({}).subarray(1)]), 'wrong checksum'],
  ['a negative size', file('', {}, [[124, '\xff'.repeat(12)]]), 'size of a file is impossible'],
  [
    'a name of 4 GB',
    header({}, [
      [156, 'L'],
      [124, '40000000000\0'],
    ]),
    'an extended header is too large',
  ],
  [
    'a pax record longer than its header',
    Buffer.concat([file('30 path=x\n', {}, [[156, 'x']]), header({})]),
    'a pax record is malformed',
  ],
  ['a pax name with a zero byte', Buffer.concat([pax([['path', 'a\0b']]), header({})]), 'holds a zero byte'],
])('refuses %s', (_, archive, problem) => {
  expect(() => seen(archive)).toThrow(expect.objectContaining({ code: 'tar/malformed' }));
  expect(() => seen(archive)).toThrow(problem);
});

test('refuses a path of a hundred thousand folders', () => {
  expect(() => seen(Buffer.concat([pax([['path', 'a/'.repeat(100_000)]]), header({})]))).toThrow(
    expect.objectContaining({ code: 'tar/name-too-long' }),
  );
});

test('refuses more entries than it was told to expect', () => {
  expect(() => seen(Buffer.concat([header({}), header({})]), { maxEntries: 1 })).toThrow('more than 1 entries');
});

test('reads forty thousand pax records in no time', () => {
  const records = Array.from({ length: 40_000 }, (_, i) => ['uid', String(i)] as const);
  const began = cpuTime();
  expect(seen(Buffer.concat([pax(records), header({})]))[0]?.entry.uid).toBe(39_999);
  expect(cpuTime() - began).toBeLessThan(2000);
});

test("says of an entry that it has attributes, and a program's capabilities", () => {
  const attributed = (key: string) => seen(Buffer.concat([pax([[key, 'x']]), header({})]))[0]?.entry;
  expect(attributed('SCHILY.xattr.user.a')).toMatchObject({ attributes: true });
  expect(attributed('SCHILY.xattr.user.a')?.capabilities).toBeUndefined();
  expect(attributed('SCHILY.xattr.security.capability')).toMatchObject({ attributes: true, capabilities: true });
  expect(attributed('comment')?.attributes).toBeUndefined();
});

test.each(['gnu', 'pax --sparse-version=0.0', 'pax --sparse-version=0.1', 'pax --sparse-version=1.0'])(
  'gives a sparse file of GNU tar its name, size and content: %s',
  (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'temper-sparse-'));
    try {
      const fd = openSync(join(folder, 'holes'), 'w');
      for (let i = 0; i < 40; i++) writeSync(fd, `part ${i} `.repeat(700), i * 100_000 + 5000);
      closeSync(fd);
      truncateSync(join(folder, 'holes'), 5_000_000);
      const args = ['--create', '--sparse', '--hole-detection=raw', ...`--format=${format}`.split(' '), 'holes'];
      const archive = spawnSync('tar', args, { cwd: folder, maxBuffer: 1 << 24 }).stdout;
      expect(archive.length).toBeLessThan(1_000_000);
      for (const cut of [archive.length, 777]) {
        const [one, ...more] = seen(archive, { cut });
        expect(more).toEqual([]);
        expect(one?.entry).toMatchObject({ path: 'holes', kind: 'file', size: 5_000_000 });
        expect(one).toMatchObject({ size: 5_000_000, digest: digestOf(readFileSync(join(folder, 'holes'))) });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

const sparse = (...records: [string, string][]) =>
  pax(records.map(([key, value]) => [`GNU.sparse.${key}`, value] as const));

test.each([
  ['8 EB', '9223372036854775807'],
  ['one byte too much', String(limits.sparse + 1)],
])('refuses a sparse file that claims %s', (_, size) => {
  const archive = Buffer.concat([sparse(['map', '0,0'], ['size', size]), header({})]);
  expect(() => seen(archive)).toThrow(expect.objectContaining({ code: 'tar/sparse-too-large' }));
});

test('bounds the holes of all sparse files together', () => {
  const one = Buffer.concat([sparse(['map', '0,0'], ['size', String(limits.sparse - 1)]), header({})]);
  const reader = new TarReader({ entry: () => undefined }, 10, { lenient: true });
  reader.push(one);
  expect(() => reader.push(one)).toThrow(expect.objectContaining({ code: 'tar/sparse-too-large' }));
});

test.each([
  ['parts that overlap', '0,2,1,1', '9', 'xyz'],
  ['a part beyond its end', '8,3', '9', 'xyz'],
  ['parts of more than the archive has', '0,9', '9', 'xyz'],
  ['an odd map', '0,3,1', '9', 'xyz'],
  ['a map of words', '0,three', '9', 'xyz'],
  ['no size', '0,3', '', 'xyz'],
])('refuses a sparse file with %s', (_, map, size, content) => {
  expect(() => seen(Buffer.concat([sparse(['map', map], ['size', size]), file(content)]))).toThrow(
    'the map of a sparse file is malformed',
  );
});

test.each([
  ['a number without end', '1'.repeat(512)],
  ['a map that the content ends in', '3\n0\n'],
  ['a word', 'one\n'],
])('refuses a sparse file 1.0 whose map is %s', (_, map) => {
  const records = sparse(['major', '1'], ['minor', '0'], ['realsize', '10']);
  expect(() => seen(Buffer.concat([records, file(map.padEnd(512, '\0'))]))).toThrow(
    'map of a sparse file is malformed',
  );
});
