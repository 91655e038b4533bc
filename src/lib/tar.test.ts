import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TarEntry } from './tar.ts';
import { readTar, TarReader, tarItems } from './tar-read.ts';
import { TAR_END, tarHeader, tarPadding } from './tar-write.ts';

function entry(path: string, more: Partial<TarEntry> = {}): TarEntry {
  return { path, kind: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 1_700_000_000, size: 0, target: undefined, ...more };
}

function archive(...parts: [TarEntry, string?][]): Buffer {
  return Buffer.concat([
    ...parts.flatMap(([e, content = '']) => [
      tarHeader({ ...e, size: content.length }),
      Buffer.from(content, 'latin1'),
      tarPadding(content.length),
    ]),
    TAR_END,
  ]);
}

const name = fc.stringMatching(/^[a-z\xe9 _.-]{1,150}$/).filter((s) => s !== '.' && s !== '..');
const anyEntry = fc
  .record({
    segments: fc.array(name, { minLength: 1, maxLength: 4 }),
    content: fc.string({ maxLength: 2000 }),
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: fc.integer({ min: 0, max: 2 ** 31 }),
  })
  .map(({ segments, content, mode, uid }): [TarEntry, string] => [
    entry(segments.join('/'), { mode, uid }),
    Buffer.from(content).toString('latin1'),
  ]);

test('reads back what it writes, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 6 }), fc.integer({ min: 1, max: 1500 }), (entries, cut) => {
      const bytes = archive(...entries);
      const seen: [TarEntry, string][] = [];
      const reader = new TarReader(
        {
          entry(e) {
            let content = '';
            return {
              write: (chunk) => void (content += chunk.toString('latin1')),
              end: () => void seen.push([e, content]),
            };
          },
        },
        100,
      );
      for (let at = 0; at < bytes.length; at += cut) reader.push(bytes.subarray(at, at + cut));
      reader.end();
      expect(seen).toEqual(entries.map(([e, content]) => [{ ...e, size: content.length }, content]));
    }),
    { numRuns: 60 },
  );
});

test('GNU tar lists what it writes: long names, links, bytes that are no UTF-8', () => {
  const long = `${'d'.repeat(90)}/${'f'.repeat(90)}`;
  const bytes = archive(
    [entry(long), 'x'],
    [entry('bad-\xff-name')],
    [entry('l', { kind: 'symlink', target: 't'.repeat(120) })],
    [entry('dir', { kind: 'directory', mode: 0o1777 })],
  );
  const tar = spawnSync('tar', ['--list', '--verbose', '--quoting-style=escape', '--numeric-owner'], {
    input: bytes,
    encoding: 'utf8',
  });
  expect(tar.stderr).toBe('');
  expect(tar.stdout).toContain(long);
  expect(tar.stdout).toContain('bad-\\377-name');
  expect(tar.stdout).toContain(`l -> ${'t'.repeat(120)}`);
  expect(tar.stdout).toMatch(/drwxrwxrwt 0\/0 .* dir\//);
});

test('writes an owner that ustar cannot hold as a pax record', () => {
  const [item] = tarItems(archive([entry('a', { uid: 4_000_000_000 })]), 10);
  expect(item?.entry.uid).toBe(4_000_000_000);
});

test.each([['../etc/passwd'], ['a/../../b'], ['a/..']])('refuses the path %s', (path) => {
  expect(() => tarItems(archive([entry(path)]), 10)).toThrow('outside its root');
});

test('refuses a hard link that leads outside', () => {
  expect(() => tarItems(archive([entry('a', { kind: 'hardlink', target: '../x' })]), 10)).toThrow('outside its root');
});

test('refuses a header whose checksum is wrong', () => {
  const bytes = archive([entry('a'), 'x']);
  bytes[0] = 0x62;
  expect(() => tarItems(bytes, 10)).toThrow('wrong checksum');
});

test('refuses an archive that ends inside a file', () => {
  const bytes = archive([entry('a'), 'x'.repeat(1000)]);
  expect(() => readTar(bytes.subarray(0, 900), { entry: () => undefined }, 10)).toThrow('middle of an entry');
});

test('refuses more entries than it was told to expect', () => {
  expect(() => tarItems(archive([entry('a')], [entry('b')], [entry('c')]), 2)).toThrow('more than 2 entries');
});

test('refuses an extended header that claims to be huge, before reading it', () => {
  const header = tarHeader(entry('x'));
  header.write('77777777777', 124, 'latin1');
  header.write('x', 156, 'latin1');
  header.write('        ', 148, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  expect(() => tarItems(header, 10)).toThrow('extended header is too large');
});

function paxBefore(flag: 'x' | 'g', records: Readonly<Record<string, string>>): Buffer {
  const body = Object.entries(records)
    .map(([key, value]) => ` ${key}=${value}\n`)
    .map((rest) => `${[1, 2, 3].map((n) => n + rest.length).find((n) => n === String(n).length + rest.length)}${rest}`)
    .join('');
  const header = tarHeader(entry('pax', { size: body.length }));
  header.write(flag, 156, 'latin1');
  const sum = header.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  header.write(sum.toString(8).padStart(6, '0'), 148, 'latin1');
  return Buffer.concat([header, Buffer.from(body, 'latin1'), tarPadding(body.length)]);
}

const plain = archive([entry('backdoor')]);

test.each([
  ['an empty path, which Go takes for none', [paxBefore('x', { path: '' })], 'a pax record is empty'],
  [
    'two pax headers, of which Go takes the last',
    [paxBefore('x', { path: 'a' }), paxBefore('x', { path: 'b' })],
    'two of "path"',
  ],
  ['a global path, which Go passes over', [paxBefore('g', { path: 'a' })], 'global pax records'],
  ['a broken size', [paxBefore('x', { size: '1.5' })], 'a pax number is malformed'],
])('refuses an entry with %s', (_, before, problem) => {
  expect(() => tarItems(Buffer.concat([...before, plain]), 10)).toThrow(problem);
});

test('reads on after a global comment, as git writes it', () => {
  expect(tarItems(Buffer.concat([paxBefore('g', { comment: 'abc' }), plain]), 10)).toHaveLength(1);
});

test('refuses data after the end, which some readers go on with', () => {
  expect(() => tarItems(Buffer.concat([plain, plain]), 10)).toThrow('something follows its end');
});

test('says of an entry that it has extended attributes', () => {
  const bytes = Buffer.concat([paxBefore('x', { 'SCHILY.xattr.security.capability': 'x' }), plain]);
  expect(tarItems(bytes, 10)[0]?.entry).toMatchObject({ path: 'backdoor', attributes: true });
});
